"""The check itself: open the sites, refine their tables, run backward once, compare, and localise an alarm."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from graders.gradcheck import directions, guards, kinks, messages
from graders.gradcheck import localise as search
from graders.gradcheck.compare import Comparison, Gradients, compare, projections
from graders.gradcheck.conventions import Convention
from graders.gradcheck.kinks import Hull
from graders.gradcheck.problem import Backward, BackwardMany, Forward, Point, Problem, one_by_one, pointwise
from graders.gradcheck.result import Array, GuardError, InputResult, Result, Verdict
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
class Pulled:
    """A site with its cotangents ``(C, outputs)`` and what backward answered."""

    site: Site
    cotangents: Array
    gradients: list[Gradients]
    moved: list[tuple[int, Gradients]]


def gradcheck(
    forward: Forward,
    backward: Backward | None,
    inputs: Point,
    *,
    seed: int = 0,
    directions: int = 3,
    wrt: Sequence[str] | None = None,
    convention: Convention | None = None,
    output_shape: tuple[int, ...] | None = None,
    max_evaluations: int = MAX_EVALUATIONS,
    localise: bool = True,
    planted: bool = True,
    backward_many: BackwardMany | None = None,
) -> Result:
    """Check a hand-written backward pass against its forward pass, both as black boxes.

    ``forward(points)`` evaluates at several points at once, each a mapping from names to arrays, and returns
    one output each. ``backward(point, cotangent)`` runs a fresh forward pass at ``point``, then the backward
    pass, and returns one gradient per name in ``wrt`` (default: all floating inputs); ``backward_many`` does
    the same for several pairs at once. ``planted`` adds a second point with near-ties and near-kinks.

    Exceptions of the code under test pass through; ValueError and TypeError also mean unusable arguments.
    """
    names = _names(inputs, wrt)
    if backward is None and backward_many is None:
        raise TypeError("backward=None and backward_many=None, but one of them should be a callable")
    if directions < 1:
        raise ValueError(f"directions={directions}, but should be at least 1")
    many = backward_many if backward_many is not None else one_by_one(backward)  # type: ignore[arg-type]
    problem = Problem(forward, many, inputs, names, convention or Convention(), output_shape)
    check = _Check(problem, np.random.default_rng(seed), max_evaluations, localise)
    try:
        return check.run(directions, planted)
    except GuardError as finding:
        return check.found(finding)


def _names(inputs: Point, wrt: Sequence[str] | None) -> tuple[str, ...]:
    """The inputs to differentiate with respect to."""
    for name, x in inputs.items():
        if not isinstance(x, np.ndarray):
            raise TypeError(f"inputs[{name!r}] is {type(x).__name__}, but should be a NumPy array")
    if isinstance(wrt, str):
        raise TypeError(f"wrt={wrt!r}, but should be a sequence of names")
    names = tuple(name for name, x in inputs.items() if x.dtype.kind == "f") if wrt is None else tuple(wrt)
    if not names:
        raise ValueError("no input has a floating dtype, so there is nothing to differentiate")
    for name in names:
        if name not in inputs:
            raise ValueError(f"wrt names {name!r}, but should name one of {sorted(inputs)}")
        if inputs[name].dtype.kind != "f" or inputs[name].dtype.itemsize < 4:
            raise ValueError(
                f"{name} has dtype {inputs[name].dtype}, but should be float32 or float64 to be differentiated"
            )
        if not np.isfinite(inputs[name]).all():
            raise ValueError(f"{name} holds NaN or infinity, but should be finite")
    return names


@dataclass
class _Check:
    """One run: the problem, its random numbers, its budget."""

    problem: Problem
    rng: np.random.Generator
    budget: int
    localise: bool
    left: int = MAX_LOCALISE
    scales: dict[str, float] = field(default_factory=dict)
    again: bool = False

    def run(self, count: int, planted: bool) -> Result:
        steps = steps_for(self.problem.eps)
        sites = self._sites(count, planted, steps)
        steps = self._open(sites)
        main = sites[0]
        refine(self.problem, main, steps, self.budget)
        shortfall = main.shortfall()
        for site in sites:
            site.raise_noise(shortfall)
            kinks.mark_unresolved(site, steps)
        if main.unchecked.mean() > 0.5:
            sites.append(self._nudged(main, steps))
        hulls = kinks.hulls(self.problem, main, self.rng) if main.unchecked.any() else []
        pulled, comparisons = self._compare(sites, hulls, steps)
        if not self.again and self._doubtful(comparisons):
            return self._second_look(count, planted)
        return self._report(pulled, comparisons)

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
        return self.run(count, planted)

    def found(self, finding: GuardError) -> Result:
        """The result of a check that a guard ended."""
        items = tuple(
            InputResult(name, finding.verdict, size=self.problem.base[name].size)
            for name in self.problem.wrt
            if finding.name in (None, name)
        )
        return self._result(finding.verdict, finding.message, items, 0)

    def _sites(self, count: int, planted: bool, steps: Steps) -> list[Site]:
        base, rng, wrt = self.problem.base, self.rng, self.problem.wrt
        groups = directions.groups_of(wrt, GROUPS)
        affordable = max(2, (MAX_EVALUATIONS - 20) // (8 * len(wrt)))
        scales = self.scales = {name: directions.scale_of(base[name]) for name in wrt}
        sites = [make_site(base, scales, groups, min(count, affordable), steps.first, DRAWS, rng)]
        if planted:
            point = {**base, **{name: directions.planted(base[name], scales[name], steps.near, rng) for name in wrt}}
            sites.append(make_site(point, scales, groups, 1, steps.planted, 1, rng, certifies=False))
        return sites

    def _open(self, sites: list[Site]) -> Steps:
        """The first round trip; a planted point where the function isn't finite is dropped."""
        points = [site.opening() for site in sites]
        rows = self.problem.evaluate([p for some in points for p in some] + [self.problem.base])
        self.problem.note_precision(rows[1 + DRAWS : 1 + DRAWS + SEEN])
        eps = self.problem.eps
        guards.finite_output(self.problem, rows[0])
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
        return steps_for(eps)

    def _nudged(self, main: Site, steps: Steps) -> Site:
        """A site just off the kinks on which most of the outputs sit."""
        wrt = self.problem.wrt
        moved = {
            name: directions.nudged(main.base[name], 20 * steps.near[0] * self.scales[name], self.rng) for name in wrt
        }
        groups = [fan.names for fan in main.fans]
        site = make_site({**main.base, **moved}, self.scales, groups, 1, steps.planted, 2, self.rng)
        site.open(self.problem.evaluate(site.opening()), self.problem.eps)
        kinks.mark_unresolved(site, steps)
        return site

    def _compare(
        self, sites: list[Site], hulls: list[Hull], steps: Steps
    ) -> tuple[list[Pulled], list[list[Comparison]]]:
        """Run backward for everything in one round trip, guard what it returns, and compare."""
        plan = _Plan(self.problem)
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
            self._inside(hull, gradients[0])
        return pulled, comparisons

    def _inside(self, hull: Hull, gradients: Gradients) -> None:
        got = float(projections(hull.fan, [gradients])[0][0, 0])
        if not hull.low <= got <= hull.high:
            name = hull.fan.names[0]
            raise GuardError(
                Verdict.WRONG_GRADIENT,
                f"The gradient of {name} is wrong exactly on a kink: its slope there is {got:.6g}, "
                f"but should be between {hull.low:.6g} and {hull.high:.6g}.",
                name,
            )

    def _report(self, pulled: list[Pulled], comparisons: list[list[Comparison]]) -> Result:
        main = pulled[0].site
        unchecked = int(np.count_nonzero(main.unchecked))
        chosen = {name: _deciding(name, pulled, comparisons) for name in self.problem.wrt}
        chosen = self._acquit(chosen)
        for name, (at, comparison) in chosen.items():
            if comparison.verdict is Verdict.WRONG_GRADIENT and not at.site.certifies:
                self._guard_stale(name, at)
        items = tuple(self._item(name, comparison, at, unchecked) for name, (at, comparison) in chosen.items())
        verdict = next(v for v in messages.VERDICT_ORDER if any(item.verdict is v for item in items))
        worst = max((i for i in items if i.verdict is verdict), key=lambda i: i.mismatch)
        return self._result(verdict, self._text(worst, items, chosen[worst.name][0], unchecked), items, unchecked)

    def _text(self, worst: InputResult, items: Sequence[InputResult], at: Pulled, unchecked: int) -> str:
        outputs, problem = at.site.output.size, self.problem
        if worst.verdict is Verdict.PASS:
            spent = problem.forward_evaluations, problem.backward_evaluations
            return messages.passed(items, unchecked, outputs, *spent)
        if worst.verdict is Verdict.WRONG_GRADIENT:
            return messages.wrong(worst, planted=not at.site.certifies)
        return messages.inconclusive(worst, unchecked, outputs)

    def _acquit(self, chosen: dict[str, tuple[Pulled, Comparison]]) -> dict[str, tuple[Pulled, Comparison]]:
        """Of inputs moved together, only those to blame for an alarm stay accused."""
        cleared = dict(chosen)
        for at, comparison in {id(c): (p, c) for p, c in chosen.values()}.values():
            if comparison.verdict is not Verdict.WRONG_GRADIENT:
                continue
            fan = at.site.fan_of(comparison.names[0])
            guilty = search.suspects(
                self.problem, at.site, fan, at.cotangents, at.gradients, float(comparison.tolerance.max())
            )
            innocent = replace(comparison, verdict=Verdict.PASS, mismatch=comparison.tolerance)
            cleared |= {name: (at, innocent) for name in comparison.names if name not in guilty}
        return cleared

    def _item(self, name: str, comparison: Comparison, pulled: Pulled, unchecked: int) -> InputResult:
        fan = pulled.site.fan_of(name)
        item = InputResult(
            name,
            comparison.verdict,
            comparison.relative_mismatch,
            comparison.relative_tolerance,
            2 * len(fan) * len(fan.levels),
            unchecked,
            self.problem.base[name].size,
        )
        if comparison.verdict is not Verdict.WRONG_GRADIENT or not self.localise:
            return item
        before = self.problem.forward_evaluations
        found = search.localise(
            self.problem, pulled.site, name, pulled.cotangents, pulled.gradients, self.rng, self.left
        )
        self.left -= self.problem.forward_evaluations - before
        if found is None:
            return item
        return replace(
            item,
            examined=found.examined,
            wrong_count=found.wrong_count,
            wrong=found.wrong,
            ratio=found.ratio,
            relative_error=found.relative_error,
        )

    def _guard_stale(self, name: str, other: Pulled) -> None:
        """Whether the wrong gradient at another site is that of the inputs, for the same cotangent."""
        cotangent = self.problem.as_cotangent(other.cotangents[0])
        (here,) = self.problem.pull_back([(self.problem.base, cotangent)])
        if guards.is_stale(here, other.gradients[0]):
            raise GuardError(
                Verdict.STALE_CACHE,
                f"The gradient of {name} is that of an earlier input: backward reads a cache that a later forward "
                "pass did not refresh.",
                name,
            )

    def _result(self, verdict: Verdict, text: str, items: tuple[InputResult, ...], unchecked: int) -> Result:
        problem = self.problem
        return Result(
            verdict,
            text,
            items,
            problem.forward_evaluations,
            problem.backward_evaluations,
            problem.round_trips,
            unchecked,
        )


