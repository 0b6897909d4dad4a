"""Prints, as JSON, how far off answers may be; run in processes whose kernels differ."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import torch

from graders.checking.components.cases.case import ANY, ComponentCase
from graders.checking.components.cases.example import Example
from graders.homeworks.ai702.components import LINEAR
from graders.judging.expected import Answer, Expected
from tests.judging.test_second_opinion import ASKED

ORACLE = LINEAR.standard("linear").oracle


def linear(seed: int, N: int, in_features: int, out_features: int, regime: str) -> ComponentCase:
    """A case of the linear layer."""
    return ComponentCase(seed, (("N", N), ("in_features", in_features), ("out_features", out_features)), (), regime)


EDGE = linear(138899, 2, 3, 7, "large")
"""A case of a mutant that adds up dLdW, which once passed on some machines and failed on others.

Its batch before this one was drawn without the regime, as ai702's cases then did: dLdW of it was as good as nothing.
"""


def answers() -> Iterator[tuple[str, Answer]]:
    """What every oracle says to some arguments, and the linear layer's to each regime."""
    for place, (module, name, arguments) in enumerate(ASKED):
        yield f"{module.__name__} {name} {place}", getattr(module, name)(**arguments)
    for regime in ANY:
        yield f"linear {regime}", Example(ORACLE, linear(7, 11, 9, 10, regime)).wanted


def flat(answer: Answer) -> Iterator[tuple[str, Expected]]:
    """Each expected array, by name."""
    for name in answer._values:
        found = getattr(answer, name)
        for place, one in enumerate(found if isinstance(found, list) else [found]):
            yield f"{name} {place}", one


def share_at_the_edge() -> float:
    """How much of the allowed error the mutant's is in that case."""
    now, (N, in_features, out_features) = Example(ORACLE, EDGE), dict(EDGE.sizes).values()
    A, dLdZ = EDGE.array("A_before", N + 3, in_features), EDGE.array("dLdZ_before", N + 3, out_features)
    added = ORACLE.answer(**now.values | {"A": A, "dLdZ": dLdZ}).dLdW.value
    allowed = now.wanted.dLdW.allowed(np.dtype(np.float64))
    return float((np.abs(added) / allowed).max())


def main() -> None:
    """Print them."""
    torch.set_num_threads(1)
    double = np.dtype(np.float64)
    allowed = {
        f"{asked}: {quantity}": expected.allowed(double).ravel().tolist()
        for asked, answer in answers()
        for quantity, expected in flat(answer)
    }
    print(json.dumps({"allowed": allowed, "edge": share_at_the_edge()}))


if __name__ == "__main__":
    main()
