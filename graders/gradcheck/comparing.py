"""Runs backward where differences were taken, compares, and says which entries that has seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from graders.gradcheck import coverage, directions, kinks
from graders.gradcheck.bands import Reach
from graders.gradcheck.compare import Comparison, Gradients, compare
from graders.gradcheck.coverage import Masks
from graders.gradcheck.fans import Fan
from graders.gradcheck.problem import Problem
from graders.gradcheck.pulling import Plan, Pulled
from graders.gradcheck.result import Array, Verdict
from graders.gradcheck.sites import Site
from graders.gradcheck.tolerances import FAINTEST, Steps

Left = tuple[Site, list[tuple[Fan, list[Gradients]]]]
"""A site and its fans that leave outputs unresolved, each with what these depend on by the gradient."""

Found = tuple[Pulled, Comparison]
"""A comparison, and where it was made."""

Hidden = dict[tuple[int, str], Array]
"""By site and input, the entries that touch outputs which the site can't answer for."""


@dataclass(frozen=True, eq=False)
class Waiting:
    """Sites whose backward passes are planned, and what was asked about outputs that they leave unresolved."""

    pulled: list[Pulled]
    left: list[Left]


@dataclass(frozen=True, eq=False)
class Compared:
    """Every fan's comparison with where it was made, and the entries that were seen."""

    found: list[Found]
    seen: Masks

    def has_alarm(self) -> bool:
        """Whether a gradient is wrong."""
        return any(c.verdict is Verdict.WRONG_GRADIENT for _, c in self.found)

    def joined(self, other: Compared) -> Compared:
        """Both."""
        return Compared(self.found + other.found, {name: mask | other.seen[name] for name, mask in self.seen.items()})


@dataclass(frozen=True, eq=False)
class Comparing:
    """The problem, how far its inputs are moved, and the random numbers of its cotangents."""

    problem: Problem
    reach: Mapping[str, Reach]
    steps: Steps
    rng: np.random.Generator

    def planned(self, plan: Plan, sites: Sequence[Site], first: int) -> Waiting:
        """What these sites ask of backward, the first of them with this many cotangents."""
        certifying = [site for site in sites if site.certifies]
        asked = [*sites, *self._further(certifying)]
        counts = [first] + [1 + site.certifies for site in asked[1:]]
        both = zip(reversed(asked), reversed(counts), strict=True)
        pulled = [plan.add_site(site, self._cotangents(site, count)) for site, count in both]
        weighted = [plan.add_site(site, self._weighted(site)) for site in certifying if site.unequal]
        return Waiting(pulled[::-1] + weighted, [(site, self._left(plan, site)) for site in certifying])

    def _further(self, sites: Sequence[Site]) -> list[Site]:
        return [look for site in sites for look in coverage.further_looks(site, self.steps)]

    def compared(self, waiting: Waiting) -> Compared:
        """Their outcome, once the plan was run."""
        found = [(at, comparison) for at in waiting.pulled for comparison in self._comparisons(at)]
        return Compared(found, self._seen(found, waiting.left))

    def _comparisons(self, at: Pulled) -> list[Comparison]:
        return compare(at.site, at.cotangents, at.gradients, at.moved, self.problem.eps, self.steps)

    def _cotangents(self, site: Site, count: int) -> Array:
        """Random ones, zero where outputs are left out."""
        cotangents = directions.cotangents(count, site.output.size, self.rng)
        cotangents[1:, kinks.blurred(site)] = 0.0
        return np.where(site.unchecked, 0.0, cotangents)

    def _weighted(self, site: Site) -> Array:
        """One that weighs outputs by their noise, where some are so much noisier that they drown the others."""
        weights = np.minimum(max(site.sigma.min(), FAINTEST * site.sigma.max()) / site.sigma, 1.0)
        return np.where(site.unchecked, 0.0, directions.cotangents(1, site.output.size, self.rng) * weights)

    def _left(self, plan: Plan, site: Site) -> list[tuple[Fan, list[Gradients]]]:
        """For each fan with outputs that it doesn't resolve, what these depend on by the gradient."""
        found = []
        for fan, outputs in coverage.left_out(site, self.steps):
            cotangent = directions.cotangents(1, site.output.size, self.rng)[0] * outputs
            found.append((fan, plan.add(site.base, cotangent)))
        return found

    def _seen(self, found: Sequence[Found], left: Sequence[Left]) -> Masks:
        """The entries of each gradient that a site has seen, in all outputs that they touch."""
        hidden = self._hidden(found, left)
        seen = {name: np.zeros(self.problem.base[name].shape, dtype=bool) for name in self.problem.wrt}
        for at, comparison in found:
            masks = coverage.seen(at, comparison, self.steps, self.reach) if at.site.certifies else {}
            for name, mask in masks.items():
                seen[name] |= mask & ~hidden[id(at.site), name] if (id(at.site), name) in hidden else mask
        return seen

    def _hidden(self, found: Sequence[Found], left: Sequence[Left]) -> Hidden:
        """What touches outputs that no direction resolves, or that the one which does leaves unsure."""
        hidden: Hidden = {}
        for site, some in left:
            for fan, answer in some:
                _hide(hidden, site, coverage.touching(fan, answer[0]))
        for at, comparison in found:
            if at.site.alone and at.site.beside:
                masks = coverage.seen(at, comparison, self.steps, self.reach)
                touched = coverage.touching(comparison.fan, at.gradients[0])
                _hide(hidden, at.site.beside, {name: mask & ~masks[name] for name, mask in touched.items()})
        return hidden


def _hide(hidden: Hidden, site: Site, masks: Masks) -> None:
    for name, mask in masks.items():
        known = hidden.get((id(site), name))
        hidden[id(site), name] = mask if known is None else known | mask
