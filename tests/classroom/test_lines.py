"""A class's lines are told by the worked submission's functions and statements, whatever students call their names."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from graders.classroom.overview import overview
from graders.classroom.result import Result, State
from graders.classroom.statistics.lines import Worked, counterpart, functions_of
from graders.classroom.store import Store
from graders.coursework.record import Cause, Code, Look, Status
from graders.reports.html.classroom import classroom
from tests.reports.records import check, report, section

FILE = "mytorch/nn/batchnorm.py"
WORKED = list(functions_of(Path("student_impl/ai702") / FILE, FILE))
BACKWARD = [
    "    def backward(self, upstream):",
    "        self.dLdBb = upstream.sum(axis=0, keepdims=True)",
    "        self.dLdBW = (upstream * self.NZ).mean(axis=0, keepdims=True)",
    "        return upstream",
]
CODE = Code(file=FILE, first=50, lines=BACKWARD)


def place(line: int) -> tuple[str, str]:
    """The worked function and the text of its statement."""
    found = counterpart(CODE, line, WORKED)
    assert found is not None
    of, number = found
    return of.name, of.statements.get(number, "")


def test_a_line_is_the_statement_that_assigns_the_same():
    assert place(52) == ("BatchNorm1d.backward", "self.dLdBW = np.sum(dLdBZ * self.NZ, axis=0, keepdims=True)")
    assert place(53)[1].startswith("return ")


def test_a_line_that_is_like_none_tells_the_function_alone():
    code = Code(file="nn/BatchNorm.py", first=1, lines=["def backward(self, d):", "    helper(d, 3)"])
    found = counterpart(code, 2, WORKED)
    assert found is not None
    assert (found[0].name, found[1]) == ("BatchNorm1d.backward", found[0].first)


@pytest.mark.parametrize("first", ["def other(self):", "class Backward:", ""])
def test_what_is_no_function_of_the_homework_is_not_counted(first: str):
    assert counterpart(Code(file=FILE, first=1, lines=[first, "x = 1"]), 2, WORKED) is None


def test_functions_of_a_file_have_their_classes_in_front():
    assert {one.name for one in WORKED} == {f"BatchNorm1d.{name}" for name in ("__init__", "forward", "backward")}
    assert all(isinstance(one, Worked) and one.statements for one in WORKED)


def test_the_class_page_tells_the_lines_that_most_go_wrong(tmp_path: Path):
    wrong = check("batchnorm.backward", Status.FAILED, message="dLdBW is wrong")
    found = report(section("batchnorm", 0.0, 15.0, "failed", wrong))
    sure = Cause(checks=[wrong.id], of=1, look_at=[Look(file=FILE, line=52, sure=True)], code=[CODE])
    two = [Look(file=FILE, line=line, sure=False) for line in (51, 52)]
    with Store(tmp_path / "gradmark.sqlite") as store:
        for name, causes in (
            ("ada", [sure]),
            ("bob", [sure, sure]),
            ("cyd", [Cause(checks=[wrong.id], of=1, look_at=two, code=[CODE])]),
        ):
            marked = msgspec.structs.replace(found, homework="ai702", causes=causes)
            store.keep(Result(name, name, 1, "d", "{}", State.MARKED, "", marked, "2026-01-01T10:00:00", 2.5))
        one = overview(store, "autumn", {})
    (line,) = one.homeworks[0].lines
    assert (line.function, line.submissions) == ("BatchNorm1d.backward", 2)
    text = classroom(one).decode()
    assert "Lines that most go wrong" in text
    assert "2 of 3" in text
