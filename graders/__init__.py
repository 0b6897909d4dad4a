"""gradmark: a gradient checker and autograder for hand-written NumPy layers."""

from __future__ import annotations

__version__ = "0.1.0"


class UsageError(Exception):
    """The command, the submission or the rubric can't be used; the text says why and what to do."""


class SubmissionError(UsageError):
    """It is the submission that can't be used: whoever handed it in is told, in every report that was asked for."""


class AuthorError(Exception):
    """A check asks for what no submission can give: only its author can mend that, and no student hears of it."""
