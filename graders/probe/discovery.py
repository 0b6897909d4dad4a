"""Finds out by trial how the code under check is called: the ways in which it may be, the likeliest first."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import DTypeLike

from graders import UsageError
from graders.probe import arguments, dealing, parameters, returned, words
from graders.probe.anatomy import Held
from graders.probe.api import Api, Rate
from graders.probe.arguments import INPUT, WHOLE, Plan
from graders.probe.bench import Bench
from graders.probe.caller import Caller, scalar_or_array
from graders.probe.drawing import Drawing
from graders.probe.faults import Finding, doubting_shapes, one_line
from graders.probe.kept import held_by, kept_predictions
from graders.probe.making import make_parameters
from graders.probe.naming import is_cache
from graders.probe.request import Request
from graders.probe.roles import OPTIMIZER, RATE, Offer, Roles, alternatives, given_held, likeliest, turned
from graders.probe.settling import SETTLED, settled
from graders.probe.sources import Finder, Pass, limited
from graders.probe.steps import RATE_GIVEN
from graders.probe.subject import Subject
from graders.probe.trying import Trial, Trials, is_positive
from graders.probe.wrapping import with_objects, with_records
from graders.sandbox.faults import StudentError
from graders.sandbox.inside.wire import Opaque

_FROM_LABELS = {"TypeError", "KeyError", "AttributeError"}
"""What forward may raise for labels that it can't take, besides errors of shapes."""
_FRESH = 1
"""The number of the state in which the object was made."""


class Inapplicable(Exception):
    """There is no such way to call it."""


@dataclass(frozen=True)
class Attempt:
    """Finds out the rest for one way to call it; a Finding, UsageError or StudentFault where that can't be.

    Where the way is a guess, `doubt` is what is to be said unless the gradients are right. A `remark` is to be said if
    they are, and then the code is still wrong: it isn't to be called that way. A `refusal` is then all that can be
    said. Its `place` is that among the attempts.
    """

    find: Callable[[], Api]
    doubt: str = ""
    remark: str = ""
    refusal: str = ""
    place: int = 0


def attempts(bench: Bench, subject: Subject, request: Request) -> Iterator[Attempt]:
    """The ways to call it. A StudentFault where its forward pass fails, UsageError where the command can't be used."""
    return (replace(attempt, place=k) for k, attempt in enumerate(_attempts(bench, subject, request)))


def _attempts(bench: Bench, subject: Subject, request: Request) -> Iterator[Attempt]:
    make_parameters(bench, subject, request)
    search = _Search(bench, subject, request)
    failed: Exception | None = None
    try:
        yield from search.all()
    except (Finding, StudentError, UsageError) as error:
        failed = error
    seen = False
    for other in _with_others(bench, subject, search, failed):
        search.fresh()
        with contextlib.suppress(Finding, StudentError, UsageError):
            for attempt in _Search(bench, other, request).all():
                seen = True
                yield attempt
    if failed is not None and not seen:
        raise failed


def _with_others(bench: Bench, subject: Subject, search: _Search, failed: Exception | None) -> Iterator[Subject]:
    """The subject with objects in place of arrays, or in place of tuples and dicts of results."""
    if search.saw_a_record or isinstance(failed, Finding):
        yield from with_records(bench, subject)
    yield from with_objects(bench, subject)


