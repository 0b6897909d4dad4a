"""An author's slips are one line each, with file and line, before any student code runs; `sections` tells them all."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

import pytest

from graders.coursework.packs.loading import FIXTURES, all_problems, load
from graders.coursework.packs.pack import load_homework
from graders.marking import fixtures
from tests.cli.program import gradmark
from tests.packs import CHECKS, RUBRIC, base_pack
from tests.support import replace_in, write_tree

CHECK = '''
    from graders.checking import section

    @section("double")
    def test_value(student{more}):
        """double works."""
    '''
DOUBLE = dedent(CHECKS["checks/test_double.py"]).lstrip()


def files(**changed: str) -> dict[str, str]:
    """The base pack's, with others for these modules: `oracle="..."` is oracle.py, `test_double` one of checks."""
    names = {name: f"checks/{name}.py" if name.startswith("test_") else f"{name}.py" for name in changed}
    return CHECKS | {names[name]: text for name, text in changed.items()}


SLIPS = {
    "two functions of one name": (
        files(test_double=DOUBLE + dedent(CHECK).format(more="")),
        r"checks/test_double\.py, line 1\d: test_value is there already, in line 7: rename one",
    ),
    "one check in two files": (
        files(test_again=CHECK.format(more="")),
        r"checks/test_double\.py, line 7: check 'double\.value' is written twice, also in .*/test_again\.py, line 4",
    ),
    "a module of the pack imported by its bare name": (
        files(test_double="import oracle\n" + dedent(CHECK).format(more="")),
        r"checks/test_double\.py, line 1: ModuleNotFoundError: No module named 'oracle'; modules of a pack are "
        r"imported relatively: from \.\. import oracle$",
    ),
    "a bare import in a module": (
        files(oracle="import numbers_of_ours\n", numbers_of_ours=""),
        r"oracle\.py, line 1: .*: from \. import numbers_of_ours$",
    ),
    "a relative import that fails": (
        files(misconceptions="from . import oracel\n"),
        r"misconceptions\.py, line 1: ImportError: cannot import name 'oracel' from",
    ),
    "a module's syntax": (files(oracle="def double(x:\n"), r"oracle\.py, line 1: SyntaxError: "),
    "a check file's syntax": (
        files(test_double="def broken(:\n"),
        r"checks/test_double\.py: the checks can't be read: .*line 1",
    ),
    "an exception at import": (
        files(stand_ins="STAND_INS = {}\nSTAND_INS['a']\n"),
        r"stand_ins\.py, line 2: KeyError: 'a'",
    ),
    "an exit at import": (files(closed_forms="raise SystemExit(0)\n"), r"closed_forms\.py, line 1: SystemExit: 0"),
    "misconceptions without a catalogue": (
        files(misconceptions="CATALOG = []\n"),
        r"misconceptions\.py: CATALOGUE isn't there, but should be a Catalogue$",
    ),
    "misconceptions in a list": (
        files(misconceptions="CATALOGUE = []\n"),
        r"misconceptions\.py: CATALOGUE is list, but should be a Catalogue$",
    ),
    "stand-ins that are no classes": (
        files(stand_ins="STAND_INS = {'work.Double': 3}\n"),
        r"stand_ins\.py: STAND_INS\['work\.Double'\] is of type int, but should be a class or a function",
    ),
    "stand-ins in a list": (files(stand_ins="STAND_INS = [int]\n"), r"stand_ins\.py: STAND_INS is list"),
    "closed forms that are no functions": (
        files(closed_forms="CLOSED_FORMS = {'double': 2}\n"),
        r"closed_forms\.py: CLOSED_FORMS\['double'\] is of type int, but should be a function",
    ),
    "a fixture that nobody has": (
        files(test_double=CHECK.format(more=", sumbission")),
        r"checks/test_double\.py, line 4: test_value asks for 'sumbission', but there are only student, submission, ",
    ),
    "a check that another function hides": (
        files(test_double=DOUBLE + "\ntest_value = None\n"),
        r"checks/test_double\.py, line 7: when the file is imported, test_value is not the check 'double\.value'",
    ),
    "a check in the rubric without a function": (
        {name: text for name, text in CHECKS.items() if name != "checks/test_triple.py"},
        r"rubric\.toml: section 'triple': check 'triple\.value' has no function in checks/",
    ),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_one_line(tmp_path: Path, slip: str) -> None:
    content, words = SLIPS[slip]
    pack = base_pack(tmp_path / "my pack", files=content)
    problems = all_problems(str(pack))
    assert [line for line in problems if re.search(words, line)], problems
    assert not [line for line in problems if "\n" in line or "gradmark_pack_" in line]


def test_grading_says_the_first_and_how_many_more_and_runs_nothing(tmp_path: Path) -> None:
    content = files(misconceptions="CATALOGUE = 1\n", stand_ins="STAND_INS = 1\n", closed_forms="CLOSED_FORMS = 1\n")
    pack = base_pack(tmp_path / "pack", files=content)
    write_tree(tmp_path / "work", {"work.py": "open('/proc/self/mem/no', 'w')\nprint('student code ran')\n"})
    done = gradmark("grade", tmp_path / "work", "--homework", pack, "--profile", "quick")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"gradmark: {pack}/closed_forms.py: CLOSED_FORMS is int, but should be a dict "
        f"(and 2 more, which gradmark sections {pack} lists)\n"
    )


