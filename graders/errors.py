"""Errors of whoever runs gradmark: one clear line, exit status 2. And of whoever wrote a check: a grader fault."""

from __future__ import annotations


class UsageError(Exception):
    """The command, the submission or the rubric can't be used; the text says why and what to do."""


class SubmissionError(UsageError):
    """It is the submission that can't be used: whoever handed it in is told, in every report that was asked for."""


class AuthorError(Exception):
    """A check asks for what no submission can give: only its author can mend that, and no student hears of it."""
