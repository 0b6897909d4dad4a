"""Mistakes that a program makes: where they are made, which are drawn, and what is said about those that survive."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from graders import UsageError
from graders.cli.mechanical import strength
from graders.coursework.packs.pack import read_homework
from graders.marking.validation.mechanical.operators import Source
from graders.marking.validation.mechanical.sample import candidates, drawn, reasons
from graders.marking.validation.outcome import Outcome
from tests.cli.program import gradmark
from tests.support import write_tree

RUBRIC = """
    id = "small"
    title = "Small"
    total = 1
    [modules.work]
    double = ["work.py"]
    [[sections]]
    id = "double"
    title = "Double"
    points = 1
    checks = ["double.value"]
"""
CHECK = """
    from graders.checking import expect, section

    @section("double")
    def test_value(student):
        \"""double works.\"""
        expect(student("work").double(3.0)).to_equal(6.0)
"""
WORK = '''
    """Work."""

    UNIT = 1


    def double(x):
        """Twice x."""
        zero = x - x
        return 2 * x + zero
'''


def pack(folder: Path, **more: str) -> Path:
    return write_tree(folder, {"rubric.toml": RUBRIC, "checks/test_double.py": CHECK, "worked/work.py": WORK, **more})


def test_files_that_were_handed_out_are_left_alone_where_others_say_which_lines_are_students(tmp_path: Path) -> None:
    rubric = RUBRIC.replace("[modules.work]", '[modules.given]\n    half = ["given.py"]\n    [modules.work]')
    given = "def half(x):\n    return x / 2\n"
    marked = WORK.replace("zero = x - x", "# BEGIN SOLUTION\n        zero = x - x\n        # END SOLUTION")
    plain = pack(tmp_path / "plain", **{"rubric.toml": rubric, "worked/given.py": given})
    said = pack(tmp_path / "said", **{"rubric.toml": rubric, "worked/given.py": given, "worked/work.py": marked})
    assert {task.case.name.partition(",")[0] for task in candidates(read_homework(str(plain)), "p")} == {
        "given.py",
        "work.py",
    }
    assert {task.case.name.partition(",")[0] for task in candidates(read_homework(str(said)), "s")} == {"work.py"}


def test_only_what_students_write_is_changed() -> None:
    marked = "A = 1\n# BEGIN SOLUTION\nB = 2\n# END SOLUTION\n"
    assert {change.line for change in Source(marked).changes()} == {3}
    assert {change.line for change in Source("A = 1\n\n\ndef f(x):\n    return x + 1\n").changes()} == {5}


def test_the_same_seed_draws_the_same_mistakes(tmp_path: Path) -> None:
    folder = str(pack(tmp_path))
    everything = {task.case.name for task in candidates(read_homework(folder), folder)}
    few = [task.case.name for task in drawn(folder, 3, 7)]
    assert few == [task.case.name for task in drawn(folder, 3, 7)]
    assert len(few) == 3
    assert set(few) < everything
    assert {task.case.name for task in drawn(folder, 1000, 0)} == everything


def test_survivors_are_listed_until_the_pack_has_a_reason_for_each(tmp_path: Path) -> None:
    folder = pack(tmp_path / "pack")
    done = gradmark("validate", folder, "--mechanical", "1000", "--json", tmp_path / "found.json")
    assert done.returncode == 1, done.stdout + done.stderr
    (found,) = json.loads((tmp_path / "found.json").read_text("utf-8"))["homeworks"]
    assert found["made"] > found["caught"] > 0
    assert "work.py, line 9: operator: + -> -" in found["survives"]
    assert f"survives: {found['survives'][0]}" in done.stdout
    lines = [f"{json.dumps(name)} = 'zero is 0'" for name in found["survives"]]
    (folder / "survivors.toml").write_text("\n".join(lines), "utf-8")
    known = strength(str(folder), list(outcomes(found["survives"])))
    assert (len(known.equivalent), known.survives) == (len(lines), [])


def outcomes(names: Sequence[str]) -> Iterator[Outcome]:
    """Those of mistakes that nothing caught."""
    nothing: dict[str, Any] = {"fails": [], "should_fail": [], "faults": [], "said": [], "reasons": []}
    for name in names:
        yield Outcome(
            homework="small", name=name, kind="mutant", points_lost=0, should_say=None, told=False, seconds=0, **nothing
        )


@pytest.mark.parametrize(("text", "said"), [("x =", "survivors.toml: "), ('"a" = ""', "'a' should have its reason")])
def test_reasons_that_are_none_are_told(text: str, said: str, tmp_path: Path) -> None:
    folder = pack(tmp_path, **{"survivors.toml": text})
    with pytest.raises(UsageError, match=said):
        reasons(read_homework(str(folder)))


def test_a_pack_in_which_nothing_can_be_changed_is_told(tmp_path: Path) -> None:
    folder = pack(tmp_path, **{"worked/work.py": "double = abs\n"})
    with pytest.raises(UsageError, match="nothing can be changed in the files of its worked submission"):
        drawn(str(folder), 3, 0)


@pytest.mark.parametrize("homework", ["a4", "ai702", "cs189", "dpl2023", "dpl2025"])
def test_what_a_bundled_homework_says_of_survivors_is_about_changes_that_are_made(homework: str) -> None:
    found = read_homework(homework)
    known = reasons(found)
    assert known
    assert set(known) <= {task.case.name for task in candidates(found, homework)}
