"""The outcomes of the ways in which the code may be called: the first whose gradients are right, else the likeliest."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import msgspec

from graders import UsageError
from graders.gradcheck import InputResult, Result, Verdict
from graders.probe.api import Api, first_shape
from graders.probe.arguments import LABELS
from graders.probe.batch import advice
from graders.probe.bench import Bench
from graders.probe.describing import describe, listing
from graders.probe.discovery import Attempt, Inapplicable
from graders.probe.evaluate import check
from graders.probe.faults import Finding, finding_of, package_lacking
from graders.probe.forms import SIGNS
from graders.probe.lasting import adding_up
from graders.probe.record import ADDS_UP, PASS, ProbeReport, item_of, share_seen
from graders.probe.request import Request
from graders.probe.seen import with_other_label, zeros_mean_nothing
from graders.sandbox.faults import StudentError, StudentFault

_RIGHT = (PASS, ADDS_UP)
WRONG = Verdict.WRONG_GRADIENT.value

_FROM_A_WRONG_CALL = {
    "TypeError",
    "ValueError",
    "IndexError",
    "AttributeError",
    "KeyError",
    "AssertionError",
    "LinAlgError",
}


@dataclass(frozen=True)
class Outcome:
    """The outcome of one way to call it: a report, or why the command can't be used.

    It `is_silent` where gradients are right, but for labels of which half mean nothing, and `is_empty` where the loss
    has no slope for these labels.
    """

    attempt: Attempt | None
    report: ProbeReport | None
    usage: UsageError | None = None
    fault: Finding | StudentFault | None = None
    is_silent: bool = False
    is_empty: bool = False
    compared: tuple[Api, Result] | None = None

    @property
    def is_comparison(self) -> bool:
        """Whether gradients were compared."""
        return self.report is not None and self.fault is None

    @property
    def is_alarm(self) -> bool:
        """Whether gradients were compared, and weren't right."""
        return self.is_comparison and self.report is not None and self.report.verdict not in _RIGHT

    @property
    def right(self) -> tuple[int, bool]:
        """How many gradients are right, and whether values could be compared in the others."""
        items = [] if self.report is None else self.report.inputs
        return sum(item.verdict == PASS for item in items), any(item.verdict == WRONG for item in items)

    @property
    def may_be_a_wrong_call(self) -> bool:
        """Whether it may be our call that is wrong rather than the code."""
        kind = self.fault.record.get("type") if isinstance(self.fault, StudentError) else None
        an_object = isinstance(self.fault, Finding) and self.fault.verdict == "wrong type"
        return self.usage is not None or an_object or kind in _FROM_A_WRONG_CALL


def _is_signed(outcome: Outcome) -> bool:
    return outcome.report is not None and SIGNS in outcome.report.taken_for


def _is_about_nothing(api: Api, result: Result) -> bool:
    """Whether a loss with labels has no slope at all: all labels are 0, say."""
    labelled = any(a.kind == LABELS for a in api.arguments)
    return labelled and all(item.tolerance == 0 and item.mismatch == 0 for item in result.inputs)


