"""Losses of a linear classifier, with loops and without: they agree, and the vectorized one has no loops."""

from __future__ import annotations

from collections.abc import Callable

from graders.checking import Student, check_lines_do_not_grow, expect, read_array, read_number

from .cases import ClassifierCase


def expect_agreement(student: Student, case: ClassifierCase, module: str, name: str) -> None:
    """CheckFailed where the two functions give different losses or gradients."""
    losses = student(f"cs231n.classifiers.{module}")
    naive = getattr(losses, f"{name}_loss_naive")(case.W, case.X, case.y, case.reg)
    vectorized = getattr(losses, f"{name}_loss_vectorized")(case.W, case.X, case.y, case.reg)
    because = f"{name}_loss_naive and {name}_loss_vectorized differ: the other checks tell which of the two is wrong"
    expect(vectorized[0]).to_equal(read_number(naive[0]), because=because)
    expect(vectorized[1]).to_equal(read_array(naive[1], case.W.shape), because=because)


def check_loops(student: Student, module: str, name: str) -> None:
    """CheckFailed where the vectorized one has a loop over examples, or over classes."""

    def run(over: str) -> Callable[[int], None]:
        def with_so_many(count: int) -> None:
            case = ClassifierCase(1, **{"N": 4, "D": 5, "C": 3, over: count}, rate=0.1, reg=0.1)
            getattr(student(f"cs231n.classifiers.{module}"), f"{name}_loss_vectorized")(
                case.W, case.X, case.y, case.reg
            )

        return with_so_many

    check_lines_do_not_grow(student, run("N"))
    check_lines_do_not_grow(student, run("C"), of="classes")
