"""What ends a check before gradients can be compared, and which of it is the command's fault."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from graders import UsageError
from graders.sandbox.faults import StudentError, StudentFault, StudentTimeout
from graders.sandbox.wording import NOT_ALLOWED

_SHAPE_ERRORS = {"ValueError", "IndexError", "AssertionError", "LinAlgError"}


class Finding(Exception):
    """The code has a fault that isn't a number: a verdict of one or two words, a message, what to try."""

    def __init__(self, verdict: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.verdict = verdict
        self.message = message
        self.hint = hint


def package_lacking(fault: object) -> UsageError | None:
    """How to have a package that the code uses, where that is what ended it."""
    record = fault.record if isinstance(fault, StudentError) else {}
    name = str(record.get("banned") or "")
    if record.get("type") != NOT_ALLOWED or not name:
        return None
    where = f"{record['file']}, line {record.get('line', '?')}," if "file" in record else "the code"
    return UsageError(
        f"{where} uses {record.get('text', name)}: give --with {name} if {name} is installed in gradmark's environment"
    )


def finding_of(fault: StudentFault) -> Finding:
    """The finding that a fault of student code amounts to."""
    if isinstance(fault, StudentTimeout):
        return Finding("timeout", fault.message, f"{fault.hint} --limit gives it longer.")
    if not isinstance(fault, StudentError):
        return Finding("crashed", fault.message, fault.hint)
    stub = fault.record.get("type") == "NotImplementedError"
    return Finding("not implemented" if stub else "error", fault.message, fault.hint)


@contextmanager
def unusable(hint: str = "") -> Iterator[None]:
    """An error in here, other than a stub's, means that the file or the name can't be used."""
    try:
        yield
    except StudentError as error:
        if error.record.get("type") == "NotImplementedError":
            raise
        raise UsageError(one_line(error.message, hint or error.hint)) from None


@contextmanager
def doubting_shapes(shapes: str) -> Iterator[None]:
    """An error in here that wrong shapes could have led to is laid on the shapes that the command gives."""
    try:
        yield
    except StudentError as error:
        kind = error.record.get("type")
        if kind in _SHAPE_ERRORS or (kind == "TypeError" and "file" not in error.record):
            question = f"Is that what it takes? Here {shapes}; see --input, --param, --labels and --arg."
            raise UsageError(one_line(error.message, question)) from None
        raise


def one_line(message: str, hint: str = "") -> str:
    """A message and what to try, joined."""
    message = message.rstrip(".")
    return f"{message}. {hint}" if hint else message