class Outcomes:
    """Those of one target, in their order."""

    def __init__(
        self, bench: Bench, target: str, request: Request, attempts: Callable[[Request], Iterator[Attempt]]
    ) -> None:
        self._bench = bench
        self._attempts = attempts
        self._target = target
        self._request = request
        self._all: list[Outcome] = []
        self._remark = self._refusal = ""
        self.is_over = False
        """Whether the process that ran the code is gone."""

    def attempt(self, attempt: Attempt) -> ProbeReport | None:
        """Check one way to call it; the report, if its gradients are right."""
        aside = attempt.remark or attempt.refusal
        if aside and not (self._all and self._all[0].is_comparison):
            return None
        try:
            outcome = self._outcome(attempt, localise=not self._all)
        except Inapplicable:
            return None
        if aside:
            if outcome.report is not None and outcome.report.verdict == PASS:
                self._remark, self._refusal = attempt.remark or self._remark, attempt.refusal or self._refusal
            return None
        self._all.append(outcome)
        return outcome.report if self._is_right(outcome) else None

    def _is_right(self, outcome: Outcome) -> bool:
        """Whether its gradients are right; labels of 0 that mean nothing make way for labels of -1 and 1."""
        if outcome.report is None or outcome.report.verdict not in _RIGHT or outcome.is_silent or outcome.is_empty:
            return False
        silent = any(one.is_silent for one in self._all)
        return not silent or _is_signed(outcome)

    def end(self, fault: Finding | StudentFault) -> None:
        """Take note of what ends the search; UsageError where that is a package that isn't there."""
        if (lacking := package_lacking(fault)) is not None:
            raise lacking
        self._all.append(Outcome(None, self._faulty(fault, ""), fault=fault))

    def likeliest(self) -> ProbeReport:
        """The report to be given, where no gradients were right; UsageError where the command can't be used."""
        silent = next((one for one in self._all if one.is_silent), None)
        signed = next((one for one in self._all if one.is_comparison and _is_signed(one)), None)
        first = self._all[0] if silent is None else signed or silent
        if first.may_be_a_wrong_call:
            compared = next((one for one in self._all if one.is_comparison), None)
            if compared is not None and compared.attempt is not None and not self.is_over:
                first = self._outcome(compared.attempt, localise=True)
        elif first is self._all[0] and first.is_comparison:
            first = self._best_founded(first)
        if self._refusal and first.is_comparison:
            raise UsageError(self._refusal)
        if first.usage is not None:
            raise first.usage
        assert first.report is not None
        hints = [hint for hint in (self._about_batches(first), first.report.hint, self._remark) if hint]
        return _with(first.report, hint="\n".join(hints))

    def _about_batches(self, outcome: Outcome) -> str:
        """Whether what is wrong is a factor of the batch size."""
        if outcome.compared is None or outcome.attempt is None or self.is_over:
            return ""
        api, result = outcome.compared
        place = outcome.attempt.place
        return advice(result.inputs, first_shape(api), self._request, partial(self._again, place))

    def _again(self, place: int, request: Request) -> Sequence[InputResult]:
        """The results of the same way to call it, for other shapes."""
        try:
            attempt = next(itertools.islice(self._attempts(request), place, None), None)
            if attempt is None:
                return ()
            api, _ = adding_up(self._bench, attempt.find())
            return check(self._bench, api, request)[0].inputs
        except (UsageError, Finding, StudentFault, Inapplicable):
            return ()

    def _best_founded(self, first: Outcome) -> Outcome:
        """The way to call it in which the most gradients are right: what is wrong there is the likeliest fault."""
        alarms = [one for one in self._all if one.is_alarm]
        best = max(alarms, key=lambda one: one.right, default=first)
        if best is first or best.right <= first.right or best.attempt is None or self.is_over:
            return first
        return self._outcome(best.attempt, localise=True)

    def _outcome(self, attempt: Attempt, *, localise: bool) -> Outcome:
        taken_for = ""
        try:
            api = attempt.find()
            _refuse_conventions(api, self._request)
            taken_for = describe(api)
            api, result, added, remarks = self._checked(api, localise)
            taken_for = describe(api)
            doubt = "" if api.is_list_confirmed else attempt.doubt
        except UsageError as error:
            return Outcome(attempt, None, usage=error)
        except (Finding, StudentFault) as fault:
            self.is_over |= isinstance(fault, StudentFault) and not isinstance(fault, StudentError)
            if (lacking := package_lacking(fault)) is not None:
                raise lacking from None
            doubted = UsageError(attempt.doubt) if attempt.doubt else None
            return Outcome(attempt, self._faulty(fault, taken_for), doubted, fault)
        report = self._compared(api, result, taken_for, added, remarks)
        if report.verdict not in _RIGHT:
            return Outcome(attempt, report, UsageError(doubt) if doubt else None, compared=(api, result))
        if self._request.labels:
            return Outcome(attempt, report)
        is_empty, is_silent = _is_about_nothing(api, result), zeros_mean_nothing(self._bench, api)
        return Outcome(attempt, report, is_empty=is_empty, is_silent=is_silent)

    def _checked(self, api: Api, localise: bool) -> tuple[Api, Result, list[str], list[str]]:
        """The check of one API; where places in a list alone tell parameters apart, of the order that is right."""
        ready, added = adding_up(self._bench, api)
        if api.subject.outputs_own:
            added = []  # a graph's own backward pass adds up by design: an array may be used twice in it
        result, remarks = check(self._bench, ready, self._request, localise=localise)
        other_label = with_other_label(ready)
        if other_label is not None and result.verdict is Verdict.PASS:
            result, _ = check(self._bench, other_label, self._request, localise=localise)
        for other in api.other_orders() if result.verdict is Verdict.WRONG_GRADIENT else ():
            turned, also_added = adding_up(self._bench, other)
            again, more = check(self._bench, turned, self._request, localise=False)
            if again.verdict is Verdict.PASS:
                return turned, again, also_added, more
        return ready, result, added, remarks

    def _faulty(self, fault: Finding | StudentFault, taken_for: str) -> ProbeReport:
        finding = fault if isinstance(fault, Finding) else finding_of(fault)
        return ProbeReport(
            target=self._target,
            verdict=finding.verdict,
            message=finding.message,
            hint=finding.hint,
            taken_for=taken_for,
            dtype=self._request.dtype,
            seed=self._request.seed,
        )

    def _compared(self, api: Api, result: Result, taken_for: str, added: list[str], remarks: list[str]) -> ProbeReport:
        shapes = {name: x.shape for name, x in api.values().items()}
        own = {*(p.name for p in api.parameters), *(a.name for a in api.arguments if a.kind == "parameter")}
        kinds = {name: "parameter" if name in own else "input" for name in shapes}
        report = ProbeReport(
            target=self._target,
            verdict=result.verdict.value,
            message=result.message,
            hint="\n".join(remarks),
            taken_for=taken_for,
            dtype=self._request.dtype,
            seed=self._request.seed,
            inputs=[item_of(item, kinds[item.name], shapes[item.name]) for item in result.inputs],
            unchecked=result.unchecked,
            unresolved=result.unresolved,
            seen=share_seen(result),
            forward_evaluations=result.forward_evaluations,
            backward_evaluations=result.backward_evaluations,
        )
        return _adding_up(report, added) if added else report


def _adding_up(report: ProbeReport, names: list[str]) -> ProbeReport:
    """The same, saying that gradients add up: right in value, they are no pass."""
    plural = "gradients" if len(names) > 1 else "gradient"
    said = f"The {plural} of {listing(names)} add{'' if len(names) > 1 else 's'} up from call to call"
    help_ = "Assign them anew in each backward pass, or, if they are meant to add up, have a zero_grad() set them to 0."
    if report.verdict != PASS:
        return _with(report, message=f"{report.message}\n{said} too.")
    return _with(report, verdict=ADDS_UP, message=f"{said}; what each call adds is right. {report.message}", hint=help_)


def _with(report: ProbeReport, **fields: str) -> ProbeReport:
    """The report with other words."""
    return msgspec.structs.replace(report, **fields)


def _refuse_conventions(api: Api, request: Request) -> None:
    """UsageError where the options of batch conventions name gradients that it hasn't."""
    for option, names in (("--divided-by-batch", request.divided_by_batch), ("--times-batch", request.times_batch)):
        for name in names:
            if name not in api.sources:
                raise UsageError(f"{option} {name}: no gradient of that name; there are {', '.join(api.sources)}")
