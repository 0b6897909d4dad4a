"""The words that a check is written with; an author imports them from here: `from graders.checking import expect`.

Each is imported when it is asked for: a worker is to be started before Hypothesis or PyTorch are, and what needs one
word needs no others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graders import find_oracles, importing
from graders.checking.expect import expect  # now: the module of that name would be in its place later

if TYPE_CHECKING:
    from graders.checking.apart import content_of, reads_files
    from graders.checking.cases import Case, probabilities
    from graders.checking.decorators import budget, few_cases, section
    from graders.checking.expect import CheckFailed, RuleBroken, all_at_once, certain
    from graders.checking.gradients import Arrays, check_gradients
    from graders.checking.reading import (
        array_of,
        examine,
        is_nothing,
        list_of,
        number_of,
        read_array,
        read_arrays,
        read_flag,
        read_items,
        read_list,
        read_number,
        read_record,
        read_whole,
        record_of,
    )
    from graders.checking.rules import (
        Use,
        banned,
        check_imports,
        check_imports_at_run_time,
        check_lines_do_not_grow,
        check_no_loops_in_source,
        check_no_new_files,
        check_not_renamed,
        check_unchanged,
        forbidden,
        uses,
    )
    from graders.checking.scripts import Axes, Figure, Line, ScriptRun, folder, run_and_read, run_script
    from graders.checking.stand_ins import Refused, StandIns, numbers
    from graders.checking.student import Given, Remote, Student, Value, by_place
    from graders.coursework.data import ImageData
    from graders.coursework.packs.modules import Folders
    from graders.gradcheck import Convention, Positive, Simplex
    from graders.judging.compare import Shape, as_array, compare
    from graders.judging.diagnosis import Catalogue
    from graders.judging.difference import Difference
    from graders.judging.expectation import Accepted, Expected
    from graders.judging.expected import Answer, measured
    from graders.judging.rounding import is_simulated
    from graders.sandbox.faults import StudentError, StudentTimeout

__all__ = [
    "Accepted",
    "Answer",
    "Arrays",
    "Axes",
    "Case",
    "Catalogue",
    "CheckFailed",
    "Convention",
    "Difference",
    "Expected",
    "Figure",
    "Folders",
    "Given",
    "ImageData",
    "Line",
    "Positive",
    "Refused",
    "Remote",
    "RuleBroken",
    "ScriptRun",
    "Shape",
    "Simplex",
    "StandIns",
    "Student",
    "StudentError",
    "StudentTimeout",
    "Use",
    "Value",
    "all_at_once",
    "array_of",
    "as_array",
    "banned",
    "budget",
    "by_place",
    "certain",
    "check_gradients",
    "check_imports",
    "check_imports_at_run_time",
    "check_lines_do_not_grow",
    "check_no_loops_in_source",
    "check_no_new_files",
    "check_not_renamed",
    "check_unchanged",
    "compare",
    "content_of",
    "examine",
    "expect",
    "few_cases",
    "folder",
    "forbidden",
    "is_nothing",
    "is_simulated",
    "list_of",
    "measured",
    "number_of",
    "numbers",
    "probabilities",
    "read_array",
    "read_arrays",
    "read_flag",
    "read_items",
    "read_list",
    "read_number",
    "read_record",
    "read_whole",
    "reads_files",
    "record_of",
    "run_and_read",
    "run_script",
    "section",
    "uses",
]

_PLACES = {
    "graders.checking.apart": "content_of reads_files",
    "graders.checking.cases": "Case probabilities",
    "graders.checking.decorators": "budget few_cases section",
    "graders.checking.expect": "CheckFailed RuleBroken all_at_once certain",
    "graders.checking.gradients": "Arrays check_gradients",
    "graders.checking.reading": "array_of examine is_nothing list_of number_of read_array read_arrays read_flag "
    "read_items read_list read_number read_record read_whole record_of",
    "graders.checking.rules": "Use banned check_imports check_imports_at_run_time check_lines_do_not_grow "
    "check_no_loops_in_source check_no_new_files check_not_renamed check_unchanged forbidden uses",
    "graders.checking.scripts": "Axes Figure Line ScriptRun folder run_and_read run_script",
    "graders.checking.stand_ins": "Refused StandIns numbers",
    "graders.checking.student": "Given Remote Student Value by_place",
    "graders.coursework.data": "ImageData",
    "graders.coursework.packs.modules": "Folders",
    "graders.gradcheck": "Convention Positive Simplex",
    "graders.judging.compare": "Shape as_array compare",
    "graders.judging.diagnosis": "Catalogue",
    "graders.judging.difference": "Difference",
    "graders.judging.expectation": "Accepted Expected",
    "graders.judging.expected": "Answer measured",
    "graders.judging.rounding": "is_simulated",
    "graders.sandbox.faults": "StudentError StudentTimeout",
}
"""Where they are, by module."""

find_oracles()
__getattr__ = importing(__name__, _PLACES)


def __dir__() -> list[str]:
    """The words."""
    return sorted(__all__)
