"""The checks of activations.py: relu, softmax, stable_softmax and cross_entropy on (n_neurons, n_examples)."""

from __future__ import annotations

from graders.checking import Remote, Shape, Student, expect

from . import oracle
from .cases import ActivationCase, EntropyCase

MODULE = "my_neural_networks.activations"


def activated(student: Student, name: str, case: ActivationCase) -> Remote:
    """What the student's function returns for the case's pre-activations."""
    function: Remote = getattr(student(MODULE), name)
    return function(student.tensor(case.Z))


def check_relu(student: Student, case: ActivationCase) -> None:
    """The student's relu against the oracle's."""
    expect(activated(student, "relu", case)).to_equal(oracle.relu(Z=case.Z).A)


def check_softmax(student: Student, name: str, case: ActivationCase) -> None:
    """The student's softmax of this name against the oracle's, column by column."""
    expect(activated(student, name, case)).to_equal(oracle.softmax(Z=case.Z).A)


def check_unchanged(student: Student, name: str, case: ActivationCase) -> None:
    """The function leaves its argument as it was."""
    Z = student.tensor(case.Z)
    getattr(student(MODULE), name)(Z)
    expect(Z).to_be_unchanged(case.Z)


def check_cross_entropy(student: Student, case: EntropyCase) -> None:
    """The student's mean cross-entropy of probabilities against the oracle's."""
    found = student(MODULE).cross_entropy(student.tensor(case.P), student.tensor(case.Y))
    expect(found).to_equal(oracle.cross_entropy(P=case.P, Y=case.Y).loss, Shape.SCALAR)


def check_cross_entropy_of_zero(student: Student, case: EntropyCase) -> None:
    """A probability of exactly 0 costs -log(epsilon), whether epsilon is added or is the least that it may be."""
    found = student(MODULE).cross_entropy(student.tensor(case.certain), student.tensor(case.Y))
    expect(found).to_equal(oracle.cross_entropy(P=case.certain, Y=case.Y).loss, Shape.SCALAR)


def check_cross_entropy_unchanged(student: Student, case: EntropyCase) -> None:
    """cross_entropy leaves probabilities and labels as they were, exact zeros among them."""
    P, Y = student.tensor(case.certain), student.tensor(case.Y)
    student(MODULE).cross_entropy(P, Y)
    expect(P).to_be_unchanged(case.certain)
    expect(Y).to_be_unchanged(case.Y)
