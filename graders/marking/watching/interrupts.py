"""Ctrl-C as something that is waited for: raised wherever it comes, Python loses it in what runs around a fork."""

from __future__ import annotations

import os
import signal
from types import FrameType
from typing import Self


class Interrupts:
    """While this lasts `pipe` can be read after Ctrl-C. Where Ctrl-C is ignored, as in the background, it stays so."""

    def __enter__(self) -> Self:
        self.pipe, self._telling = os.pipe()
        os.set_blocking(self._telling, False)
        self._before = signal.getsignal(signal.SIGINT)
        if self._before is not signal.SIG_IGN:
            signal.signal(signal.SIGINT, self._tell)
        return self

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, self._before)
        os.close(self.pipe)
        os.close(self._telling)

    def _tell(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - what a handler is called with
        os.write(self._telling, b"x")
