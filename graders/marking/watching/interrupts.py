"""Ctrl-C as an event to wait for: raised anywhere, Python would lose it in code that runs around a fork."""

from __future__ import annotations

import contextlib
import os
import signal
from types import FrameType
from typing import Self

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, `kill`, and a terminal that is closed."""


class Interrupts:
    """While this lasts `pipe` can be read after Ctrl-C or the like. What is ignored stays so."""

    def __enter__(self) -> Self:
        self.pipe, self._telling = os.pipe()
        os.set_blocking(self._telling, False)
        self._before = {number: signal.getsignal(number) for number in _ENDING}
        for number, before in self._before.items():
            if before is not signal.SIG_IGN:
                signal.signal(number, self._tell)
        return self

    def __exit__(self, *_: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)
        os.close(self.pipe)
        os.close(self._telling)

    def _tell(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - what a handler is called with
        with contextlib.suppress(BlockingIOError):  # enough was told
            os.write(self._telling, b"x")
