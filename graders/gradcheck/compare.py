"""Projections of the returned gradients against extrapolated derivatives, with the tolerance of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from graders.gradcheck import noise
from graders.gradcheck.fans import Fan
from graders.gradcheck.result import Array, Verdict
from graders.gradcheck.sites import Site
from graders.gradcheck.tolerances import FAINTEST, KNOWN, SAFETY, ZERO, Steps

LARGE = 1e100
"""Numbers beyond this aren't squared."""

Gradients = Mapping[str, Array]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Mismatch and tolerance of one fan at a site, ``(cotangents, directions)``, and the derivative's size.

    ``bound`` is the tolerance before any is granted or taken for what is zero, ``terms`` the root of the squared terms
    that a projection of the gradient adds up, and ``backward`` the noise of those.
    """

    fan: Fan
    verdict: Verdict
    mismatch: Array
    tolerance: Array
    size: float
    bound: Array
    terms: Array
    backward: float

    @property
    def names(self) -> tuple[str, ...]:
        """The inputs that were moved."""
        return self.fan.names

    @property
    def excess(self) -> float:
        """How many tolerances the worst projection is off."""
        return float(np.max(self.mismatch / self.tolerance, initial=0.0))

    @property
    def relative_mismatch(self) -> float:
        """The mismatch of the worst projection, relative to the largest projection of the derivative."""
        return _relative(self._worst(self.mismatch), self.size)

    @property
    def relative_tolerance(self) -> float:
        """The largest tolerance, likewise, or that of the worst projection when it is wrong."""
        return _relative(self._worst(self.tolerance), self.size)

    def _worst(self, x: Array) -> float:
        if self.verdict is Verdict.WRONG_GRADIENT:
            return float(x.reshape(-1)[np.argmax(self.mismatch / self.tolerance)])
        return float(np.max(x, initial=0.0))


def _relative(worst: float, size: float) -> float:
    if worst == 0.0:
        return 0.0
    return worst / size if size > 0 else float("inf")


def compare(
    site: Site,
    cotangents: Array,
    gradients: Sequence[Gradients],
    moved: Sequence[tuple[int, Gradients]],
    eps: float,
    steps: Steps,
) -> list[Comparison]:
    """Compare every fan of a site.

    ``cotangents`` ``(C, outputs)`` with one entry of ``gradients`` each; ``moved`` pairs the number of a
    cotangent with the gradients at inputs moved by an ulp, to measure how noisy backward is.
    """
    raw = [_project(site, fan, cotangents, gradients, moved, eps) for fan in site.fans]
    natural = max([comparison.size for comparison in raw] + [spread(site, cotangents)])
    return [_judged(c, natural, site, eps, steps) for c in raw]


def projections(fan: Fan, gradients: Sequence[Gradients]) -> tuple[Array, Array]:
    """``<gradient, direction>`` for all pairs, ``(gradients, directions)``, and the root of its squared terms."""
    total = np.zeros((len(gradients), len(fan)))
    squares = np.zeros_like(total)
    for name, v in fan.directions.items():
        columns = v.reshape(len(fan), -1).T
        rows = np.array([g[name] for g in gradients]).reshape(len(gradients), -1)
        total += rows @ columns
        squares += _squares(rows, columns)
    return total, np.sqrt(squares)


def _squares(rows: Array, columns: Array) -> Array:
    """Sums of squared products, ``(rows, columns)``; some factors may be so large that their squares are none."""
    if np.abs(rows).max(initial=0.0) < LARGE:
        return np.asarray((rows * rows) @ (columns * columns))
    return np.stack([np.square(rows * column).sum(axis=1) for column in columns.T], axis=1)


def _project(
    site: Site,
    fan: Fan,
    cotangents: Array,
    gradients: Sequence[Gradients],
    moved: Sequence[tuple[int, Gradients]],
    eps: float,
) -> Comparison:
    values, variances = _derivatives(site, fan)
    expected = cotangents @ values.T
    squares = cotangents * cotangents
    rounding = np.finfo(np.float64).eps ** 2 * (squares @ (values * values).T)
    forward = squares @ variances.T + rounding
    both, terms = projections(fan, [*gradients, *(g for _, g in moved)])
    got = both[: len(gradients)]
    differences = both[len(gradients) :] - got[[c for c, _ in moved]]
    backward = noise.backward_noise(differences, terms, eps)
    faintest = FAINTEST * float(np.abs(cotangents).max(initial=0.0) * np.abs(site.output).max(initial=0.0))
    tolerance = SAFETY * np.sqrt(forward + backward**2) + max(faintest, np.finfo(np.float64).tiny)
    size = float(np.abs(expected).max(initial=0.0))
    mismatch = np.abs(got - expected)
    return Comparison(fan, Verdict.PASS, mismatch, tolerance, size, tolerance, terms[: len(gradients)], backward)


def _derivatives(site: Site, fan: Fan) -> tuple[Array, Array]:
    """Derivatives and their variances, ``(directions, outputs)``; zero where unchecked."""
    value, error, rounding = fan.estimate.value, fan.estimate.error, fan.estimate.noise
    if site.unchecked.any():
        value, error, rounding = (np.where(site.unchecked, 0.0, x) for x in (value, error, rounding))
    return value, error * error + rounding * rounding


def spread(site: Site, cotangents: Array) -> float:
    """The size that a derivative would have if outputs changed as much as they differ from each other."""
    output = np.where(site.unchecked, 0.0, site.output)
    centred = output - output.mean() if output.size > 1 else output
    return float(np.sqrt(np.max(cotangents**2 @ centred**2, initial=0.0)))


def _judged(comparison: Comparison, natural: float, site: Site, eps: float, steps: Steps) -> Comparison:
    if site.unchecked.all():
        return replace(comparison, verdict=Verdict.INCONCLUSIVE)
    if comparison.size == 0 and not comparison.mismatch.any():
        return replace(comparison, tolerance=np.zeros_like(comparison.tolerance))
    if _is_zero(comparison, natural, eps, steps):  # which, among numbers of mixed sizes, it may not be
        unsure = site.mixed and bool(np.any(comparison.mismatch > comparison.tolerance))
        return replace(comparison, size=natural, verdict=Verdict.INCONCLUSIVE if unsure else Verdict.PASS)
    if np.any(comparison.mismatch > comparison.tolerance):
        return replace(comparison, verdict=Verdict.WRONG_GRADIENT)
    if comparison.relative_tolerance > steps.loose:
        return replace(comparison, verdict=Verdict.INCONCLUSIVE)
    return comparison


def _is_zero(comparison: Comparison, natural: float, eps: float, steps: Steps) -> bool:
    """Whether the derivative is nothing beside its natural size, and the gradient too: a bias before BatchNorm.

    Both are rounding errors of terms that cancel, so they only have to be small, and known to be.
    """
    worst, tolerance = float(np.max(comparison.mismatch)), float(np.max(comparison.tolerance))
    if comparison.size > KNOWN * tolerance:
        return False
    known = comparison.size <= tolerance <= steps.undetectable * natural
    small = max(ZERO * eps * natural, tolerance if known else 0.0)
    return worst <= small and comparison.size <= small
