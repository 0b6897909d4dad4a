"""Where a check takes differences: at the inputs, band by band, beside kinks, and at a planted point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from graders.gradcheck import directions, kinks
from graders.gradcheck.bands import Reach, reaches
from graders.gradcheck.problem import Problem
from graders.gradcheck.refining import refine
from graders.gradcheck.result import Array
from graders.gradcheck.sites import Drawing, Site
from graders.gradcheck.tolerances import MAX_EVALUATIONS, Steps

GROUPS = 3
"""Inputs beyond this many are moved together with others in a screen."""

DRAWS = 3
"""Evaluations at inputs moved by an ulp."""

NUDGES = 3
"""Points tried beside kinks, for outputs that are close to another kink at one."""

BAND = 40
"""Forward evaluations that a screen may spend on each further band of like-sized entries."""

BAND_DIRECTIONS = 2
"""Directions in each of these."""

Cut = Mapping[str, Sequence[Reach]]
"""For each input how far each of its bands is moved."""


@dataclass(frozen=True, eq=False)
class Siting:
    """The problem, the bands of its inputs, and the random numbers of its directions."""

    problem: Problem
    cut: Cut
    rng: np.random.Generator

    @classmethod
    def of(cls, problem: Problem, rng: np.random.Generator) -> Siting:
        """Cut the inputs into bands, but for those that have to stay in a domain."""
        cut = {
            name: [directions.scale_of(problem.base[name])] if name in problem.domains else reaches(problem.base[name])
            for name in problem.wrt
        }
        return cls(problem, cut, rng)

    @property
    def reach(self) -> dict[str, Reach]:
        """How far each input is moved, in all its bands."""
        return {name: some[0] if len(some) == 1 else np.sum(np.stack(some), axis=0) for name, some in self.cut.items()}

    @property
    def _drawing(self) -> Drawing:
        groups = directions.groups_of(self.problem.wrt, GROUPS)
        return Drawing(groups, self.problem.domains, self.rng)

    def sites(self, count: int, planted: bool, steps: Steps) -> list[Site]:
        """The inputs' own site, one for each further band of entries, and the planted one."""
        affordable = max(2, (MAX_EVALUATIONS - 20) // (8 * len(self.problem.wrt)))
        first = {name: some[0] for name, some in self.cut.items()}
        main = self._drawing.site(self.problem.base, first, min(count, affordable), steps.first, DRAWS)
        further = self._further(main, min(count, affordable, BAND_DIRECTIONS), steps)
        main.mixed = bool(further)
        return [main, *further, *([self._planted(first, steps)] if planted else [])]

    def _further(self, main: Site, count: int, steps: Steps) -> list[Site]:
        """For each band but the first of any input a site at the same point."""
        found = []
        for k in range(1, max(len(some) for some in self.cut.values())):
            reach = {name: some[k] for name, some in self.cut.items() if len(some) > k}
            found.append(self._drawing.beside(main, reach, count, steps.first))
        return found

    def _planted(self, first: Mapping[str, Reach], steps: Steps) -> Site:
        base = self.problem.base
        moved = {name: directions.planted(base[name], reach, steps.near, self.rng) for name, reach in first.items()}
        site = self._drawing.site({**base, **self._inside(moved)}, self.reach, 1, steps.planted, 1)
        site.certifies = False
        return site

    def _inside(self, moved: Mapping[str, Array]) -> dict[str, Array]:
        """The inputs, or what is near them in their domains."""
        domains = self.problem.domains
        return {name: domains[name].nearest(x) if name in domains else x for name, x in moved.items()}

    def closer(self, main: Site, some: Mapping[str, Array], steps: Steps) -> Site:
        """A site that moves some entries, each in proportion to its own size."""
        reach = {name: self._own_size(name, mask) for name, mask in some.items()}
        site = Drawing([(name,) for name in reach], {}, self.rng).beside(main, reach, BAND_DIRECTIONS, steps.first)
        self._open(site, self.problem.evaluate(site.opening()))
        refine(self.problem, site, steps, self.problem.forward_evaluations + BAND)
        kinks.mark_unresolved(site, steps)
        site.doubt_unsettled(steps)
        return site

    def _own_size(self, name: str, some: Array) -> Array:
        """How far some entries are moved by their own size, or with the others where they are zero."""
        size = np.abs(self.problem.base[name].astype(np.float64))
        return np.where(some, np.where(size > 0, size, self.reach[name]), 0.0)

    def nudged(self, main: Site, steps: Steps) -> list[Site]:
        """Sites just off the kinks on which most of the outputs sit, until each output is resolved at one of them."""
        found = []
        left = np.ones(main.output.shape, dtype=bool)
        for _ in range(NUDGES):
            site = self._off_kinks(main, steps)
            rows = self.problem.evaluate(site.opening())
            if not np.isfinite(rows).all():
                continue
            self._open(site, rows)
            kinks.mark_unresolved(site, steps)
            site.doubt_unsettled(steps)
            found.append(site)
            left &= site.unchecked
            if not left.any():
                break
        return found

    def _off_kinks(self, main: Site, steps: Steps) -> Site:
        distance = 20 * steps.near[0]
        moved = {name: directions.nudged(main.base[name], distance * by, self.rng) for name, by in self.reach.items()}
        return self._drawing.site({**main.base, **self._inside(moved)}, self.reach, 1, steps.planted, 2)

    def _open(self, site: Site, rows: Array) -> None:
        site.open(rows, self.problem.eps, self.problem.grain)