@pytest.mark.parametrize("command", ["class", "pipeline", "validate"])
def test_what_is_done_with_many_submissions_says_it_once(tmp_path: Path, command: str) -> None:
    pack = base_pack(tmp_path / "pack", files=files(misconceptions="CATALOGUE = 1\n"))
    write_tree(tmp_path / "class" / "ada", {"work.py": ""})
    arguments = {
        "class": ["class", tmp_path / "class", "--homework", pack],
        "pipeline": ["pipeline", "gradescope", pack, "-o", tmp_path / "out"],
        "validate": ["validate", pack],
    }
    done = gradmark(*arguments[command], cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"gradmark: {pack}/misconceptions.py: CATALOGUE is int, but should be a Catalogue\n"
    assert not (tmp_path / "out").exists()


def test_sections_tells_every_problem_in_a_line_each(tmp_path: Path) -> None:
    content = files(misconceptions="CATALOGUE = 1\n", oracle="import numbers_of_ours\n", numbers_of_ours="")
    pack = base_pack(tmp_path / "pack", RUBRIC.replace("total = 3", "total = 4"), content)
    write_tree(pack, {"checks/test_more.py": "def broken(:\n"})
    done = gradmark("sections", pack)
    assert (done.returncode, done.stdout) == (2, "")
    lines = done.stderr.splitlines()
    assert len(lines) == 4, lines
    assert all(line.startswith("gradmark: ") for line in lines)
    for words in ("the checks can't be read", "total is 4", "oracle.py, line 1", "CATALOGUE is int"):
        assert sum(words in line for line in lines) == 1, words


def test_a_whole_pack_has_no_problems_and_may_ask_for_what_it_has_itself(tmp_path: Path) -> None:
    more = '''
        import pytest
        from hypothesis import given, strategies

        from graders.checking import few_cases, section

        @pytest.fixture
        def own():
            return 1

        @section("triple")
        @pytest.mark.parametrize("one, two", [(1, 2)])
        @few_cases
        @given(case=strategies.integers())
        def test_other(student, case, own, one, two, pack, tmp_path, late=3):
            """Everything is there."""
        '''
    pack = base_pack(tmp_path, RUBRIC.replace('["triple.value"]', '["triple.value", "triple.other"]'))
    write_tree(pack, {"checks/test_more.py": more})
    assert all_problems(str(pack)) == []


def test_the_fixtures_that_checks_are_told_of_are_those_that_there_are() -> None:
    known = {name for name, value in vars(fixtures).items() if type(value).__name__ == "FixtureFunctionDefinition"}
    assert known == set(FIXTURES)


def test_a_pack_that_was_mended_loads_in_the_same_process(tmp_path: Path) -> None:
    pack = base_pack(tmp_path, files=files(oracle="from .numbers import FOUR\n"))
    (first, *_) = all_problems(str(pack))
    assert "oracle.py, line 1: ImportError" in first
    replace_in(pack / "numbers.py", "TWO, THREE = 2, 3", "TWO, THREE, FOUR = 2, 3, 4")
    assert all_problems(str(pack)) == []
    load(load_homework(str(pack)))
