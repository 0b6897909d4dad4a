"""`import gradmark` has the words of `graders`, under the name that the distribution is installed by."""

from typing import TYPE_CHECKING

from graders import __version__ as __version__
from graders import importing

if TYPE_CHECKING:
    from graders import Report, SubmissionError, UsageError, assert_gradients, check_function, load_homework, mark
    from graders import gradcheck as gradcheck

__all__ = [
    "Report",
    "SubmissionError",
    "UsageError",
    "assert_gradients",
    "check_function",
    "gradcheck",
    "load_homework",
    "mark",
]

__getattr__ = importing(__name__, {"graders": " ".join(__all__)})


def __dir__() -> list[str]:
    """The words."""
    return sorted(__all__)
