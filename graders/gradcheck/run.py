"""One run of a check: open the sites, refine their tables, run backward once, compare."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from graders.gradcheck import coverage, directions, guards, history, kinks
from graders.gradcheck.bands import Reach, reaches
from graders.gradcheck.compare import Comparison, Gradients, compare, projections
from graders.gradcheck.coverage import Masks
from graders.gradcheck.digits import apart
from graders.gradcheck.fans import Fan
from graders.gradcheck.kinks import Hull
from graders.gradcheck.problem import Continuing, Problem
from graders.gradcheck.pulling import Plan, Pulled
from graders.gradcheck.refining import refine
from graders.gradcheck.report import Reporter
from graders.gradcheck.result import Array, GuardError, Result, Verdict
from graders.gradcheck.sites import Site, make_site
from graders.gradcheck.tolerances import DOUBTFUL, MAX_EVALUATIONS, MAX_LOCALISE, Steps, steps_for

GROUPS = 3
"""Inputs beyond this many are moved together with others in a screen."""

DRAWS = 3
"""Evaluations at inputs moved by an ulp."""

SEEN = 8
"""Moved points whose outputs are looked at to see in which precision they were computed."""

COTANGENTS = 3
"""Upstream gradients tried at the inputs; every one is compared along every direction."""

NUDGES = 3
"""Points tried beside kinks, for outputs that are close to another kink at one."""

BAND = 40
"""Forward evaluations that a screen may spend on each further band of like-sized entries."""

BAND_DIRECTIONS = 2
"""Directions in each of these."""

Left = tuple[Site, list[tuple[Fan, list[Gradients]]]]
"""A site and its fans that leave outputs unresolved, each with what these depend on by the gradient."""


@dataclass(frozen=True, eq=False)
class Waiting:
    """Sites whose backward passes are planned, and what was asked about outputs that they leave unresolved."""

    pulled: list[Pulled]
    left: list[Left]


@dataclass(frozen=True, eq=False)
class Compared:
    """Every fan's comparison with where it was made, and the entries that were seen."""

    found: list[tuple[Pulled, Comparison]]
    seen: Masks

    def has_alarm(self) -> bool:
        """Whether a gradient is wrong."""
        return any(c.verdict is Verdict.WRONG_GRADIENT for _, c in self.found)

    def joined(self, other: Compared) -> Compared:
        """Both."""
        return Compared(self.found + other.found, {name: mask | other.seen[name] for name, mask in self.seen.items()})


