"""A black-box gradient checker for NumPy functions with a hand-written backward pass."""

from typing import TYPE_CHECKING

from graders import importing

if TYPE_CHECKING:
    from graders.gradcheck.asserting import assert_gradients
    from graders.gradcheck.check import gradcheck
    from graders.gradcheck.conventions import Convention
    from graders.gradcheck.domains import Domain, Fraction, Positive, Simplex
    from graders.gradcheck.functions import check_function
    from graders.gradcheck.problem import MutatedInputError, pointwise
    from graders.gradcheck.result import InputResult, Result, Verdict, WrongEntry

__all__ = [
    "Convention",
    "Domain",
    "Fraction",
    "InputResult",
    "MutatedInputError",
    "Positive",
    "Result",
    "Simplex",
    "Verdict",
    "WrongEntry",
    "assert_gradients",
    "check_function",
    "gradcheck",
    "pointwise",
]

__getattr__ = importing(
    __name__,
    {
        "graders.gradcheck.asserting": "assert_gradients",
        "graders.gradcheck.check": "gradcheck",
        "graders.gradcheck.conventions": "Convention",
        "graders.gradcheck.domains": "Domain Fraction Positive Simplex",
        "graders.gradcheck.functions": "check_function",
        "graders.gradcheck.problem": "MutatedInputError pointwise",
        "graders.gradcheck.result": "InputResult Result Verdict WrongEntry",
    },
)


def __dir__() -> list[str]:
    """The words."""
    return sorted(__all__)
