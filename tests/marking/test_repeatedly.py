"""`mark()` may be called any number of times in a process: each time as if it were the first."""

from __future__ import annotations

import gc
import os
import sys
import weakref
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from graders.coursework.packs.loading import load
from graders.coursework.packs.pack import Homework, load_homework
from graders.coursework.record import CheckResult, Report, Status
from graders.coursework.selection import select
from graders.marking import collecting
from graders.marking.profiles import Profile
from graders.marking.run import Request, mark
from tests.cli.program import timeless
from tests.support import WORKED, copy_of_worked, replace_in, toy_homework, write_tree

HOMEWORK = load_homework("ai702")
ONLY = ("linear", "activations.relu", "sgd")
LINEAR = "mytorch/nn/linear.py"


def request_for(submission: Path, homework: Homework = HOMEWORK, **more: object) -> Request:
    plain = Request(submission, homework, select(homework, ONLY if homework is HOMEWORK else [], {}), Profile.QUICK)
    return replace(plain, **more)  # type: ignore[arg-type]


def marked(request: Request) -> object:
    return timeless(msgspec.json.decode(msgspec.json.encode(mark(request))))


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A submission that fails checks, with cases to make smaller and reasons to find."""
    folder = copy_of_worked(tmp_path_factory.mktemp("wrong") / "submission")
    replace_in(folder / LINEAR, "self.dLdW = dLdW / self.N", "self.dLdW = dLdW")
    return folder


def attributes() -> dict[str, dict[str, object]]:
    """What is on the functions of ai702's checks, its own and those of its components."""
    return {
        check: {**vars(function), "__wrapped__": None}
        for check in HOMEWORK.checks
        for function in vars(HOMEWORK.module_of(HOMEWORK.sources[check].file)).values()
        if getattr(function, "gradmark_check_id", None) == check
    }


def test_the_same_report_comes_each_time_whatever_was_marked_between(wrong: Path) -> None:
    requests = [
        request_for(WORKED),
        request_for(wrong),
        request_for(wrong, profile=Profile.GRADING),
        request_for(wrong, seed=7),
        request_for(wrong, processes=2),
        request_for(wrong, shrinks=0),
    ]
    first = [marked(request) for request in requests]
    assert [marked(request) for request in reversed(requests)] == list(reversed(first))
    assert first[1] != first[3]
    assert first[1] == first[4]


def test_what_a_pack_has_is_left_as_it_was(wrong: Path) -> None:
    load(HOMEWORK)
    before = attributes()
    assert len(before) == len(HOMEWORK.checks)
    modules, functions = set(sys.modules), {check: dict(found) for check, found in before.items()}
    mark(request_for(wrong))
    assert attributes() == functions
    inner = [found["hypothesis"].inner_test for found in before.values() if "hypothesis" in found]  # type: ignore[attr-defined]
    assert not any("watch" in function.__qualname__ for function in inner)
    assert {name for name in modules if name.startswith("gradmark_pack")} <= set(sys.modules)


@pytest.mark.slow
def test_nothing_of_a_run_is_kept_when_it_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[weakref.ref[object]] = []
    collection = collecting.Collection

    def kept(*arguments: object) -> object:
        found = collection(*arguments)  # type: ignore[arg-type]
        made.append(weakref.ref(found))
        return found

    monkeypatch.setattr(collecting, "Collection", kept)
    for _ in range(2):
        mark(request_for(WORKED))
    gc.collect()
    assert [reference() for reference in made] == [None, None]


