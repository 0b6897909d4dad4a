"""One run of a check: open the sites, refine their tables, run backward once, compare."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from graders.gradcheck import guards, history, kinks
from graders.gradcheck.compare import Gradients, projections
from graders.gradcheck.comparing import Compared, Comparing
from graders.gradcheck.digits import apart
from graders.gradcheck.kinks import Hull
from graders.gradcheck.problem import Continuing, Problem
from graders.gradcheck.pulling import Plan
from graders.gradcheck.refining import keep_one_direction, refine
from graders.gradcheck.report import Reporter
from graders.gradcheck.result import GuardError, Result, Verdict
from graders.gradcheck.sites import Site
from graders.gradcheck.siting import BAND, DRAWS, Siting
from graders.gradcheck.tolerances import DOUBTFUL, MAX_LOCALISE, Steps, steps_for

SEEN = 8
"""Moved points whose outputs are looked at to see in which precision they were computed."""

COTANGENTS = 3
"""Upstream gradients tried at the inputs; every one is compared along every direction."""

PLENTY = 1000
"""So many outputs tell with one direction what few tell with several."""


@dataclass
class Run:
    """The problem, its random numbers, its budget; ``sparing`` where each evaluation moves a million numbers."""

    problem: Problem
    rng: np.random.Generator
    budget: int
    localise: bool
    continuing: Continuing | None = None
    left: int = MAX_LOCALISE
    again: bool = False
    sparing: bool = False

    def check(self, count: int, planted: bool) -> Result:
        """Check with ``count`` directions an input, and at a planted point too if asked."""
        siting = Siting.of(self.problem, self.rng)
        sites = siting.sites(count, planted, self._steps())
        steps = self._open(sites)
        main = sites[0]
        self._refine(sites, steps)
        if not self.again and self._unlucky(main, steps):
            return self._second_look(count, planted)
        if main.unchecked.mean() > 0.5 and not self._mostly_unresolved(main):
            sites += siting.nudged(main, steps)
        compared = self._compared(sites, siting, steps)
        if not self.again and self._doubtful(compared):
            return self._second_look(count, planted)
        if self.continuing is not None and not compared.has_alarm():
            history.independent(self.problem, self.continuing, siting.reach, self.rng)
        reporter = Reporter(self.problem, self.rng, self.left if self.localise else None)
        return reporter.report(main, compared.found, compared.seen)

    def _refine(self, sites: list[Site], steps: Steps) -> None:
        """Take further steps where they are needed, and see what they don't resolve."""
        main = sites[0]
        if self.sparing and main.output.size >= PLENTY:
            keep_one_direction(main, steps)
        refine(self.problem, main, steps, self.budget)
        for site in sites[1:]:
            refine(self.problem, site, steps, self.problem.forward_evaluations + BAND)
        shortfall = main.shortfall()
        for site in sites:
            site.raise_noise(shortfall)
            kinks.mark_unresolved(site, steps)
            site.doubt_unsettled(steps)

    def _compared(self, sites: list[Site], siting: Siting, steps: Steps) -> Compared:
        """The outcome of all sites, and of a closer look at the entries that none of them has seen."""
        main = sites[0]
        comparing = Comparing(self.problem, siting.reach, steps, self.rng)
        raised = main.unchecked.any() and not self.problem.domains  # all entries are, which no domain may allow
        hulls = kinks.hulls(self.problem, main, self.rng) if raised else []
        compared = self._guarded(comparing, sites, hulls)
        unseen = {name: ~mask for name, mask in compared.seen.items() if not mask.all()}
        if compared.has_alarm() or not unseen or self.problem.domains:
            return compared
        plan = Plan(self.problem)
        waiting = comparing.planned(plan, [siting.closer(main, unseen, steps)], 2)
        plan.run()
        return compared.joined(comparing.compared(waiting))

    def _unlucky(self, main: Site, steps: Steps) -> bool:
        """Whether many outputs are left out only because the budget ended before steps were short enough."""
        unrefined = any(steps.kink[-1] not in fan.levels for fan in main.fans)
        return unrefined and bool(kinks.unresolved(main).mean() > steps.unlucky)

    def _mostly_unresolved(self, main: Site) -> bool:
        """Whether most outputs are left out for other reasons than kinks."""
        return bool(2 * np.count_nonzero(kinks.unresolved(main)) > np.count_nonzero(main.unchecked))

    def _doubtful(self, compared: Compared) -> bool:
        """Whether there is an alarm, and none by much."""
        alarms = [c.excess for _, c in compared.found if c.verdict is Verdict.WRONG_GRADIENT]
        return bool(alarms) and max(alarms) < DOUBTFUL

    def _second_look(self, count: int, planted: bool) -> Result:
        """Everything once more, drawn afresh; it counts against what localisation may spend."""
        spent = self.problem.forward_evaluations
        self.again = True
        self.left -= spent
        self.budget += spent
        return self.check(count, planted)

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
            if not site.certifies and not np.isfinite(here).all():
                sites.remove(site)
                continue
            with np.errstate(invalid="ignore", over="ignore"):
                site.open(here, eps, self.problem.grain)
        guards.deterministic(sites[0], rows[-1], eps)
        return self._steps()

    def _steps(self) -> Steps:
        """The steps for what precision there is; none that would leave a domain."""
        steps = steps_for(self.problem.eps)
        return replace(steps, coarser=()) if self.problem.domains else steps

    def _guarded(self, comparing: Comparing, sites: list[Site], hulls: list[Hull]) -> Compared:
        """Run backward for everything in one round trip, guard what it returns, and compare."""
        plan = Plan(self.problem)
        waiting = comparing.planned(plan, sites, COTANGENTS - self.again)
        main = waiting.pulled[0]
        bounded = plan.add_hulls(main.site, hulls)
        again = plan.add(self.problem.base, main.cotangents[0])
        plan.run()
        if self.problem.convention.uses_cotangent and not main.site.unchecked.all():
            guards.uses_cotangent(main.gradients[0], main.gradients[1])
        guards.repeatable(main.gradients[0], again[0], self.problem.eps)
        for hull, gradients in zip(hulls, bounded, strict=True):
            self._in_hull(hull, gradients[0])
        return comparing.compared(waiting)

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
