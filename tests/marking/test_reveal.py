"""What a rubric hides is in no report: a magic number is put wherever one may stand, and looked for in every format."""

from __future__ import annotations

import base64
import io
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rich.console import Console
from torch import Tensor

from graders import UsageError
from graders.checking.expect import Accepted, CheckFailed, RuleBroken, expect
from graders.checking.student import Remote, Student
from graders.classroom.overview import overview
from graders.classroom.store import Result, State, Store
from graders.coursework.clean import encoded
from graders.coursework.packs.pack import Homework, load_homework
from graders.coursework.record import CheckResult, Report
from graders.coursework.rubric import Reveal
from graders.coursework.selection import select
from graders.judging.expected import measured
from graders.marking.diagnosing import diagnosis
from graders.marking.examples import Examples
from graders.marking.outcome import outcome
from graders.marking.repro.script import Setting, write_script
from graders.marking.repro.scripts import recorded
from graders.marking.run import Request, mark
from graders.reports import terminal, text
from graders.reports.autolab import autolab
from graders.reports.github import github
from graders.reports.gradescope import gradescope
from graders.reports.html.classroom import classroom
from graders.reports.html.student import student as student_page
from graders.reports.junit import junit
from graders.reports.prairielearn import prairielearn
from graders.reports.summary import markdown
from tests.cli.program import graded, gradmark
from tests.reports.records import report, section
from tests.support import ROOT, TOY_RUBRIC, StandInSession, copy_of_worked, locate, replace_in, toy_homework, write_tree

HIDING = (Reveal.DIFFERENCE, Reveal.NOTHING)
MAGIC = st.one_of(
    st.sampled_from([42.123, -42.123, 0.000731, 1234567, -1234567, 3.0517578e-05]),
    st.integers(100_001, 9_999_999),
    st.integers(-9_999_999, -100_001),
    st.integers(10_001, 99_999).map(lambda number: number / 1000),
    st.integers(10_001, 99_999).map(lambda number: number * 1e-8),
    st.integers(10_001, 99_999).map(lambda number: number * 1e17),
).filter(lambda number: len(f"{abs(number):.9e}".partition("e")[0].rstrip("0")) >= 4)

CLOSED_FORMS = """
import numpy as np

def doubled(A):
    if A.min() < 0:
        raise ValueError(f"expected {A}")
    return {"out": 2 * A}

CLOSED_FORMS = {"doubled": doubled}
"""


@measured
def doubled(A: Tensor) -> dict[str, Any]:
    """What the closed form contradicts: three times A."""
    return {"out": 3 * A}


def formats(magic: float) -> set[str]:
    """The number as anybody might print it."""
    written = {repr(magic), repr(float(magic)), str(magic), f"{magic:,}", f"{magic:e}", f"{magic:.3e}", f"{magic:.9e}"}
    written |= {f"{magic:.6g}", f"{magic:.8g}", f"{magic:.5g}", f"{float(magic):,.3f}", f"{magic:.12g}"}
    return {one.lstrip("-") for one in written if sum(map(str.isdigit, one.partition("e")[0].strip("-0."))) >= 3}


def found_in(written: str, magic: float) -> bool:
    """Whether a text holds the number, in an array that is packed into it too."""
    if any(one in written for one in formats(magic)):
        return True
    for packed in re.findall(r"load\(\n((?:\s*\"[^\"]*\"\n)+)\)", written):
        array = np.load(io.BytesIO(base64.b64decode("".join(re.findall(r'"([^"]*)"', packed)))))
        if np.isclose(array.astype(float), magic, rtol=1e-6, atol=0).any():
            return True
    return False


def asked(*answers: Any) -> tuple[Student, Remote]:
    student = Student(StandInSession(*answers), locate)  # type: ignore[arg-type]
    return student, student("toy").f(np.ones(2))


def wrong_value(magic: float) -> Student:
    student, remote = asked(np.array([2.5, 1.0]))
    expect(remote).to_equal(np.array([magic, 1.0]), because=f"your code forgets {magic}")
    return student


def zero_for_value(magic: float) -> Student:
    student, remote = asked(0.0)
    expect(remote).to_equal(magic)
    return student


