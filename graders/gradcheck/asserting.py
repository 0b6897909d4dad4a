"""`assert_gradients`: a gradient check as one line of a test; it needs NumPy and nothing else."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from graders.gradcheck.functions import check_function
from graders.gradcheck.messages import wrong
from graders.gradcheck.result import Result, Verdict

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def assert_gradients(
    function: Callable[..., object], gradient: Callable[..., object], *inputs: object, **options: Any
) -> None:
    """Assert that ``gradient(*inputs, cotangent)`` is the gradient of ``function(*inputs)``.

    What ``check_function`` takes, with inputs named as ``function`` names its parameters (``x0``, ``x1``, ... where it
    doesn't). The AssertionError has the verdict, and for each wrong gradient its worst entries. Anything short of
    ``Verdict.PASS`` is one, ``inconclusive`` too: a gradient that nothing is known of is not right.

    Inputs may have any shape; the cotangent has the output's shape, and each gradient that of its input.

    Raises ValueError or TypeError for arguments that can't be checked, and what ``function`` or ``gradient`` raises.
    """
    __tracebackhide__ = True
    result = check_function(function, gradient, *inputs, names=_names(function, len(inputs)), **options)
    if result.verdict is not Verdict.PASS:
        raise AssertionError(explained(result))


def explained(result: Result) -> str:
    """The verdict, its message, and the entries of further gradients that are wrong."""
    others = [wrong(item) for item in result.inputs if item.verdict is Verdict.WRONG_GRADIENT]
    return "\n".join([str(result), *(text for text in others if text.partition(":")[0] not in result.message)])


def _names(function: Callable[..., object], count: int) -> Sequence[str] | None:
    """The names of a function's first parameters; None where it doesn't tell them."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # of what isn't written in Python
        return None
    names = [parameter.name for parameter in parameters if parameter.kind in _POSITIONAL]
    return names[:count] if len(names) >= count else None
