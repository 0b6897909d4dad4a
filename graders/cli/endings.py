"""Ends the program at SIGTERM and SIGHUP as at Ctrl-C: finished work is kept and reported, and no process is left."""

from __future__ import annotations

import signal
import threading
from types import FrameType

ENDING = (signal.SIGTERM, signal.SIGHUP)
"""What a machine that shuts down sends, a batch system at the end of its time, a terminal that is closed."""


def heed_endings() -> None:
    """From now on; a signal that whoever started us has us ignore, as nohup does, stays ignored."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in ENDING:
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Once: a second one would cut off what the first has begun to clear up."""
    del number, frame
    for ending in ENDING:
        signal.signal(ending, signal.SIG_IGN)
    raise KeyboardInterrupt
