"""Backward passes collected from all sites and hulls, to travel in one round trip."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from graders.gradcheck.compare import Gradients
from graders.gradcheck.kinks import Hull
from graders.gradcheck.problem import Point, Problem
from graders.gradcheck.result import Array
from graders.gradcheck.sites import Site


@dataclass
class Pulled:
    """A site with its cotangents ``(C, outputs)`` and what backward answered."""

    site: Site
    cotangents: Array
    gradients: list[Gradients]
    moved: list[tuple[int, Gradients]]


class Plan:
    """Backward passes collected, to run in one round trip; answers appear in the lists that ``add`` returned."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._pairs: list[tuple[Point, Array]] = []
        self._takers: list[Callable[[Gradients], None]] = []

    def add(self, point: Point, cotangent: Array) -> list[Gradients]:
        """One backward pass; its answer will be in the list returned."""
        answer: list[Gradients] = []
        self._add(point, cotangent, answer.append)
        return answer

    def add_site(self, site: Site, cotangents: Array) -> Pulled:
        """All cotangents at the base, the first two again an ulp away."""
        cotangents = cotangents.astype(self._problem.dtype).astype(np.float64)
        pulled = Pulled(site, cotangents, [], [])
        for cotangent in cotangents:
            self._add(site.base, cotangent, pulled.gradients.append)
        for c, point in zip(range(len(cotangents)), site.moved[:2], strict=False):
            self._add(point, cotangents[c], _with_label(pulled.moved, c))
        return pulled

    def add_hulls(self, site: Site, hulls: Sequence[Hull]) -> list[list[Gradients]]:
        """One backward pass a hull."""
        return [self.add(site.base, hull.cotangent) for hull in hulls]

    def run(self) -> None:
        """Make the round trip."""
        answers = self._problem.pull_back(self._pairs)
        for take, gradients in zip(self._takers, answers, strict=True):
            take(gradients)

    def _add(self, point: Point, cotangent: Array, take: Callable[[Gradients], None]) -> None:
        self._pairs.append((point, self._problem.as_cotangent(cotangent)))
        self._takers.append(take)


def _with_label(found: list[tuple[int, Gradients]], label: int) -> Callable[[Gradients], None]:
    """Adds an answer to these, with its label."""
    return lambda gradients: found.append((label, gradients))