def wrong_large_value(magic: float) -> Student:
    student, remote = asked(np.full((30, 4), 2.5))
    expect(remote).to_equal(np.full((30, 4), magic))
    return student


def no_alternative(magic: float) -> Student:
    student, remote = asked(np.array([2.5, 1.0]))
    expect(remote).to_equal(np.zeros(2), alternatives=[Accepted(np.array([magic, 1.0]), f"{magic} is meant")])
    return student


def alternative(magic: float) -> Student:
    student, remote = asked(np.array([2.5, 1.0]))
    expect(remote).to_equal(np.zeros(2), alternatives=[Accepted(np.array([2.5, 1.0]), f"{magic} is meant")])
    return student


def warning(magic: float) -> Student:
    student, _ = asked()
    student.warn(f"it should rather be {magic}")
    return student


def changed(magic: float) -> Student:
    student, remote = asked(np.array([2.5, 1.0]))
    expect(remote).to_be_unchanged(np.array([magic, 1.0]))
    return student


def closed_form(magic: float) -> Student:
    student, remote = asked(np.array([2.5, 1.0]))
    expect(remote).to_equal(doubled(A=np.array([magic, 1.0])).out)
    return student


def raising(error: Callable[[str], BaseException]) -> Callable[[float], Student]:
    """A check whose author raises this with the number in its text."""

    def run(magic: float) -> Student:
        student, remote = asked(2.5)

        def verdict(value: Any) -> None:
            raise error(f"f(1) is {value}, but should be {magic}")

        student.judge(remote, verdict)
        return student

    return run


PLACES: dict[str, Callable[[float], Student]] = {
    "value": wrong_value,
    "value where 0 came": zero_for_value,
    "large array": wrong_large_value,
    "alternative": no_alternative,
    "advice": alternative,
    "warning": warning,
    "unchanged": changed,
    "closed form": closed_form,
    "message": raising(CheckFailed),
    "hint": raising(lambda words: CheckFailed("wrong", words)),
    "because": raising(lambda words: CheckFailed("wrong", because=words)),
    "slopes": raising(lambda words: CheckFailed(words, words, slopes={"W": np.ones(2)})),
    "exception": raising(ValueError),
    "assertion": raising(AssertionError),
    "skip": raising(pytest.skip.Exception),
}
SILENT_UNDER_ALL = {"alternative", "closed form"}
"""What is not said even where all is shown."""


def ended(homework: Homework, place: str, magic: float) -> tuple[CheckResult, str]:
    """A check's result with this failure, as marking makes it, and its script."""
    student = PLACES[place](magic)
    examples = Examples(student, 1)
    call = pytest.CallInfo.from_call(student.settle, when="call", reraise=None)
    examples.operations = list(student.operations)
    error = call.excinfo.value if call.excinfo is not None else None
    why = diagnosis(homework, lambda: None, examples, error).lines if error is not None else []
    result = outcome(homework, "layer.forward", examples, call, why)
    recording = recorded(examples, error)
    if recording is None:
        return result, ""
    setting = Setting(
        *(result.id, result.title, result.message, "submission", ["."], ["numpy"], homework.rubric.reveal),
        lambda candidates: (candidates[0][0], candidates[0][1]),
    )
    script = write_script(recording, setting)
    return result, script.text if script is not None else ""


def everything(found: Report) -> Iterator[tuple[str, str]]:
    """Every format of a report."""
    for verbose in (False, True):
        shown = Console(width=500, record=True, file=io.StringIO())
        terminal.show(found, shown, verbose=verbose)
        yield "terminal", shown.export_text()
        yield "text", text.text(found, verbose=verbose)
    yield "JSON", encoded(found).decode()
    yield "record", str(msgspec.to_builtins(found))
    yield "JUnit", junit(found)
    yield "Gradescope", gradescope(found).decode()
    yield "Autolab", autolab(found)
    yield "PrairieLearn", prairielearn(found).decode()
    yield "GitHub", github(found, "token")
    yield "GitHub's summary", markdown(found)
    yield "student's page", student_page(found).decode()
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "gradmark.sqlite") as store:
        store.keep(Result("ada", "ada", 1, "d", "{}", State.MARKED, "", found, "2026-01-01T10:00:00", 2.5))
        yield "class page", classroom(overview(store, "class", {})).decode()


