"""Small packs for tests: a toy homework whose checks are true or false by what the pack's modules say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.support import write_tree

RUBRIC = """
id = "base"
title = "A base"
total = 3

[modules.work]
double = ["work.py"]
triple = ["work.py"]

[flags]
grade_triple = "triple"

[[sections]]
id = "double"
title = "Doubling"
points = 2
policy = "all-or-nothing"
checks = ["double.value"]

[[sections]]
id = "triple"
title = "Tripling"
points = 1
policy = "all-or-nothing"
checks = ["triple.value"]
"""

CHECKS = {
    "checks/test_double.py": '''
        from graders.checking import section
        from graders.checking import CheckFailed

        from .. import oracle

        @section("double")
        def test_value(student):
            """double(2) is right."""
            found = student.read(student("work").double(2))[0]
            if found != oracle.double(2):
                raise CheckFailed(f"double(2) is {found}, but should be {oracle.double(2)}")
        ''',
    "checks/test_triple.py": '''
        from graders.checking import section
        from graders.checking import CheckFailed

        from .. import oracle

        @section("triple")
        def test_value(student):
            """triple(2) is right."""
            found = student.read(student("work").triple(2))[0]
            if found != oracle.triple(2):
                raise CheckFailed(f"triple(2) is {found}, but should be {oracle.triple(2)}")
        ''',
    "oracle.py": """
        from .numbers import TWO, THREE

        def double(x):
            return TWO * x

        def triple(x):
            return THREE * x
        """,
    "numbers.py": "TWO, THREE = 2, 3\n",
    "worked/work.py": "def double(x):\n    return 2 * x\n\n\ndef triple(x):\n    return 3 * x\n",
    "mutants.toml": """
        [[mutants]]
        name = "double: squared"
        file = "work.py"
        old = "2 * x"
        new = "x**3"
        loses = ["double"]

        [[mutants]]
        name = "triple: halved"
        edits = [{ file = "work.py", old = "3 * x", new = "x / 2" }]
        loses = ["triple"]

        [[variants]]
        name = "double: added"
        file = "work.py"
        old = "2 * x"
        new = "x + x"
        marked = ["double"]
        """,
}


def base_pack(folder: Path, rubric: str = RUBRIC, files: Mapping[str, str] = CHECKS) -> Path:
    """A pack with two sections, a worked submission and mutants."""
    return write_tree(folder, {"rubric.toml": rubric, **files})


def scores_of(folder: Path | str, submission: Path) -> dict[str, float]:
    """What marking with a pack gives, section by section."""
    from graders.coursework.packs.pack import load_homework
    from graders.coursework.selection import select
    from graders.marking.profiles import Profile
    from graders.marking.run import Request, mark

    homework = load_homework(str(folder))
    report = mark(Request(submission, homework, select(homework, [], {}), Profile.QUICK))
    return {section.id: section.score for section in report.sections}
