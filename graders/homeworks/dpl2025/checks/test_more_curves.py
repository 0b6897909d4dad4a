"""Question 4, this year: shapes are named in the plots, and labels are made one-hot rows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given

from graders.checking import Student, budget, expect, few_cases, section

from ...dpl import training
from ...dpl.cases import NetworkCase, network_cases

if TYPE_CHECKING:
    from graders.checking import ImageData


@section("curves_autograd")
@budget(cpu_seconds=120)
def test_shapes_named(student: Student, submission: Path, data: ImageData) -> None:
    """Each shape is named where its learning curves are drawn."""
    training.check_shapes_named(training.run_curves(student, submission, "torch.autograd", training.curve_part(data)))


@section("curves_autograd")
@few_cases
@given(case=network_cases())
def test_one_hot(student: Student, case: NetworkCase) -> None:
    """one_hot(y, n_classes) has a row for each label, with a 1 in its column, also where classes are missing."""
    found = student("hw1_learning_curves").one_hot(student.tensor(case.y), case.shape[-1])
    expect(found).to_equal(case.Y_rows)
