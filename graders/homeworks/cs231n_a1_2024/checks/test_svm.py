"""The hinge loss with loops and without."""

from __future__ import annotations

from hypothesis import given

from graders.checking import Student, few_cases, section

from ...cs231n_a1.cases import ClassifierCase, classifier_cases
from ...cs231n_a1.losses import check_loops, expect_agreement


@section("svm")
@few_cases
@given(case=classifier_cases())
def test_agreement(student: Student, case: ClassifierCase) -> None:
    """svm_loss_vectorized gives what svm_loss_naive gives."""
    expect_agreement(student, case, "linear_svm", "svm")


@section("svm")
def test_without_loops(student: Student) -> None:
    """svm_loss_vectorized has no loops, over examples or classes."""
    check_loops(student, "linear_svm", "svm")