CHECKS = """
    from hypothesis import example, given, settings
    from hypothesis import strategies as st

    from graders.checking import few_cases, section

    SEEN = {}

    def note(name, x):
        SEEN.setdefault(name, []).append(x)

    @section("layer")
    @given(x=st.integers(0, 10**9))
    def test_plain(student, x):
        \"\"\"As many cases as the profile has.\"\"\"
        note("plain", x)

    @section("layer")
    @few_cases
    @given(x=st.integers(0, 10**9))
    def test_few(student, x):
        \"\"\"A quarter of them.\"\"\"
        note("few", x)

    @section("layer")
    @given(x=st.integers(0, 10**9))
    @few_cases
    def test_few_below(student, x):
        \"\"\"The decorator may stand below.\"\"\"
        note("few_below", x)

    @section("layer")
    @settings(max_examples=3)
    @given(x=st.integers(0, 10**9))
    def test_three(student, x):
        \"\"\"As many as the author says.\"\"\"
        note("three", x)

    @section("layer")
    @given(x=st.integers(0, 10**9))
    @settings(max_examples=3)
    def test_three_below(student, x):
        \"\"\"That decorator may stand below, too.\"\"\"
        note("three_below", x)

    @section("layer")
    @settings(deadline=1)
    @example(x=-7)
    @given(x=st.integers(0, 10**9))
    def test_example(student, x):
        \"\"\"An explicit example comes first, and no case has a deadline.\"\"\"
        import time
        time.sleep(0.005)
        note("example", x)
"""
NAMES = ["plain", "few", "few_below", "three", "three_below", "example"]
RUBRIC = f"""
    id = "toy"
    title = "A toy homework"
    total = 1

    [modules.toy]
    Layer = ["layer.py"]

    [[sections]]
    id = "layer"
    title = "A layer"
    points = 1
    policy = "all-or-nothing"
    checks = {[f"layer.{name}" for name in NAMES]}
"""


@pytest.fixture
def submission(tmp_path: Path) -> Path:
    """What there is to mark with a toy homework."""
    return write_tree(tmp_path / "submission", {"layer.py": "class Layer:\n    one = 1\n"})


def results(report: Report) -> Mapping[str, CheckResult]:
    return {check.id: check for section in report.sections for check in section.checks}


def seen(homework: Homework, request: Request) -> dict[str, list[int]]:
    """The cases that the checks were run with."""
    module = homework.modules_of_pack.module("checks.test_toy")
    assert module is not None
    module.SEEN.clear()
    assert {check.status for check in results(mark(request)).values()} == {Status.PASSED}
    return {name: list(cases) for name, cases in module.SEEN.items()}


def test_how_many_cases_a_check_has_is_settled_when_it_is_collected(tmp_path: Path, submission: Path) -> None:
    homework = load_homework(str(toy_homework(tmp_path / "pack", RUBRIC, CHECKS)))
    quick = request_for(submission, homework)
    thorough = replace(quick, profile=Profile.THOROUGH)
    few = seen(homework, quick)
    many = seen(homework, thorough)
    assert [len(few[name]) for name in NAMES] == [5, 2, 2, 3, 3, 6]
    assert [len(many[name]) for name in NAMES] == [200, 50, 50, 3, 3, 201]
    assert seen(homework, quick) == few
    assert few["example"][0] == -7
    assert few["plain"] != seen(homework, replace(quick, seed=1))["plain"]


ALIKE = """
    from graders.checking import section
    from graders.checking import expect

    @section("layer")
    def test_one(student):
        \"\"\"It has one.\"\"\"
        assert student.read(student("toy").Layer.one) == [{value}], "another"
"""


def pack_that_wants(folder: Path, value: int) -> Path:
    rubric = RUBRIC.replace(str([f"layer.{name}" for name in NAMES]), '["layer.one"]')
    return toy_homework(folder, rubric, ALIKE.replace("{value}", str(value)))


def test_two_packs_with_the_same_id_are_two(tmp_path: Path, submission: Path) -> None:
    packs = [load_homework(str(pack_that_wants(tmp_path / f"pack {value}", value))) for value in (1, 2)]
    for _ in range(2):
        found = [results(mark(request_for(submission, pack)))["layer.one"].status for pack in packs]
        assert found == [Status.PASSED, Status.GRADER_FAULT]


def test_a_pack_that_has_changed_is_marked_as_it_is_now(tmp_path: Path, submission: Path) -> None:
    folder = tmp_path / "pack"
    found = []
    for second, value in enumerate((1, 20, 1)):
        pack_that_wants(folder, value)
        os.utime(folder / "checks/test_toy.py", (second, second))
        found.append(results(mark(request_for(submission, load_homework(str(folder)))))["layer.one"].status)
    assert found == [Status.PASSED, Status.GRADER_FAULT, Status.PASSED]
