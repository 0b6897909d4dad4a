"""Runs a check's script in this process under pdb, which stops where its last call enters the student's code."""

from __future__ import annotations

import pdb
import sys
from pathlib import Path
from types import FrameType
from typing import Any


class Debugger(pdb.Pdb):
    """Silent until a line of the submission runs that was called by this line of the script; an ordinary pdb then."""

    def __init__(self, script: Path, line: int, submission: Path) -> None:
        super().__init__()
        self.reached = False
        self._script = self.canonic(str(script))
        self._line = line
        self._submission = str(submission) + "/"

    def user_line(self, frame: FrameType) -> None:
        """Stop here if this is where to stop first, or anywhere after that."""
        self.reached = self.reached or self._is_there(frame)
        if self.reached:
            super().user_line(frame)

    def user_call(self, frame: FrameType, argument_list: None) -> None:
        """Entering a function is no place to stop: its first line is."""
        if self.reached:
            super().user_call(frame, argument_list)

    def user_return(self, frame: FrameType, return_value: Any) -> None:
        """Nor is leaving one, before the first stop."""
        if self.reached:
            super().user_return(frame, return_value)

    def user_exception(self, frame: FrameType, exc_info: Any) -> None:
        """Exceptions that are caught on the way are the submission's own business."""
        if self.reached:
            super().user_exception(frame, exc_info)

    def _is_there(self, frame: FrameType) -> bool:
        if not frame.f_code.co_filename.startswith(self._submission):
            return False
        caller: FrameType | None = frame
        while caller is not None and caller.f_code.co_filename != self._script:
            caller = caller.f_back
        return caller is not None and caller.f_lineno == self._line


def debug(script: Path, line: int, submission: Path) -> None:
    """Run the script under the debugger until it or its user ends it, and say how it ended."""
    debugger = Debugger(script, line, submission)
    name = debugger.canonic(str(script))
    code = compile(script.read_text(encoding="utf-8"), name, "exec")
    kept = sys.argv, list(sys.path), sys.dont_write_bytecode
    sys.argv, sys.dont_write_bytecode = [name, str(submission)], True
    try:
        debugger.run(code, {"__name__": "__main__", "__file__": name})
    except (Exception, SystemExit) as error:
        print(f"It ended with {type(error).__name__}: {error}")
    else:
        print("It ended." if debugger.reached else "It ended before it reached the submission's code.")
    finally:
        sys.argv, sys.path[:], sys.dont_write_bytecode = kept
