"""Prints, as JSON, how far off answers may be; run in processes whose kernels differ."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import torch

from graders.homeworks.ai702 import oracle as ai702
from graders.homeworks.ai702.cases import REGIMES, LinearCase
from graders.judging.expected import Answer, Expected
from tests.judging.test_second_opinion import ASKED

EDGE = LinearCase(seed=138899, N=2, in_features=3, out_features=7, regime="large")
"""A case of a mutant that adds up dLdW, which once passed on some machines and failed on others."""


def answers() -> Iterator[tuple[str, Answer]]:
    """What every oracle says to some arguments, and the linear layer's to each regime."""
    for place, (module, name, arguments) in enumerate(ASKED):
        yield f"{module.__name__} {name} {place}", getattr(module, name)(**arguments)
    for regime in REGIMES:
        yield f"linear {regime}", of_linear(LinearCase(7, 11, 9, 10, regime))


def of_linear(case: LinearCase) -> Answer:
    """The linear layer's answer."""
    return ai702.linear(A=case.A, W=case.W, b=case.b, dLdZ=case.dLdZ)


def flat(answer: Answer) -> Iterator[tuple[str, Expected]]:
    """Each expected array, by name."""
    for name in answer._values:
        found = getattr(answer, name)
        for place, one in enumerate(found if isinstance(found, list) else [found]):
            yield f"{name} {place}", one


def share_at_the_edge() -> float:
    """How much of the allowed error the mutant's is in that case."""
    before = ("A_before", EDGE.N + 3, EDGE.in_features), ("dLdZ_before", EDGE.N + 3, EDGE.out_features)
    A, dLdZ = (EDGE.array(*shape) for shape in before)
    added = ai702.linear(A=A, W=EDGE.W, b=EDGE.b, dLdZ=dLdZ).dLdW.value
    allowed = of_linear(EDGE).dLdW.allowed(np.dtype(np.float64))
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
