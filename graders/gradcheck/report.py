"""From comparisons to a result: which site decides, who is to blame, where, and what the student reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from graders.gradcheck import coverage, guards, kinks, localise, messages
from graders.gradcheck.compare import Comparison
from graders.gradcheck.comparing import Found
from graders.gradcheck.coverage import Masks
from graders.gradcheck.guarding import guard
from graders.gradcheck.messages import NONE_OUT, LeftOut
from graders.gradcheck.problem import Problem
from graders.gradcheck.pulling import Pulled
from graders.gradcheck.result import Array, GuardError, InputResult, Result, Verdict
from graders.gradcheck.sites import Site

SHOWN = 10
"""Unseen entries listed in a result."""

Deciding = dict[str, Found]


@dataclass
class Reporter:
    """What a report needs: the problem, random numbers, and what localisation may spend; None for none."""

    problem: Problem
    rng: np.random.Generator
    left: int | None
    out: LeftOut = NONE_OUT

    def report(self, main: Site, compared: Sequence[Found], seen: Masks) -> Result:
        """Decide, acquit, localise, and say it."""
        self.out = _left_out(main, self.problem)
        chosen = self._acquit({name: _deciding(name, compared) for name in self.problem.wrt})
        self._guard_caches(chosen)
        items = tuple(self._item(name, comparison, at, seen[name]) for name, (at, comparison) in chosen.items())
        verdict = next(v for v in messages.VERDICT_ORDER if any(item.verdict is v for item in items))
        worst = max((i for i in items if i.verdict is verdict), key=lambda i: i.mismatch)
        return as_result(self.problem, verdict, self._text(worst, items, chosen[worst.name][0]), items, self.out)

    def _text(self, worst: InputResult, items: Sequence[InputResult], at: Pulled) -> str:
        if worst.verdict is Verdict.PASS:
            spent = self.problem.forward_evaluations, self.problem.backward_evaluations
            return messages.passed(items, self.out, *spent)
        if worst.verdict is Verdict.WRONG_GRADIENT:
            return messages.wrong(worst, planted=not (at.site.certifies or at.site.alone))
        unsure = [item for item in items if item.verdict is Verdict.INCONCLUSIVE]
        hint = messages.IN_DOUBLE if self.problem.eps > np.finfo(np.float64).eps else ""
        return messages.inconclusive(unsure, self.out) + hint

    def _acquit(self, chosen: Deciding) -> Deciding:
        """Of inputs moved together, only those to blame for an alarm stay accused."""
        cleared = dict(chosen)
        for at, comparison in {id(c): (p, c) for p, c in chosen.values()}.values():
            if comparison.verdict is not Verdict.WRONG_GRADIENT:
                continue
            fan = comparison.fan
            before = self.problem.forward_evaluations
            guilty = localise.suspects(
                self.problem, at.site, fan, at.cotangents, at.gradients, float(comparison.tolerance.max())
            )
            if self.left is not None:
                self.left -= self.problem.forward_evaluations - before
            innocent = replace(comparison, verdict=Verdict.PASS, mismatch=comparison.tolerance)
            cleared |= {name: (at, innocent) for name in comparison.names if name not in guilty}
        return cleared

    def _item(self, name: str, comparison: Comparison, pulled: Pulled, seen: Array) -> InputResult:
        fan, wrong = comparison.fan, comparison.verdict is Verdict.WRONG_GRADIENT
        unseen = np.argwhere(~seen) if not seen.all() else np.zeros((0, seen.ndim))
        item = InputResult(
            name,
            comparison.verdict if wrong or not unseen.size else Verdict.INCONCLUSIVE,
            comparison.relative_mismatch,
            comparison.relative_tolerance,
            2 * len(fan) * len(fan.levels),
            self.out.on_kink,
            self.problem.base[name].size,
            seen=coverage.share([seen]),
            unseen=tuple(tuple(int(k) for k in index) for index in unseen[:SHOWN]),
        )
        in_domain = name in self.problem.domains  # in which no entry can be moved alone
        if not wrong or self.left is None or in_domain:
            return item
        before = self.problem.forward_evaluations
        found = localise.localise(
            self.problem, pulled.site, fan, name, pulled.cotangents, pulled.gradients, self.rng, self.left
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
            guard=guard(found.wrong, pulled.site.base[name]) if found.ratio is None else None,
        )

    def _guard_caches(self, chosen: Deciding) -> None:
        """Whether an alarm at a planted point comes from a cache."""
        for name, (at, comparison) in chosen.items():
            if comparison.verdict is Verdict.WRONG_GRADIENT and not (at.site.certifies or at.site.alone):
                self._guard_stale(name, at)

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


def found(problem: Problem, finding: GuardError) -> Result:
    """The result of a check that a guard ended."""
    items = tuple(
        InputResult(name, finding.verdict, size=problem.base[name].size)
        for name in problem.wrt
        if finding.name in (None, name)
    )
    return as_result(problem, finding.verdict, finding.message, items, NONE_OUT)


def as_result(problem: Problem, verdict: Verdict, text: str, items: tuple[InputResult, ...], out: LeftOut) -> Result:
    """A result, with what it cost."""
    spent = problem.forward_evaluations, problem.backward_evaluations, problem.round_trips
    return Result(verdict, text, items, *spent, out.on_kink, out.unresolved)


def _left_out(main: Site, problem: Problem) -> LeftOut:
    """How many outputs were left out at the inputs, and why."""
    unresolved = int(np.count_nonzero(kinks.unresolved(main)))
    on_kink = int(np.count_nonzero(main.unchecked)) - unresolved
    return LeftOut(on_kink, unresolved, main.output.size, problem.raised)


def _deciding(name: str, compared: Sequence[Found]) -> Found:
    """The comparison that decides about an input: an alarm anywhere, else the loosest certificate at one point."""
    found = [one for one in compared if name in one[1].names]
    alarms = [one for one in found if one[1].verdict is Verdict.WRONG_GRADIENT]
    return alarms[0] if alarms else _certificate(found) or found[0]


def _certificate(found: Sequence[Found]) -> Found | None:
    """The loosest certificate, among those at the first point where there is one."""
    certificates = [one for one in found if _is_certificate(*one)]
    here = [one for one in certificates if one[0].site.base is certificates[0][0].site.base]
    return max(here, key=lambda one: one[1].relative_tolerance, default=None)


def _is_certificate(at: Pulled, comparison: Comparison) -> bool:
    return comparison.verdict is Verdict.PASS and at.site.certifies