@dataclass
class Run:
    """The problem, its random numbers, its budget."""

    problem: Problem
    rng: np.random.Generator
    budget: int
    localise: bool
    continuing: Continuing | None = None
    left: int = MAX_LOCALISE
    reach: dict[str, Reach] = field(default_factory=dict)
    again: bool = False

    def check(self, count: int, planted: bool) -> Result:
        """Check with ``count`` directions an input, and at a planted point too if asked."""
        steps = self._steps()
        sites = self._sites(count, planted, steps)
        steps = self._open(sites)
        main = sites[0]
        refine(self.problem, main, steps, self.budget)
        for band in (site for site in sites if site.beside):
            refine(self.problem, band, steps, self.problem.forward_evaluations + BAND)
        shortfall = main.shortfall()
        for site in sites:
            site.raise_noise(shortfall)
            kinks.mark_unresolved(site, steps)
            site.doubt_unsettled(steps)
        if not self.again and self._unlucky(main, steps):
            return self._second_look(count, planted)
        if main.unchecked.mean() > 0.5 and not self._mostly_unresolved(main):
            sites += self._nudged(main, steps)
        raised = main.unchecked.any() and not self.problem.domains  # all entries are, which no domain may allow
        hulls = kinks.hulls(self.problem, main, self.rng) if raised else []
        compared = self._compare(sites, hulls, steps)
        compared = self._look_closer(main, compared, steps)
        if not self.again and self._doubtful(compared):
            return self._second_look(count, planted)
        if self.continuing is not None and not compared.has_alarm():
            history.independent(self.problem, self.continuing, self.reach, self.rng)
        reporter = Reporter(self.problem, self.rng, self.left if self.localise else None)
        return reporter.report(main, compared.found, compared.seen)

    def _look_closer(self, main: Site, compared: Compared, steps: Steps) -> Compared:
        """What wasn't seen is moved once more, each entry in proportion to its own size."""
        reach = {name: self._own_size(name, ~mask) for name, mask in compared.seen.items() if not mask.all()}
        if compared.has_alarm() or not reach or self.problem.domains:
            return compared
        groups = [(name,) for name in reach]
        site = make_site(main.base, reach, groups, BAND_DIRECTIONS, steps.first, 0, self.rng, beside=main)
        site.open(self.problem.evaluate(site.opening()), self.problem.eps, self.problem.grain)
        refine(self.problem, site, steps, self.problem.forward_evaluations + BAND)
        kinks.mark_unresolved(site, steps)
        site.doubt_unsettled(steps)
        plan = Plan(self.problem)
        waiting = self._planned(plan, [site], main, steps)
        plan.run()
        return compared.joined(self._compared(waiting, steps))

    def _own_size(self, name: str, some: Array) -> Array:
        """How far some entries are moved by their own size, or with the others where they are zero."""
        size = np.abs(self.problem.base[name].astype(np.float64))
        return np.where(some, np.where(size > 0, size, self.reach[name]), 0.0)

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

    def _sites(self, count: int, planted: bool, steps: Steps) -> list[Site]:
        """The inputs' own site, one for each further band of entries, and the planted one."""
        base, rng, wrt = self.problem.base, self.rng, self.problem.wrt
        groups = directions.groups_of(wrt, GROUPS)
        affordable = max(2, (MAX_EVALUATIONS - 20) // (8 * len(wrt)))
        domains = self.problem.domains
        cut: dict[str, list[Reach]] = {
            name: [directions.scale_of(base[name])] if name in domains else reaches(base[name]) for name in wrt
        }
        first = {name: some[0] for name, some in cut.items()}
        self.reach = {name: some[0] if len(some) == 1 else np.sum(np.stack(some), axis=0) for name, some in cut.items()}
        main = make_site(base, first, groups, min(count, affordable), steps.first, DRAWS, rng, domains=domains)
        sites = [main]
        main.mixed = any(len(some) > 1 for some in cut.values())
        for k in range(1, max(len(some) for some in cut.values())):
            further = {name: some[k] for name, some in cut.items() if len(some) > k}
            directions_ = min(count, affordable, BAND_DIRECTIONS)
            sites.append(make_site(base, further, groups, directions_, steps.first, 0, rng, beside=main))
        if planted:
            moved = {name: directions.planted(base[name], first[name], steps.near, rng) for name in wrt}
            point = {**base, **{name: self._inside(name, x) for name, x in moved.items()}}
            reach = self.reach
            sites.append(make_site(point, reach, groups, 1, steps.planted, 1, rng, certifies=False, domains=domains))
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

    def _inside(self, name: str, x: Array) -> Array:
        """The input itself, or what is near it in its domain."""
        return self.problem.domains[name].nearest(x) if name in self.problem.domains else x

    def _nudged(self, main: Site, steps: Steps) -> list[Site]:
        """Sites just off the kinks on which most of the outputs sit, until each output is resolved at one of them."""
        found = []
        left = np.ones(main.output.shape, dtype=bool)
        for _ in range(NUDGES):
            site = self._off_kinks(main)
            rows = self.problem.evaluate(site.opening())
            if not np.isfinite(rows).all():
                continue
            site.open(rows, self.problem.eps, self.problem.grain)
            kinks.mark_unresolved(site, steps)
            site.doubt_unsettled(steps)
            found.append(site)
            left &= site.unchecked
            if not left.any():
                break
        return found

    def _off_kinks(self, main: Site) -> Site:
        wrt, base = self.problem.wrt, main.base
        distance = 20 * self._steps().near[0]
        moved = {name: directions.nudged(base[name], distance * self.reach[name], self.rng) for name in wrt}
        moved = {name: self._inside(name, x) for name, x in moved.items()}
        groups = [fan.names for fan in main.fans]
        first, domains = self._steps().planted, self.problem.domains
        return make_site({**base, **moved}, self.reach, groups, 1, first, 2, self.rng, domains=domains)

    def _compare(self, sites: list[Site], hulls: list[Hull], steps: Steps) -> Compared:
        """Run backward for everything in one round trip, guard what it returns, compare, and say what was seen."""
        plan = Plan(self.problem)
        waiting = self._planned(plan, sites, sites[0], steps)
        main = waiting.pulled[0]
        bounded = plan.add_hulls(main.site, hulls)
        again = plan.add(self.problem.base, main.cotangents[0])
        plan.run()
        if self.problem.convention.uses_cotangent and not main.site.unchecked.all():
            guards.uses_cotangent(main.gradients[0], main.gradients[1])
        guards.repeatable(main.gradients[0], again[0], self.problem.eps)
        for hull, gradients in zip(hulls, bounded, strict=True):
            self._in_hull(hull, gradients[0])
        return self._compared(waiting, steps)

    def _planned(self, plan: Plan, sites: list[Site], main: Site, steps: Steps) -> Waiting:
        """What these sites ask of backward."""
        certifying = [site for site in sites if site.certifies]
        further = [look for site in certifying for look in coverage.further_looks(site, steps)]
        pulled = [plan.add_site(site, self._cotangents(site, main)) for site in reversed(sites + further)]
        weighted = [plan.add_site(site, self._weighted(site)) for site in certifying if site.unequal]
        return Waiting(pulled[::-1] + weighted, [(site, self._left(plan, site, steps)) for site in certifying])

    def _compared(self, waiting: Waiting, steps: Steps) -> Compared:
        eps = self.problem.eps
        found = [(p, compare(p.site, p.cotangents, p.gradients, p.moved, eps, steps)) for p in waiting.pulled]
        both = [(at, comparison) for at, some in found for comparison in some]
        return Compared(both, self._seen(both, waiting.left, steps))

    def _cotangents(self, site: Site, main: Site) -> Array:
        """Random ones, zero where outputs are left out."""
        count = COTANGENTS - self.again if site is main else 2 if site.certifies else 1
        cotangents = directions.cotangents(count, site.output.size, self.rng)
        cotangents[1:, kinks.blurred(site)] = 0.0
        return np.where(site.unchecked, 0.0, cotangents)

    def _weighted(self, site: Site) -> Array:
        """One that weighs outputs by their noise, where some are so much noisier that they drown the others."""
        weights = site.sigma.min() / site.sigma
        return np.where(site.unchecked, 0.0, directions.cotangents(1, site.output.size, self.rng) * weights)

    def _left(self, plan: Plan, site: Site, steps: Steps) -> list[tuple[Fan, list[Gradients]]]:
        """For each fan with outputs that it doesn't resolve, what these depend on by the gradient."""
        found = []
        for fan, outputs in coverage.left_out(site, steps):
            cotangent = directions.cotangents(1, site.output.size, self.rng)[0] * outputs
            found.append((fan, plan.add(site.base, cotangent)))
        return found

    def _seen(self, by_site: list[tuple[Pulled, Comparison]], left: list[Left], steps: Steps) -> Masks:
        """The entries of each gradient that a site has seen, in all outputs that they touch."""
        hidden = {
            (id(site), name): mask
            for site, some in left
            for fan, answer in some
            for name, mask in coverage.touching(fan, answer[0]).items()
        }
        nothing = {name: np.zeros(self.problem.base[name].shape, dtype=bool) for name in self.problem.wrt}
        found = {name: mask.copy() for name, mask in nothing.items()}
        for at, comparison in (one for one in by_site if one[0].site.alone):
            masks = coverage.seen(at, comparison, steps, self.reach)
            for name, mask in coverage.touching(comparison.fan, at.gradients[0]).items():
                key = id(at.site.beside), name
                hidden[key] = hidden.get(key, nothing[name]) | (mask & ~masks[name])
        for at, comparison in (one for one in by_site if one[0].site.certifies):
            for name, mask in coverage.seen(at, comparison, steps, self.reach).items():
                found[name] |= mask & ~hidden.get((id(at.site), name), nothing[name])
        return found

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
