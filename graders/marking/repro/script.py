"""The script that repeats a failing example: a pure function of what was recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from graders.checking.recording import Recording
from graders.coursework.rubric import Reveal
from graders.judging.expectation import Demand, Expectation
from graders.judging.tolerance import SCALE_ROUNDINGS
from graders.marking.repro import literals
from graders.marking.repro.calls import Calls, Resolve, can_be_written

MAX_SHOWN = 12
_LOAD = '''
def load(text):
    """The array that is packed into this text."""
    return np.load(io.BytesIO(base64.b64decode(text)))
'''


@dataclass(frozen=True)
class Setting:
    """Which check of which submission it was, and how that is imported."""

    check: str
    title: str
    message: str
    submission: str
    search: Sequence[str]
    packages: Sequence[str]
    reveal: Reveal
    resolve: Resolve


@dataclass(frozen=True)
class Script:
    """A script's text, and the line of it that last calls the student's code."""

    text: str
    line: int


def write_script(recording: Recording, setting: Setting) -> Script | None:
    """The script, or None for what plain code can't repeat: scripts, figures, banned functions."""
    if not can_be_written(recording.operations, torch="torch" in setting.packages):
        return None
    calls = Calls(recording.operations, setting.resolve, raised=recording.raised)
    after = [] if recording.raised else ["", *_ending(calls.last, recording, setting)]
    packed = any("load(\n" in line for line in [*calls.inputs, *after])
    before = [*_head(setting, calls, packed=packed), *calls.imports, "", *calls.inputs, "", *_seeds(setting)]
    lines = "\n".join([*before, ""]).split("\n")[:-1]
    entered = calls.lines[: calls.entered]
    line = len(lines) + len("\n".join(entered).split("\n")) if entered else len(lines)
    return Script("\n".join([*lines, *calls.lines, *after]) + "\n", line)


def _head(setting: Setting, calls: Calls, *, packed: bool) -> Iterator[str]:
    yield f'"""{_safe(setting.check)}: {_safe(setting.title)}'
    yield ""
    yield f"What came of it: {_safe(setting.message)}"
    yield ""
    yield "Run it with Python, with the submission's folder if that has moved since."
    yield '"""'
    yield ""
    yield from ["import base64", "import io"] if packed else []
    yield "import sys"
    yield "from pathlib import Path"
    yield from ["from types import SimpleNamespace"] if any("SimpleNamespace(" in line for line in calls.lines) else []
    yield ""
    yield "import numpy as np"
    yield from ["import torch"] if "torch" in setting.packages else []
    yield ""
    yield f"SUBMISSION = Path(sys.argv[1] if len(sys.argv) > 1 else {setting.submission!r}).resolve()"
    folders = ", ".join("str(SUBMISSION)" if at == "." else f"str(SUBMISSION / {at!r})" for at in setting.search)
    yield f"sys.path[:0] = [{folders}]"
    yield from [f"\n{_LOAD}\n"] if packed else [""]


def _seeds(setting: Setting) -> Iterator[str]:
    yield "np.random.seed(0)"
    if "torch" in setting.packages:
        yield "torch.manual_seed(0)"


def _ending(last: str, recording: Recording, setting: Setting) -> Iterator[str]:
    yield from [f"got = {last}"] if last != "got" else []
    if "torch" in setting.packages:
        yield "got = got.detach().numpy() if isinstance(got, torch.Tensor) else got"
    yield 'print("got", got, sep="\\n")'
    yield from _came(recording.came)
    if recording.expectation is not None:
        yield from _claims(recording.expectation, setting.reveal)


def _claims(expectation: Expectation, reveal: Reveal) -> Iterator[str]:
    """Assertions of what is demanded, as far as it is revealed."""
    name = _safe(expectation.name).replace("{", "(").replace("}", ")")
    if expectation.demand is Demand.UNCHANGED:
        yield from _unchanged(expectation, name) if reveal is Reveal.ALL else []
        return
    yield f'assert got is not None and got is not ..., "{name} is nothing"'
    yield "got = np.asarray(got)"
    if reveal is not Reveal.NOTHING:
        yield from _kind_and_shape(expectation, name)
    if expectation.demand is Demand.EQUAL and reveal is Reveal.ALL:
        yield from _equal(expectation, name)


def _unchanged(expectation: Expectation, name: str) -> Iterator[str]:
    yield f"before = {literals.array(expectation.value)}"
    yield f'assert np.array_equal(got, before, equal_nan=True), "your code changes {name}"'


def _kind_and_shape(expectation: Expectation, name: str) -> Iterator[str]:
    yield f'assert got.dtype.kind in "biuf", f"{name} has dtype {{got.dtype}}"'
    yield f'assert got.shape in {list(expectation.shapes)}, f"{name} has shape {{got.shape}}"'
    if expectation.demand is Demand.FLOATING:
        large = 'got.dtype.kind == "f" and got.dtype.itemsize >= 4'
        yield f'assert {large}, f"{name} has dtype {{got.dtype}}"'


def _equal(expectation: Expectation, name: str) -> Iterator[str]:
    yield ""
    yield f"expected = {literals.array(expectation.value)}"
    yield "# how far a right computation in single precision may be from that, entry by entry"
    yield f"tolerance = {literals.array(expectation.tolerance)}"
    yield 'if got.dtype.kind == "f":'
    largest = "np.max(np.abs(expected), initial=0.0)"
    yield "    rounding = min(np.finfo(got.dtype).eps, np.finfo(np.float32).eps)"
    yield f"    tolerance = tolerance + {SCALE_ROUNDINGS} * rounding * {largest}"
    yield 'print("expected", expected, sep="\\n")'
    yield "error = np.abs(got.astype(np.float64).reshape(expected.shape) - expected)"
    yield f'assert (error <= tolerance).all(), f"{name} is wrong by up to {{np.max(error)}}"'


def _came(value: object) -> Iterator[str]:
    if value is None:
        yield "# When this was written, that was None, or of no use."
        return
    written = np.array2string(value, threshold=64) if isinstance(value, np.ndarray) else repr(value)
    lines = _safe(written, lines=True).split("\n")
    yield "# When this was written, that was"
    yield from (f"#   {line}" for line in [*lines[:MAX_SHOWN], *(["..."] if len(lines) > MAX_SHOWN else [])])


def _safe(text: str, *, lines: bool = False) -> str:
    """Text that may stand in a string or a comment of the script, whoever wrote it."""
    kept = (character if character.isprintable() or (lines and character == "\n") else " " for character in text)
    return "".join(kept).replace("\\", "/").replace('"', "'")
