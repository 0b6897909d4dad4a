"""Imports what will be needed while this process waits: importing takes long."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Self

_SWITCH_SECONDS = 0.0005
"""After so long whoever imports gives way to what has been waited for; Python's own interval is ten times that."""


class Ahead:
    """At the end of the context it is done, if it was begun."""

    def __init__(self, do: Callable[[], None]) -> None:
        self._do = do
        self._thread: threading.Thread | None = None
        self._interval = sys.getswitchinterval()
        self._error: BaseException | None = None

    def begin(self) -> None:
        """Begin, if that hasn't happened yet."""
        if self._thread is None:
            sys.setswitchinterval(_SWITCH_SECONDS)
            self._thread = threading.Thread(target=self._run, daemon=True)
            self._thread.start()

    def _run(self) -> None:
        try:
            self._do()
        except BaseException as error:
            self._error = error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if self._thread is not None:
            self._thread.join()
            sys.setswitchinterval(self._interval)
        if kind is None and self._error is not None:
            raise self._error