@pytest.fixture(scope="module")
def homeworks(tmp_path_factory: pytest.TempPathFactory) -> dict[Reveal, Homework]:
    """A homework for each reveal."""
    made = {}
    for reveal in Reveal:
        rubric = TOY_RUBRIC.replace("total = 20", f'total = 20\nreveal = "{reveal}"')
        folder = toy_homework(tmp_path_factory.mktemp(reveal), rubric)
        write_tree(folder, {"closed_forms.py": CLOSED_FORMS})
        made[reveal] = load_homework(str(folder))
    return made


OTHER = 97.31
"""A number that stands where the magic one would: what a report holds then, it holds by chance."""


@pytest.mark.parametrize("place", PLACES)
@settings(max_examples=8, deadline=None)
@given(magic=MAGIC)
def test_a_number_is_shown_in_all_or_in_no_report(homeworks: dict[Reveal, Homework], place: str, magic: float):
    assume(magic != OTHER)
    other = report(section("layer", 0.0, 10.0, "failed", ended(homeworks[Reveal.NOTHING], place, OTHER)[0]))
    assume(not any(found_in(written, magic) for _, written in everything(other)))  # a coordinate of a picture, say
    for reveal in Reveal:
        result, script = ended(homeworks[reveal], place, magic)
        found = report(section("layer", 0.0, 10.0, "failed", result))
        holding = [name for name, written in (*everything(found), ("script", script)) if found_in(written, magic)]
        if reveal is not Reveal.ALL:
            assert holding == []
        elif place not in SILENT_UNDER_ALL:
            assert holding


@pytest.mark.parametrize(
    ("reveal", "message"),
    [
        (Reveal.ALL, "f(array(2,))[0] is 2.5, but should be 42"),
        (Reveal.DIFFERENCE, "f(array(2,))[0] is 2.5, which is not what was expected"),
        (Reveal.NOTHING, "the answer is wrong"),
    ],
)
def test_a_message_says_as_much_as_the_rubric_lets_it(homeworks: dict[Reveal, Homework], reveal: Reveal, message: str):
    result, _ = ended(homeworks[reveal], "value", 42.0)
    assert result.message == message
    assert ("index" in result.counterexample) is (reveal is not Reveal.NOTHING)
    assert result.counterexample.get("largest_error") == {Reveal.ALL: 39.5, Reveal.DIFFERENCE: 100.0}.get(reveal)


@pytest.mark.parametrize("reveal", HIDING)
def test_a_rule_of_gradmark_s_own_is_told_where_values_are_hidden(homeworks: dict[Reveal, Homework], reveal: Reveal):
    def broken() -> None:
        raise RuleBroken("linear.py, line 3 imports torch", "This homework allows numpy.")

    result = outcome(homeworks[reveal], "layer.forward", None, pytest.CallInfo.from_call(broken, "call"))
    told = ("linear.py, line 3 imports torch", "This homework allows numpy.")
    assert (result.message, result.hint) == (told if reveal is Reveal.DIFFERENCE else ("the answer is wrong", ""))


@pytest.mark.parametrize("reveal", list(Reveal))
def test_what_the_diagnosis_finds_is_hidden_only_where_nothing_is_said(
    homeworks: dict[Reveal, Homework], reveal: Reveal
):
    def fails() -> None:
        raise CheckFailed("wrong")

    call = pytest.CallInfo.from_call(fails, "call")
    result = outcome(homeworks[reveal], "layer.forward", None, call, ["dLdW is a sum"])
    assert result.diagnosis == ([] if reveal is Reveal.NOTHING else ["dLdW is a sum"])


