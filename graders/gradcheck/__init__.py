"""A black-box gradient checker for NumPy functions with a hand-written backward pass."""

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
    "check_function",
    "gradcheck",
    "pointwise",
]
