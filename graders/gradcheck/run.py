"""One run of a check: open the sites, refine their tables, run backward once, compare."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from graders.gradcheck import directions, guards, kinks
from graders.gradcheck.compare import Comparison, Gradients, compare, projections
from graders.gradcheck.digits import apart
from graders.gradcheck.kinks import Hull
from graders.gradcheck.problem import Problem
from graders.gradcheck.pulling import Plan, Pulled
from graders.gradcheck.report import Reporter
from graders.gradcheck.result import Array, GuardError, Result, Verdict
from graders.gradcheck.sites import Site, make_site, refine
from graders.gradcheck.tolerances import DOUBTFUL, MAX_EVALUATIONS, MAX_LOCALISE, Steps, steps_for

GROUPS = 3
"""Inputs beyond this many are moved together with others in a screen."""

DRAWS = 3
"""Evaluations at inputs moved by an ulp."""

SEEN = 8
"""Moved points whose outputs are looked at to see in which precision they were computed."""

COTANGENTS = 3
"""Upstream gradients tried at the inputs; every one is compared along every direction."""


@dataclass
class Run:
    """The problem, its random numbers, its budget."""

    problem: Problem
    rng: np.random.Generator
    budget: int
    localise: bool
    left: int = MAX_LOCALISE
    scales: dict[str, float] = field(default_factory=dict)
    again: bool = False

    def check(self, count: int, planted: bool) -> Result:
        """Check with ``count`` directions an input, and at a planted point too if asked."""
        steps = self._steps()
        sites = self._sites(count, planted, steps)
        steps = self._open(sites)
        main = sites[0]
        refine(self.problem, main, steps, self.budget)
        shortfall = main.shortfall()
        for site in sites:
            site.raise_noise(shortfall)
            kinks.mark_unresolved(site, steps)
            site.doubt_unsettled(steps)
        if not self.again and self._unlucky(main, steps):
            return self._second_look(count, planted)
        if main.unchecked.mean() > 0.5:
            sites += self._nudged(main, steps)
        raised = main.unchecked.any() and not self.problem.domains  # all entries are, which no domain may allow
        hulls = kinks.hulls(self.problem, main, self.rng) if raised else []
        pulled, comparisons = self._compare(sites, hulls, steps)
        if not self.again and self._doubtful(comparisons):
            return self._second_look(count, planted)
        reporter = Reporter(self.problem, self.rng, self.left if self.localise else None)
        return reporter.report(pulled, comparisons)

    def _unlucky(self, main: Site, steps: Steps) -> bool:
        """Whether many outputs are left out only because the budget ended before steps were short enough."""
        unrefined = any(steps.kink[-1] not in fan.levels for fan in main.fans)
        return unrefined and bool(kinks.unresolved(main).mean() > steps.unlucky)

    def _doubtful(self, comparisons: list[list[Comparison]]) -> bool:
        """Whether there is an alarm, and none by much."""
        alarms = [c.excess for some in comparisons for c in some if c.verdict is Verdict.WRONG_GRADIENT]
        return bool(alarms) and max(alarms) < DOUBTFUL

    def _second_look(self, count: int, planted: bool) -> Result:
        """Everything once more, drawn afresh; it counts against what localisation may spend."""
        spent = self.problem.forward_evaluations
        self.again = True
        self.left -= spent
        self.budget += spent
        return self.check(count, planted)

    def _sites(self, count: int, planted: bool, steps: Steps) -> list[Site]:
        base, rng, wrt = self.problem.base, self.rng, self.problem.wrt
        groups = directions.groups_of(wrt, GROUPS)
        affordable = max(2, (MAX_EVALUATIONS - 20) // (8 * len(wrt)))
        scales = self.scales = {name: directions.scale_of(base[name]) for name in wrt}
        domains = self.problem.domains
        sites = [make_site(base, scales, groups, min(count, affordable), steps.first, DRAWS, rng, domains=domains)]
        if planted:
            moved = {name: directions.planted(base[name], scales[name], steps.near, rng) for name in wrt}
            point = {**base, **{name: self._inside(name, x) for name, x in moved.items()}}
            sites.append(make_site(point, scales, groups, 1, steps.planted, 1, rng, certifies=False, domains=domains))
        return sites

    def _open(self, sites: list[Site]) -> Steps:
        """The first round trip; a planted point where the function isn't finite is dropped."""
        points = [site.opening() for site in sites]
        rows = self.problem.evaluate([p for some in points for p in some] + [self.problem.base])
        if rows.shape[1] == 0:
            raise ValueError(f"the output has shape {self.problem.shape}, but should have entries")
        guards.finite_output(self.problem, rows[0])
        self.problem.note_precision(rows[1 + DRAWS : 1 + DRAWS + SEEN])
        eps = self.problem.eps
        start = 0
        for site, some in zip(list(sites), points, strict=True):
            here = rows[start : start + len(some)]
            start += len(some)
            if site is not sites[0] and not np.isfinite(here).all():
                sites.remove(site)
                continue
            with np.errstate(invalid="ignore", over="ignore"):
                site.open(here, eps)
        guards.deterministic(sites[0], rows[-1], eps)
        return self._steps()

    def _steps(self) -> Steps:
        """The steps for what precision there is; none that would leave a domain."""
        steps = steps_for(self.problem.eps)
        return replace(steps, coarser=()) if self.problem.domains else steps

    def _inside(self, name: str, x: Array) -> Array:
        """The input itself, or what is near it in its domain."""
        return self.problem.domains[name].nearest(x) if name in self.problem.domains else x

    def _nudged(self, main: Site, steps: Steps) -> list[Site]:
        """A site just off the kinks on which most of the outputs sit, if the function is finite there."""
        wrt = self.problem.wrt
        moved = {
            name: directions.nudged(main.base[name], 20 * steps.near[0] * self.scales[name], self.rng) for name in wrt
        }
        moved = {name: self._inside(name, x) for name, x in moved.items()}
        groups = [fan.names for fan in main.fans]
        domains = self.problem.domains
        site = make_site({**main.base, **moved}, self.scales, groups, 1, steps.planted, 2, self.rng, domains=domains)
        rows = self.problem.evaluate(site.opening())
        if not np.isfinite(rows).all():
            return []
        site.open(rows, self.problem.eps)
        kinks.mark_unresolved(site, steps)
        site.doubt_unsettled(steps)
        return [site]

    def _compare(
        self, sites: list[Site], hulls: list[Hull], steps: Steps
    ) -> tuple[list[Pulled], list[list[Comparison]]]:
        """Run backward for everything in one round trip, guard what it returns, and compare."""
        plan = Plan(self.problem)
        pulled = []
        for site in reversed(sites):
            count = COTANGENTS - self.again if site is sites[0] else 1
            cotangents = directions.cotangents(count, site.output.size, self.rng)
            cotangents[1:, kinks.blurred(site)] = 0.0
            pulled.append(plan.add_site(site, np.where(site.unchecked, 0.0, cotangents)))
        pulled.reverse()
        bounded = plan.add_hulls(pulled[0].site, hulls)
        again = plan.add(self.problem.base, pulled[0].cotangents[0])
        plan.run()
        main = pulled[0]
        if self.problem.convention.uses_cotangent and not main.site.unchecked.all():
            guards.uses_cotangent(main.gradients[0], main.gradients[1])
        guards.repeatable(main.gradients[0], again[0], self.problem.eps)
        eps = self.problem.eps
        comparisons = [compare(p.site, p.cotangents, p.gradients, p.moved, eps, steps) for p in pulled]
        for hull, gradients in zip(hulls, bounded, strict=True):
            self._in_hull(hull, gradients[0])
        return pulled, comparisons

    def _in_hull(self, hull: Hull, gradients: Gradients) -> None:
        got = float(projections(hull.fan, [gradients])[0][0, 0])
        if not hull.low <= got <= hull.high:
            name = hull.fan.names[0]
            digits = max(apart(got, bound) for bound in (hull.low, hull.high))
            raise GuardError(
                Verdict.WRONG_GRADIENT,
                f"The gradient of {name} is wrong exactly on a kink: its slope there is {got:.{digits}g}, "
                f"but should be between {hull.low:.{digits}g} and {hull.high:.{digits}g}.",
                name,
            )