class _Search:
    """The search for one subject."""

    def __init__(self, bench: Bench, subject: Subject, request: Request) -> None:
        self._bench = bench
        self._subject = subject
        self._request = request
        self._drawing = Drawing(request.seed, request.dtype)
        self._lacking: set[str] = set()
        self.saw_a_record = False
        self._roots = [bench.slot("object")] if subject.is_object else []
        passes = [f"forward{subject.suffix}", *([f"backward{subject.suffix}"] if subject.backward else [])]
        self._roots += [bench.slot(name) for name in passes]
        params = {name: shape for name, shape in request.params.items() if name not in subject.constructed_with}
        forced = parameters.forced(bench, subject, params, self._drawing) if subject.is_object else ()
        bench.keep_state(self._roots, _FRESH)
        bench.send()
        self.trials = Trials(bench, Api(subject, (), forced), request, self._drawing, self.fresh)

    def fresh(self) -> None:
        """Have everything be as it was made."""
        self._bench.put_back_state(_FRESH)

    def all(self) -> Iterator[Attempt]:
        """The ways to call it; an error that says why there are none."""
        plans = self.plans()
        seen = False
        for plan in plans:
            for trial in self.trials.of(plan):
                for attempt in self.of(trial):
                    seen = True
                    yield attempt
            for trial in self.of_whole_numbers(plan):
                yield from self.of(trial)
        if not seen:
            self.give_up(plans[0])

    def plans(self) -> list[Plan]:
        """What the arguments may be given; where there is no backward pass, labels that have a default too."""
        if self._subject.backward:
            return [dealing.plan(self._subject, self._request)]
        found = [dealing.plan(self._subject, self._request, with_open=True)]
        plain = dealing.plan(self._subject, self._request)
        return found if plain == found[0] else [*found, plain]

    def give_up(self, plan: Plan) -> None:
        """The first error of a forward pass, laid on the shapes that were given, if they may be to blame."""
        if plan.doubt:
            raise UsageError(plan.doubt)
        error = self.trials.first_error
        if error is not None and plan.labels and error.record.get("type") in _FROM_LABELS:
            question = f"Is {plan.labels} not labels? See --labels, --int and --arg."
            raise UsageError(one_line(error.message, question))
        if error is not None:
            with doubting_shapes(arguments.shapes_of(self.trials.first_tried)):
                raise error

    def of(self, trial: Trial) -> Iterator[Attempt]:
        """The ways to call backward after a forward pass that works; then those with a whole number for an input."""
        api, plan, _, answer = trial
        if not self._subject.backward:
            yield Attempt(lambda: self._complete(self._loss_with_gradient(api, answer), trial), plan.doubt)
            return
        offer = self._offer(api, answer)
        takes = self._subject.backward_takes
        first, predicted = likeliest(takes, offer), _predicted(api)
        held = self._held_predictions(api, predicted)
        for roles in [first, *alternatives(takes, offer, predicted), *given_held(first, predicted, held)]:
            yield Attempt(partial(self._with_backward, trial, roles), plan.doubt)
            if self._subject.further and self._lacking:
                yield Attempt(partial(self._with_further, trial, roles), plan.doubt)
            yield Attempt(partial(self._with_mean, trial, roles), plan.doubt)
        yield from self._of_states(trial)
        yield from self._of_others(trial, first)
        if not plan.labels:
            for roles, remark in turned(first, offer):
                yield Attempt(partial(self._with_backward, trial, roles), plan.doubt, remark)

    def _of_states(self, trial: Trial) -> Iterator[Attempt]:
        """The same for several upstream gradients where forward returns `out, (h, c)`: they are those of h and c."""
        api, plan, _, answer = trial
        _, states = returned.inner_outputs(answer)
        roles = likeliest(self._subject.backward_takes, self._offer(api, states)) if states else []
        if sum(kind == "upstream" for _, (kind, _) in roles) == len(states) > 1:
            yield Attempt(partial(self._with_states, trial, roles), plan.doubt)

    def _with_states(self, trial: Trial, roles: Roles) -> Api:
        api, _, _, answer = trial
        place, states = returned.inner_outputs(answer)
        found = self._with_roles(api, states, roles)
        inside = [replace(one.source, path=(("item", place), *one.source.path)) for one in found.outputs]
        outputs = tuple(replace(one, source=source) for one, source in zip(found.outputs, inside, strict=True))
        return self._complete(replace(found, outputs=outputs), trial)

    def _of_others(self, trial: Trial, roles: Roles) -> Iterator[Attempt]:
        """The same for the gradient of another argument, where no name tells of which a loss's one gradient is."""
        api, plan, _, _ = trial
        inputs = {a.name: a.array.shape for a in api.arguments if a.kind == INPUT}
        told = plan.labels or self._request.wrt or any(words.truth(a.name) >= 2 for a in api.arguments)
        if told or any(kind == "upstream" for _, (kind, _) in roles) or len(set(inputs.values())) == len(inputs):
            return
        likely, *others = inputs
        for other in others:
            said = f"the gradient that {api.backward} returns is right for {other} and wrong for {likely}"
            find = partial(self._with_backward, trial, roles, first=other)
            yield Attempt(find, refusal=f"{said}: if it is meant for that, --wrt {other}")

    def _held_predictions(self, api: Api, predicted: str) -> list[str]:
        shape = next((a.array.shape for a in api.arguments if a.name == predicted), None)
        return [] if shape is None else kept_predictions(self._bench, api, shape)

    def of_whole_numbers(self, plan: Plan) -> Iterator[Trial]:
        """Trials with whole numbers for inputs of which there is no gradient, and no slope either."""
        names = [slot.name for slot in plan.of(INPUT) if slot.name in self._lacking and self._is_flat(plan, slot.name)]
        return self.trials.of(plan.turned(names, WHOLE)) if names else iter(())

    def _is_flat(self, plan: Plan, name: str) -> bool:
        """Whether the output is the same a little beside an input: it is rounded, or compared with something."""
        trial = next(self.trials.of(plan), None)
        if trial is None:
            return False
        api = replace(trial[0], restores=False)
        x = api.values()[name]
        found = []
        for point in (x, x * (1 + 1e-6), x * (1 - 1e-6)):
            self.fresh()
            found.append(parameters.output_now(self._bench, api, {name: np.asarray(point, x.dtype)}))
        return np.array_equal(found[0], found[1]) and np.array_equal(found[0], found[2])

    def _with_backward(self, trial: Trial, roles: Roles, first: str = "") -> Api:
        api, _, _, answer = trial
        return self._complete(self._with_roles(api, answer, roles), trial, first)

    def _with_further(self, trial: Trial, roles: Roles) -> Api:
        """The same with the parameters' gradients given by their own method."""
        api, _, _, answer = trial
        given = tuple(likeliest(self._subject.further_takes, self._offer(api, answer)))
        return self._complete(replace(self._with_roles(api, answer, roles), further_roles=given, further=True), trial)

    def _with_mean(self, trial: Trial, roles: Roles) -> Api:
        """The same for a loss of each sample, or entry, whose gradient is that of their mean."""
        api, plan, _, answer = trial
        found = self._with_roles(api, answer, roles)
        if found.takes_upstream or not (found.reduced or (plan.labels and math.prod(found.shape) > 1)):
            raise Inapplicable
        return self._complete(replace(found, scalar=True, reduced="mean"), trial)

    def _offer(self, api: Api, answer: object) -> Offer:
        names = list(dict.fromkeys(a.part_of or a.name for a in api.arguments))
        fixed = [a.name for a in api.arguments if a.kind == arguments.CONSTANT]
        constants = [name for name in self._request.constants if name not in names]
        parts = returned.leading(answer)
        return Offer(
            names,
            fixed,
            constants,
            scalar=len(parts) < 2 and api.shape == (),
            chained=self._subject.chained,
            has_cache=isinstance(answer, list | dict) and not returned.is_dict_of_arrays(answer),
            outputs=len(parts) or 1,
            in_a_dict=returned.is_dict_of_arrays(answer),
        )

    def _loss_with_gradient(self, api: Api, answer: object) -> Api:
        """A function without a backward pass, which has to return a loss and its gradient; UsageError if it doesn't."""
        if not (isinstance(answer, list) and int(np.prod(api.shape)) == 1):
            raise api.subject.without_backward()
        return replace(api, scalar=True)

    def _with_roles(self, api: Api, answer: object, roles: Roles) -> Api:
        """What backward is given, how many outputs are differentiated, and whether what is left is a scalar."""
        count = sum(kind == "upstream" for _, (kind, _) in roles)
        if any(kind == "upstreams" for _, (kind, _) in roles):
            count = len(returned.leading(answer))
        outputs = api.outputs if answer is None else returned.outputs_in(answer, count, Caller(self._bench, api).call)
        found = replace(
            api,
            outputs=outputs,
            roles=tuple(roles),
            beside=0 if _takes_cache(roles) else len(returned.leading(answer)) - len(outputs),
            constants=dict(self._request.constants),
            caches=_caches(answer, len(outputs), roles, api),
            rate=Rate(RATE_GIVEN) if any(role in (RATE, OPTIMIZER) for _, role in roles) else None,
        )
        if found.takes_upstream:
            return replace(found, scalar=found.shape == ())
        inputs = [a.array.shape for a in api.arguments if a.is_checked]
        several = int(np.prod(found.shape)) > 1
        reduced = several and (self._subject.summed or (bool(inputs) and found.shape not in ((), *inputs)))
        scalar = int(np.prod(found.shape)) == 1 or reduced
        return replace(found, scalar=scalar, reduced="sum" if reduced else "")

    def _complete(self, api: Api, trial: Trial, first: str = "") -> Api:
        """Everything else: parameters, where gradients are, what state there is."""
        self.fresh()
        stable = self._stable(api, trial)
        self._bench.keep_state(self._roots, SETTLED)
        api = replace(api, restores=True)
        held = parameters.candidates(self._bench, api, stable, self._drawing)
        done = self._backward(api)
        found = Finder(self._bench, api, self._request.wrt, first).find(held, done)
        self._lacking.update(found.missing)
        try:
            return settled(self._bench, limited(found, self._request.wrt), self._roots)
        except Finding:
            if isinstance(done.value, Opaque):
                self.saw_a_record = True
                raise returned.not_an_array(done.value, found.backward) from None
            raise

    def _stable(self, api: Api, trial: Trial) -> list[Held]:
        """What the object holds that a second forward pass, with other inputs, doesn't change."""
        _, plan, chosen, _ = trial
        caller = Caller(self._bench, api)
        caller.forward(api.values())
        self._bench.send()
        before = held_by(self._bench, api)
        others = plan.draw(self._drawing, chosen, positive=is_positive(api))
        other = {a.name: a.array for a in others if isinstance(a.value, np.ndarray)}
        first = [a.array for a in api.arguments if isinstance(a.value, np.ndarray)]
        caller.forward(api.values() | other)
        self._bench.send()
        return parameters.stable(before, held_by(self._bench, api), [*other.values(), *first])

    def _backward(self, api: Api) -> Pass:
        """One backward pass, at the API's own values."""
        bench, caller = self._bench, Caller(self._bench, api)
        caller.forward(api.values())
        before = held_by(bench, api)
        cotangent = np.random.default_rng(0).standard_normal(api.shape).astype(_dtype(api))
        bench.read(caller.backward(scalar_or_array(cotangent)), api.backward)
        if api.further:
            bench.read(bench.slot("further gradients"), api.subject.further)
        value, *further = bench.send()[-1 - api.further :]
        return Pass(before, held_by(bench, api), value, further[0] if further else None)