class _Plan:
    """Backward passes collected, to run in one round trip; answers appear in the lists that ``add`` returned."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._pairs: list[tuple[Point, Array]] = []
        self._answers: list[tuple[list[Any], int | None]] = []

    def add(self, point: Point, cotangent: Array, into: list[Any] | None = None, label: int | None = None) -> list[Any]:
        target: list[Any] = [] if into is None else into
        self._pairs.append((point, self._problem.as_cotangent(cotangent)))
        self._answers.append((target, label))
        return target

    def add_site(self, site: Site, cotangents: Array) -> Pulled:
        """All cotangents at the base, the first two again an ulp away."""
        cotangents = cotangents.astype(self._problem.dtype).astype(np.float64)
        pulled = Pulled(site, cotangents, [], [])
        for cotangent in cotangents:
            self.add(site.base, cotangent, pulled.gradients)
        for c, point in zip(range(len(cotangents)), site.moved[:2], strict=False):
            self.add(point, cotangents[c], pulled.moved, c)
        return pulled

    def add_hulls(self, site: Site, hulls: Sequence[Hull]) -> list[list[Any]]:
        return [self.add(site.base, hull.cotangent) for hull in hulls]

    def run(self) -> None:
        answers = self._problem.pull_back(self._pairs)
        for (target, label), gradients in zip(self._answers, answers, strict=True):
            target.append(gradients if label is None else (label, gradients))


def _deciding(name: str, pulled: list[Pulled], comparisons: list[list[Comparison]]) -> tuple[Pulled, Comparison]:
    """The comparison that decides about an input: an alarm anywhere, else the first certificate."""
    found = [(at, c) for at, some in zip(pulled, comparisons, strict=True) for c in some if name in c.names]
    alarms = [(at, c) for at, c in found if c.verdict is Verdict.WRONG_GRADIENT]
    certified = [(at, c) for at, c in found if c.verdict is Verdict.PASS and at.site.certifies]
    return (alarms or certified or found)[0]


def check_function(
    function: Callable[..., Any],
    gradient: Callable[..., Any],
    *inputs: Any,
    **options: Any,
) -> Result:
    """Check ``gradient(*inputs, cotangent)`` of ``function(*inputs)``, in a notebook say.

    ``gradient`` returns one array per floating input, as a tuple when there are several. Lists and numbers
    become arrays. Options are those of ``gradcheck``; inputs are named ``x0``, ``x1``, ...
    """
    arrays = {f"x{k}": np.asarray(x) for k, x in enumerate(inputs)}
    names = tuple(options.get("wrt") or (name for name, x in arrays.items() if x.dtype.kind == "f"))

    def backward(point: Point, cotangent: Array) -> dict[str, Any]:
        returned = gradient(*point.values(), cotangent)
        parts = returned if isinstance(returned, tuple) else (returned,)
        if len(parts) != len(names):
            raise ValueError(f"the gradient returned {len(parts)} arrays, but should return {len(names)}: {names}")
        return dict(zip(names, parts, strict=True))

    forward = pointwise(lambda **point: function(*point.values()))
    return gradcheck(forward, backward, arrays, **options)