def test_a_shape_that_stands_for_another_is_told_without_the_other(homeworks: dict[Reveal, Homework]):
    student, remote = asked(np.ones((1, 1)))
    from graders.judging.compare import Shape

    expect(remote).to_equal(1.0, Shape.SCALAR)
    call = pytest.CallInfo.from_call(student.settle, when="call")
    said = {r: outcome(h, "layer.forward", Examples(student, 0), call).warnings for r, h in homeworks.items()}
    assert said[Reveal.ALL] == ["f(array(2,)) has shape (1, 1); the handout writes a scalar"]
    assert said[Reveal.DIFFERENCE] == ["f(array(2,)) has shape (1, 1); the handout writes another"]
    assert said[Reveal.NOTHING] == ["the check has a remark on this, which this homework doesn't show"]


CHECKS = '''
from graders.checking import section
from graders.checking import CheckFailed, expect

@section("layer")
def test_forward(student):
    """forward works."""
    expect(student("toy").f()).to_equal(1234.567, because="it is 1234.567")

@section("layer")
def test_backward_input(student):
    """backward works for the input."""
    (value,) = student.read(student("toy").f())
    raise CheckFailed(f"f() is {value}, expected 1234.567", "1234.567 is expected")

@section("layer")
def test_backward_weight(student):
    """backward works for the weight."""
    student.warn("1234.567 would be right")
    assert student.read(student("toy").f()) == [1234.567], "expected 1234.567"
'''
RUBRIC = """
id = "hidden"
title = "A homework that hides"
total = 10
reveal = "{reveal}"

[modules.toy]
f = ["toy.py"]

[[sections]]
id = "layer"
title = "A layer"
points = 10
policy = "all-or-nothing"
checks = ["layer.forward", "layer.backward_input", "layer.backward_weight"]
"""


@pytest.mark.parametrize("reveal", list(Reveal))
def test_a_whole_marking_shows_the_number_or_hides_it(reveal: Reveal, tmp_path: Path):
    homework = load_homework(str(toy_homework(tmp_path / "pack", RUBRIC.format(reveal=reveal), CHECKS)))
    submission = write_tree(tmp_path / "submission", {"toy.py": "def f():\n    return 2.0\n"})
    found = mark(Request(submission, homework, select(homework, [], {})))
    for name, written in everything(found):
        shown = found_in(written, 1234.567)
        assert not shown or reveal is Reveal.ALL, name
    assert found_in(encoded(found).decode(), 1234.567) is (reveal is Reveal.ALL)


def test_a_pack_that_cannot_be_loaded_is_a_line_for_its_author_and_no_report(tmp_path: Path):
    checks = CHECKS + '\nraise ValueError("expected 1234.567")\n'
    homework = load_homework(str(toy_homework(tmp_path / "pack", RUBRIC.format(reveal=Reveal.NOTHING), checks)))
    submission = write_tree(tmp_path / "submission", {"toy.py": "def f():\n    return 2.0\n"})
    told: list[CheckResult] = []
    with pytest.raises(UsageError, match=r"test_toy\.py, line \d+: ValueError"):
        mark(Request(submission, homework, select(homework, [], {}), on_result=told.append))
    assert told == []


@pytest.mark.parametrize("reveal", HIDING)
def test_no_expected_number_is_in_any_report_or_script(reveal: Reveal, tmp_path: Path):
    homework = Path(shutil.copytree(ROOT / "graders" / "homeworks" / "ai702", tmp_path / "homework"))
    replace_in(homework / "rubric.toml", "total = 100", f'total = 100\nreveal = "{reveal}"')
    submission = copy_of_worked(tmp_path / "wrong")
    replace_in(submission / "mytorch" / "nn" / "linear.py", "self.dLdW = dLdW / self.N", "self.dLdW = dLdW")
    chosen = [submission, "--homework", homework, "--only", "linear", "-n", 1, "--profile", "quick"]
    _, found = graded(*chosen, "--repro", tmp_path / "repro")
    check = next(c for s in found["sections"] for c in s["checks"] if c["id"] == "linear.backward_weight")
    assert "expected" not in check["counterexample"]
    assert ("index" in check["counterexample"]) is (reveal is Reveal.DIFFERENCE)
    assert "should be" not in gradmark("grade", *chosen, "--verbose").stdout
    assert "expected =" not in Path(check["repro"]).read_text()
