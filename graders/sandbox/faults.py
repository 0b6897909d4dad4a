"""What can go wrong with student code, as the trusted process sees it.

StudentFault
├── StudentError       their code raised, or something the homework asks for isn't there
├── StudentTimeout     no answer before the check's deadline
└── StudentCrash       the process ended, or said something that isn't the protocol
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graders.sandbox import wording
from graders.sandbox.asked import NOTHING_ASKED, Asked


class StudentFault(Exception):
    """The student's code gave no answer that could be compared."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class StudentError(StudentFault):
    """The student's code raised an exception, or lacks a name that was asked for; `values` were read before that.

    `index` is the place, among the operations that were sent together, of the one that raised.
    """

    def __init__(
        self,
        record: Mapping[str, Any],
        asked: Asked = NOTHING_ASKED,
        values: Sequence[Any] = (),
        index: int | None = None,
    ) -> None:
        super().__init__(*wording.error(record, asked))
        self.record = dict(record)
        self.asked = asked
        self.values = list(values)
        self.index = index


class StudentTimeout(StudentFault):
    """The student's code did not answer in time."""


class StudentCrash(StudentFault):
    """The process that ran the student's code ended or broke the protocol."""
