"""What is measured about every checker: time, evaluations, detection, false alarms, realistic bugs."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from graders.gradcheck import Result, Verdict, gradcheck, pointwise
from tests.benchmarks.gradcheck import mixed, scenarios
from tests.benchmarks.gradcheck.layers import Array, Inputs, Layer
from tests.benchmarks.gradcheck.peers import ALARM, INCONCLUSIVE, Checker, Counted
from tests.benchmarks.gradcheck.scenarios import Make

SEEDS = 20
"""Seeds a detection or a bug is tried with; an error is found when 95 % of them find it."""

OURS = 100
"""Seeds our own detection is measured with."""

PATIENCE = 0.05
"""Checkers that take longer than this many seconds a run are tried with fewer seeds."""

FEWER = 3

TOO_SLOW = 0.3
"""Checkers that take longer than this many seconds a run aren't tried for detection, which takes dozens of runs."""


@dataclass(frozen=True)
class Cost:
    """The median time of a passing check, and its evaluations."""

    seconds: float
    forwards: int
    backwards: int


@dataclass(frozen=True)
class Rate:
    """How many of some runs raised an alarm, or came to no conclusion, or did not run at all."""

    alarms: int
    inconclusive: int
    errors: int
    runs: int


def cost(checker: Checker, make: Make, repeats: int) -> Cost:
    """Time a right layer; a slow checker is timed once."""
    seconds, c = [], Counted(make(np.random.default_rng(0)))
    for seed in range(repeats):
        c = Counted(make(np.random.default_rng(seed)))
        start = time.process_time()
        checker(c, seed)
        seconds.append(time.process_time() - start)
        if seconds[-1] > 1:
            break
    return Cost(statistics.median(seconds), c.forwards, c.backwards)


def spoiled(layer: Layer, error: float, one: bool, rng: np.random.Generator) -> Layer:
    """The layer with all entries, or one that isn't zero, of its first gradient off by a relative error."""
    name = next(iter(layer.inputs))
    g = rng.standard_normal(np.shape(layer.forward(**layer.inputs)))
    candidates = np.flatnonzero(layer.backward(layer.inputs, np.asarray(g))[name])
    index = rng.choice(candidates) if one else slice(None)

    def backward(p: Inputs, cotangent: Array) -> Inputs:
        found = dict(layer.backward(p, cotangent))
        found[name] = np.array(found[name])
        found[name].reshape(-1)[index] *= 1 + error
        return found

    return layer.wrong("spoiled", backward)


def detection(checker: Checker, make: Make, one: bool, seeds: int) -> int | str:
    """The smallest power of ten that is found as an error in 95 % of the seeds, by bisection, or why there is none."""
    if any(checker(Counted(make(np.random.default_rng(seed))), seed) == ALARM for seed in range(min(seeds, 3))):
        return "false alarms"
    found, missed = 0, -14
    while found - missed > 1:
        middle = (found + missed) // 2
        if _finds(checker, make, one, 10.0**middle, seeds):
            found = middle
        else:
            missed = middle
    return found if found < 0 else "none"


def _finds(checker: Checker, make: Make, one: bool, error: float, seeds: int) -> bool:
    misses = 0
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        layer = spoiled(make(rng), error, one, rng)
        misses += checker(Counted(layer), seed) != ALARM
        if misses > 0.05 * seeds:
            return False
    return True


def rate(checker: Checker, make: Make, seeds: int) -> Rate:
    """Count alarms over seeds."""
    alarms = inconclusive = errors = 0
    for seed in range(seeds):
        try:
            answer = checker(Counted(make(np.random.default_rng(seed))), seed)
        except Exception:
            errors += 1
            continue
        alarms += answer == ALARM
        inconclusive += answer == INCONCLUSIVE
    return Rate(alarms, inconclusive, errors, seeds)


def seconds_of(checker: Checker, make: Make) -> float:
    """How long one run takes, the first one not counted."""
    layer = make(np.random.default_rng(0))
    seconds = 0.0
    for _ in range(2):
        start = time.process_time()
        try:
            checker(Counted(layer), 0)
        except Exception:
            return 0.0
        seconds = time.process_time() - start
        if seconds > 0.1:
            break
    return seconds


def affordable(checker: Checker, make: Make, seeds: int, budget: float) -> int:
    """As many seeds as fit into this many seconds, at least one, at most ``seeds``."""
    return max(1, min(seeds, int(budget / max(seconds_of(checker, make), 1e-9))))


def total(rates: Iterator[Rate]) -> Rate:
    """Add rates up."""
    found = list(rates)
    return Rate(
        sum(r.alarms for r in found),
        sum(r.inconclusive for r in found),
        sum(r.errors for r in found),
        sum(r.runs for r in found),
    )


@dataclass(frozen=True)
class Mixed:
    """Runs of ours on a scenario of mixed sizes: with the right gradients, and how many wrong ones passed."""

    right: Rate
    passed: dict[str, int]
    wrong_runs: int
    evaluations: float


def mixed_sizes(make: Make, seeds: int) -> Mixed:
    """Count alarms about right gradients, and passes of wrong ones: all of them, and each input's alone."""
    alarms = inconclusive = runs = 0
    passed = dict.fromkeys(mixed.WRONG, 0)
    evaluations = []
    for seed in range(seeds):
        layer = make(np.random.default_rng(seed))
        found = _ours(layer, seed)
        alarms += found.verdict is Verdict.WRONG_GRADIENT
        inconclusive += found.verdict is Verdict.INCONCLUSIVE
        evaluations.append(found.forward_evaluations)
        names = [name for name, x in layer.inputs.items() if x.dtype.kind == "f"]
        some: list[str | None] = [None, *names] if len(names) > 1 else [None]
        runs += len(some)
        for wrong, factor in mixed.WRONG.items():
            verdicts = [_ours(mixed.changed(layer, factor, name), seed).verdict for name in some]
            passed[wrong] += verdicts.count(Verdict.PASS)
    return Mixed(Rate(alarms, inconclusive, 0, seeds), passed, runs, statistics.median(evaluations))


def _ours(layer: Layer, seed: int) -> Result:
    return gradcheck(pointwise(layer.forward), layer.backward, layer.inputs, seed=seed, localise=False)


STRESS = ("scale 1e4", "scale 1e-6", "float32", "variance 1e-8", "offset 1e4")
"""The families in which detection is measured once more."""

FAMILIES = ("normal", "scale 1e4", "scale 1e-6", "float32", "variance 1e-8", "offset 1e4")


def family(scenario: str) -> str:
    """The row of the report in which a scenario is counted."""
    return next((name for name in FAMILIES if scenario.startswith(name)), "kinks and ties")


def never_pass() -> dict[str, Make]:
    """Backward passes that are zero, or take any cotangent for ones, for every ordinary layer at three scales."""
    found: dict[str, Make] = {}
    silent = scenarios.silent()
    for title, spoil in [("all-zero", scenarios.zero_backward), ("ignores cotangent", scenarios.ignoring_backward)]:
        found |= {f"{title}: full size {name}": _spoiled_by(make, spoil) for name, make in scenarios.MEASURED.items()}
        for kind in ("normal", "scale 1e4", "scale 1e-6"):
            for name, make in silent.items():
                if name.startswith(kind):
                    found[f"{title}: {name}"] = _spoiled_by(make, spoil)
    return found


def _spoiled_by(make: Make, spoil: Callable[[Layer], Layer]) -> Make:
    return lambda rng: spoil(make(rng))
