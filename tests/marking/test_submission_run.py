"""One submission after another goes through the same collection, each with its own object."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.coursework.packs.pack import load_homework
from graders.coursework.record import CheckResult, Status
from graders.coursework.selection import select
from graders.marking.run import Marked, Prerecorded, Request, mark, prerecord
from tests.support import toy_homework, write_tree

CHECKS = """
    import pytest

    from graders.checking import CheckFailed, section

    @section("layer")
    @pytest.mark.parametrize("wanted", ORDER)
    def test_value(student, wanted):
        \"\"\"It has this value.\"\"\"
        value, = student.read(student("toy").Layer.value)
        if value == wanted:
            raise CheckFailed(f"it is {wanted}", holds_no_values=True)

    @section("layer")
    def test_other(student):
        \"\"\"It has another.\"\"\"
        student.read(student("toy").Layer.other)

    @section("layer")
    def test_source(student, submission):
        \"\"\"Its source can be read.\"\"\"
        assert "class" in (submission / "layer.py").read_text()
"""
RUBRIC = """
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
    checks = ["layer.value", "layer.other", "layer.source"]
"""


def request_for(folder: Path, value: int, order: str = "[1, 2, 3]", processes: int = 1) -> Request:
    homework = load_homework(str(toy_homework(folder / "pack", RUBRIC, CHECKS.replace("ORDER", order))))
    code = f"class Layer:\n    value, other = {value}, 0\n"
    submission = write_tree(folder / f"submission {value}", {"layer.py": code})
    return Request(submission, homework, select(homework, [], {}), processes=processes)


def ended(report_of: Request, run: Prerecorded | None = None) -> dict[str, CheckResult]:
    return {check.id: check for section in mark(report_of, run).sections for check in section.checks}


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("order", ["[1, 2, 3]", "[3, 2, 1]", "[2, 3]"])
def test_a_check_that_pytest_has_several_items_of_passes_if_all_of_them_do(
    order: str, processes: int, tmp_path: Path
) -> None:
    assert ended(request_for(tmp_path, 2, order, processes))["layer.value"].message == "it is 2"
    assert ended(request_for(tmp_path, 5, order, processes))["layer.value"].status is Status.PASSED


def test_several_submissions_go_through_one_collection_in_one_process(tmp_path: Path) -> None:
    requests = [request_for(tmp_path, value) for value in (5, 2, 5, 3)]
    found: list[dict[str, CheckResult]] = []
    prerecord(requests[0], lambda run: found.extend([ended(request, run) for request in requests]))
    assert [one["layer.value"].message for one in found] == ["", "it is 2", "", "it is 3"]
    assert all(one["layer.other"].status is Status.PASSED for one in found)


def test_a_check_with_several_items_is_never_repeated_in_place_of_being_run(tmp_path: Path) -> None:
    kept: list[set[str]] = []
    prerecord(request_for(tmp_path, 5), lambda run: kept.append(set(run.recordings)))
    assert kept == [{"layer.other"}]


def test_a_runner_that_has_nothing_leaves_every_check_failed(tmp_path: Path) -> None:
    report = mark(request_for(tmp_path, 5), lambda request, copy, workers: Marked({}))
    assert {check.status for section in report.sections for check in section.checks} == {Status.FAILED}
