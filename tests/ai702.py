"""ai702's oracles as functions, by the keys of its components, or by the last word of these: `mse`, `losses.mse`.

What a batch normalisation keeps, and its evaluation, are `batchnorm_state` and `batchnorm_evaluation`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any

from graders.checking.components.oracle import ComponentOracle
from graders.homeworks.ai702.components import ALPHA, COMPONENTS
from graders.judging.expected import Answer

Oracle = Callable[..., Answer]


@cache
def oracles() -> dict[str, Oracle]:
    """All of them by their own names."""
    return dict(_oracles())


def _oracles() -> Iterator[tuple[str, Oracle]]:
    for key, component in COMPONENTS.items():
        oracle: Any = component.standard(key).oracle
        if not isinstance(oracle, ComponentOracle):
            yield key, oracle._measured
        elif oracle.component.state:
            yield key, partial(_with_alpha, oracle.answer)
            yield f"{key}_state", oracle.new_state
            yield f"{key}_evaluation", oracle.evaluated
        else:
            yield key, oracle.answer


def _with_alpha(answer: Oracle, alpha: float = ALPHA, **arguments: Any) -> Answer:
    return answer(alpha=alpha, **arguments)


def __getattr__(name: str) -> Oracle:
    found = [oracle for key, oracle in oracles().items() if name in (key, key.rpartition(".")[2])]
    if not found:
        raise AttributeError(name)
    return found[0]
