"""Hears from the system that something in a folder has changed, and waits until a burst of changes is over."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import watchfiles

QUIET_MS = 40
"""After so long without a further change a burst is over: editors write a file in several steps."""
MOST_MS = 400
"""A burst that goes on for longer is told all the same."""
_STOP_MS = 200


class Notices:
    """A thread that waits; `pipe` can be read where something has happened since `clear`."""

    def __init__(self, folder: Path) -> None:
        self.pipe, self._telling = os.pipe()
        os.set_blocking(self.pipe, False)
        os.set_blocking(self._telling, False)
        self._ended = threading.Event()
        self._folder = folder
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        os.close(self.pipe)
        os.close(self._telling)

    def clear(self) -> None:
        """Forget what has happened until now."""
        with contextlib.suppress(BlockingIOError):
            while os.read(self.pipe, 1 << 10):
                pass

    def _run(self) -> None:
        """Until the end, or where the system doesn't tell: whoever waits looks for himself now and then."""
        with contextlib.suppress(OSError):
            for _ in self._changes():
                with contextlib.suppress(BlockingIOError):  # enough is there to be read
                    os.write(self._telling, b"x")

    def _changes(self) -> Iterator[object]:
        return watchfiles.watch(
            self._folder,
            watch_filter=None,
            debounce=MOST_MS,
            step=QUIET_MS,
            rust_timeout=_STOP_MS,
            stop_event=self._ended,
            raise_interrupt=False,
            ignore_permission_denied=True,
        )