def _predicted(api: Api) -> str:
    """The argument of which a loss's gradient would be: the one that is no label by its name, if it is one."""
    names = [a.name for a in api.arguments if a.kind == INPUT]
    others = [name for name in names if not words.is_true_beside(name, [a.name for a in api.arguments])]
    return others[0] if len(others) == 1 and len(api.arguments) > 1 else ""


def _caches(answer: object, outputs: int, roles: Roles, api: Api) -> tuple[int | str, ...]:
    """Where in forward's answer the caches are that backward takes; a Finding if there are none."""
    wanted = sum(kind == "cache" for _, (kind, _) in roles)
    if not wanted:
        return ()
    if isinstance(answer, dict):
        rest = [key for key in answer if key not in returned.arrays_in_a_dict(answer)]
        return tuple(sorted(rest, key=lambda key: not is_cache(str(key)))[:wanted])
    if not isinstance(answer, list):
        message = f"{api.subject.backward} takes a cache, but {api.subject.forward} returned a single array."
        raise Finding("wrong type", message, "Return the output and the cache: `return out, cache`.")
    places = list(range(outputs, len(answer)))
    if wanted == 1 and len(places) > 1 and not returned.is_number(answer[-1]):
        return (places[-1],)
    return tuple(places[:wanted])


def _takes_cache(roles: Roles) -> bool:
    return any(kind == "cache" for _, (kind, _) in roles)


def _dtype(api: Api) -> DTypeLike:
    return next((x.dtype for x in api.values().values()), np.dtype(np.float64))
