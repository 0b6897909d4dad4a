"""What a failure shows of another homework's conventions: one is a sign, those of several sections are a dialect."""

from __future__ import annotations

import re

from graders.checking.failures import CheckFailed
from graders.coursework.record import Manner, Sign
from graders.judging.difference import Fault
from graders.marking.diagnosing import divided_otherwise
from graders.marking.examples import Examples
from graders.sandbox.faults import StudentError
from graders.sandbox.wording import text_of

MAX_NAME = 40
LOSS = "loss"
"""The component of all losses: what computes one is used by what has one."""
_MORE = re.compile(r"missing \d+ required positional arguments?: ")
_FEWER = re.compile(r"takes (from \d+ to )?\d+ positional arguments? but \d+ (was|were) given")
"""As Python says it of a call."""


def sign_of(examples: Examples, error: BaseException) -> Sign | None:
    """The convention that a failure is right by, if it shows one."""
    if isinstance(error, StudentError):
        return _of_an_error(error)
    if isinstance(error, CheckFailed) and error.parts:
        return next((sign for part in error.parts if (sign := sign_of(examples, part)) is not None), None)
    if isinstance(error, CheckFailed) and error.difference is not None and error.about:
        return _of_a_value(examples, error)
    return None


def _of_an_error(error: StudentError) -> Sign | None:
    """Of a call of the check's that doesn't fit, or an attribute that it asked for."""
    record, asked = error.record, error.asked
    if "missing" in record and "attribute" not in str(record["missing"]):
        return None
    if "missing" in record:
        return _sign(Manner.MISSING, asked.path, asked.path.rpartition(".")[2])
    if asked.kind != "call" or "file" in record or record.get("type") != "TypeError":
        return None
    text = text_of(record, "text")
    if _MORE.search(text):
        return _sign(Manner.MORE, asked.path)
    return _sign(Manner.FEWER, asked.path) if _FEWER.search(text) else None


def _of_a_value(examples: Examples, error: CheckFailed) -> Sign | None:
    difference = error.difference
    if difference is None or "]." in error.about:  # of a part: `mlp0.layers[0].dLdW`
        return None
    if difference.fault is Fault.KIND and isinstance(difference.got, list | tuple):
        return _sign(Manner.TUPLE, error.about)
    if not divided_otherwise(examples, error):
        return None
    return _sign(Manner.BATCH, LOSS if difference.expected.size == 1 else error.about)


def _sign(manner: Manner, path: str, asked: str = "") -> Sign | None:
    """The component is what a path begins with: `mlp1` of `mlp1.layers[1].dLdW`, whose class may have that name."""
    found = re.match(r"\w+", path)
    return Sign(manner=manner, of=found[0].lower()[:MAX_NAME], asked=asked[:MAX_NAME]) if found else None
