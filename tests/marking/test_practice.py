"""A section that is practice: marked where it is begun, left out where it isn't, and worth nothing either way."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.coursework.packs.pack import load_homework
from graders.coursework.record import Report, Status
from graders.coursework.selection import select
from graders.marking.profiles import Profile
from graders.marking.run import Request, mark
from tests.packs import RUBRIC, base_pack
from tests.support import write_tree

PRACTICE = RUBRIC.replace("total = 3", "total = 2").replace(
    'title = "Tripling"\npoints = 1', 'title = "Tripling"\npoints = 0\npractice = ["work.triple"]'
)
DOUBLE = "def double(x):\n    return 2 * x\n"
LEFT = {
    "not there": "",
    "a raise": "def triple(x):\n    raise NotImplementedError\n",
    "nothing returned": "def triple(x):\n    ### YOUR CODE HERE ###\n    return ...\n",
}


def marked(folder: Path, triple: str, *only: str, double: str = DOUBLE) -> Report:
    homework = load_homework(str(base_pack(folder / "pack", PRACTICE)))
    submission = write_tree(folder / "work", {"work.py": f"{double}\n{triple}"})
    return mark(Request(submission, homework, select(homework, only, {}), Profile.QUICK))


@pytest.mark.parametrize("what", LEFT)
def test_what_is_left_is_skipped_and_costs_nothing(what: str, tmp_path: Path) -> None:
    report = marked(tmp_path, LEFT[what])
    assert (report.score, report.max_score, report.exit_status) == (2, 2, 0)
    assert [section.id for section in report.shown] == ["double"]
    (check,) = report.sections[1].checks
    assert (check.status, check.message) == (Status.SKIPPED, "not begun, and not asked for")
    assert report.sections[1].status == "skipped"


def test_what_is_begun_is_marked_and_worth_nothing(tmp_path: Path) -> None:
    wrong = marked(tmp_path / "wrong", "def triple(x):\n    return x / 2\n")
    assert (wrong.score, wrong.max_score, wrong.exit_status) == (2, 2, 0)
    assert wrong.sections[1].status == "failed"
    assert wrong.sections[1].checks[0].message == "triple(2) is 1.0, but should be 6"
    right = marked(tmp_path / "right", "def triple(x):\n    return 3 * x\n")
    assert (right.score, right.max_score, right.sections[1].status) == (2, 2, "passed")


def test_practice_is_reached_by_its_name(tmp_path: Path) -> None:
    report = marked(tmp_path / "wrong", "def triple(x):\n    return x / 2\n", "triple")
    assert [section.id for section in report.sections] == ["triple"]
    assert (report.score, report.max_score, report.exit_status) == (0, 0, 0)
    left = marked(tmp_path / "left", LEFT["a raise"], "triple")
    assert [section.id for section in left.shown] == ["triple"]
    assert left.exit_status == 0


def test_what_counts_still_costs_beside_it(tmp_path: Path) -> None:
    report = marked(tmp_path, LEFT["a raise"], double="def double(x):\n    return x\n")
    assert (report.score, report.max_score, report.exit_status) == (0, 2, 1)


def test_a_pack_that_extends_it_makes_it_count(tmp_path: Path) -> None:
    base_pack(tmp_path / "base", PRACTICE)
    own = '[[sections]]\nid = "triple"\npoints = 1\npractice = []\n'
    write_tree(tmp_path / "more", {"rubric.toml": f'extends = "../base"\nid = "more"\ntotal = 3\n\n{own}'})
    homework = load_homework(str(tmp_path / "more"))
    submission = write_tree(tmp_path / "work", {"work.py": DOUBLE})
    report = mark(Request(submission, homework, select(homework, [], {}), Profile.QUICK))
    assert (report.score, report.max_score, report.exit_status) == (2, 3, 1)
    assert [section.id for section in report.shown] == ["double", "triple"]
