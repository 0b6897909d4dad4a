"""Finds values for forward's arguments by trial: forms of labels and whole numbers, inputs for a logarithm."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from graders.probe import forms, returned, words
from graders.probe.api import Api
from graders.probe.arguments import INPUT, LABELS, PARAMETER, POSITIVE, WHOLE, Argument, Plan, Slot
from graders.probe.bench import Bench
from graders.probe.caller import Caller
from graders.probe.drawing import Array, Drawing
from graders.probe.faults import Finding
from graders.probe.forms import Form
from graders.probe.kept import held_by, kept_output
from graders.probe.request import Request, Shape
from graders.sandbox.faults import StudentError

FAR = 9973
"""A class or id that no table is expected to reach: the error that it leads to tells the table's length."""
_SIZE = re.compile(r"index -?\d+ is out of bounds for axis \d+ with size (\d+)")
_WANTS_WHOLE = re.compile(
    r"must be of integer|integer scalar arrays|indices must be integers|interpreted as an integer|from dtype\('float"
    r"|integer is required|only integers|integer or slice|list indices"
)
_USUAL_SIZES = (8, 16, 5, 4, 3, 2)
MAX_FORMS = 12
"""Forms of labels in which forward works, at most, of which backward is tried too."""

Trial = tuple[Api, Plan, Mapping[str, Form], object]
"""A way to call forward that works, what was drawn in which form, and what forward returned."""
Forms = Mapping[str, Form]


class Trials:
    """Forward passes that work, for one subject."""

    def __init__(self, bench: Bench, api: Api, request: Request, drawing: Drawing, fresh: Callable[[], None]) -> None:
        self._bench = bench
        self._api = api
        self._request = request
        self._drawing = drawing
        self._fresh = fresh
        self.first_error: StudentError | None = None
        self.first_tried: tuple[Argument, ...] = ()

    def of(self, plan: Plan) -> Iterator[Trial]:
        """Those of a plan, the likeliest first: with inputs as they are, then with some of them as whole numbers."""
        named = [slot.name for slot in plan.of(INPUT) if _is_whole(slot)]
        first = plan.turned(named, WHOLE)
        seen = 0
        for trial in itertools.islice(self._of_kinds(first), MAX_FORMS):
            seen += 1
            yield trial
        if seen or self.first_error is None or not _wants_whole(self.first_error):
            return
        inputs = [slot.name for slot in first.of(INPUT)]
        for names in [*itertools.combinations(inputs, 1), *itertools.combinations(inputs, 2)]:
            for trial in itertools.islice(self._of_kinds(first.turned(names, WHOLE)), 2):
                seen += 1
                yield trial
            if seen:
                return

    def _of_kinds(self, plan: Plan) -> Iterator[Trial]:
        """The trials of each form of labels, if any, with the first forms of other whole numbers that work."""
        if not plan.labels:
            yield from itertools.islice(self._of_wholes(plan, {}), 1)
            return
        later: list[Form] = []
        for form in self._label_forms(plan):
            trial = next(self._of_wholes(plan, {plan.labels: form}), None)
            if trial is None:
                continue
            if form.kind == "classes" and not trial[2][plan.labels].fixed and not self._request.labels:
                later += [form] if form.shape else []  # nothing is indexed with them: they are numbers like others
                continue
            yield trial
        for form in later:
            yield from itertools.islice(self._of_wholes(plan, {plan.labels: form}), 1)

    def _label_forms(self, plan: Plan) -> list[Form]:
        slot = next(slot for slot in plan.slots if slot.kind == LABELS)
        if slot.shape:
            return forms.of_shape(slot.shape)
        data = plan.of(INPUT, PARAMETER)
        shapes = {one.name: one.shape for one in data}
        ordered = [shapes[name] for name in words.data_first(list(shapes))]
        signed = words.is_signed(self._api.subject.forward)
        sizes = [length for one in data for length in one.shape[::-1]] + self._lengths_held()
        return forms.labels(ordered, sizes, self._request.batch_axis, self._request.labels, signed)

    def _lengths_held(self) -> list[int]:
        """The last lengths of the arrays that the object holds: a network's number of classes is among them."""
        return [length for one in held_by(self._bench, self._api)[::-1] for length in one.shape[::-1]]

    def _of_wholes(self, plan: Plan, given: Forms) -> Iterator[Trial]:
        slots = plan.of(WHOLE)
        first = next((slot.shape for slot in plan.of(INPUT)), ())
        for some in itertools.product(*(_whole_forms(slot, first) for slot in slots)):
            chosen = {**given, **{slot.name: form for slot, form in zip(slots, some, strict=True)}}
            trial = self._bounded(plan, chosen)
            if trial is not None:
                yield trial

    def _bounded(self, plan: Plan, chosen: Forms) -> Trial | None:
        """A trial in which classes and ids reach as far as what the code indexes with them."""
        for name, form in chosen.items():
            if form.kind in ("classes", "ids") and not form.fixed:
                chosen = {**chosen, name: self._bound(plan, chosen, name)}
        return self._forward(plan, chosen)

    def _bound(self, plan: Plan, chosen: Forms, name: str) -> Form:
        form = chosen[name]
        others = {k: one if one.fixed else replace(one, values=1) for k, one in chosen.items()}

        def error(values: int) -> StudentError | None:
            return self._error(plan, {**others, name: replace(form, values=values)})

        far = error(FAR)
        if far is None:
            return form if form.kind == "classes" else replace(form, values=_USUAL_SIZES[0])
        told = _SIZE.search(str(far.record.get("text", "")))
        if told is not None and int(told[1]) > 0 and error(int(told[1])) is None:
            return replace(form, values=int(told[1]), fixed=True)
        works = next((values for values in (form.values, *_USUAL_SIZES) if error(values) is None), 0)
        while works and error(works + 1) is None and works < FAR:
            works += 1
        return replace(form, values=works or form.values, fixed=True)

    def _error(self, plan: Plan, chosen: Forms) -> StudentError | None:
        try:
            self._run(plan, chosen, positive=False)
        except StudentError as error:
            return error
        except Finding:
            return None
        return None

    def _forward(self, plan: Plan, chosen: Forms) -> Trial | None:
        """A forward pass; where its output isn't finite, one with inputs that are probabilities, if that is."""
        try:
            trial = self._run(plan, chosen, positive=False)
        except StudentError as error:
            if self.first_error is None:
                self.first_error = error
            return None
        if self._is_finite(trial) and not self._wants_probabilities(trial):
            return trial
        return self._within_bounds(plan, chosen) or trial

    def _wants_probabilities(self, trial: Trial) -> bool:
        """Whether a loss clips what is below 0 and what is above 1, so that only between is there anything to check."""
        api, plan, _, _ = trial
        if not plan.labels:
            return False
        inputs = {a.name: np.abs(a.array) for a in api.arguments if a.kind == INPUT}
        sides = [[-1 - 0.1 * k for k in range(2)], [2 + 0.1 * k for k in range(2)]]
        return bool(inputs) and all(
            self._is_same(trial, [{name: start + np.sign(start) * x for name, x in inputs.items()} for start in side])
            for side in sides
        )

    def _is_same(self, trial: Trial, points: Sequence[Mapping[str, Array]]) -> bool:
        """Whether the output is the same and finite at both points."""
        api, found = trial[0], []
        for point in points:
            caller = Caller(self._bench, api)
            self._fresh()
            caller.forward(api.values() | dict(point))
            self._bench.read(caller.outputs()[0], caller.call)
            try:
                found.append(np.asarray(self._bench.send()[-1], dtype=float))
            except StudentError:
                return False
        return bool(np.isfinite(found[0]).all()) and np.array_equal(found[0], found[1])

    def _within_bounds(self, plan: Plan, chosen: Forms) -> Trial | None:
        try:
            trial = self._run(plan, chosen, positive=True)
        except StudentError:
            return None
        return trial if self._is_finite(trial) else None

    def _run(self, plan: Plan, chosen: Forms, *, positive: bool) -> Trial:
        self._fresh()
        arguments = plan.draw(self._drawing, chosen, positive=positive)
        if not self.first_tried:
            self.first_tried = arguments
        api = replace(self._api, arguments=arguments)
        caller = Caller(self._bench, api)
        self._bench.read(caller.forward(api.values()), caller.call)
        answer = self._bench.send()[-1]
        outputs = returned.outputs_in(answer, 1, caller.call) if answer is not None else kept_output(self._bench, api)
        return replace(api, outputs=outputs), plan, chosen, answer

    def _is_finite(self, trial: Trial) -> bool:
        api, _, _, answer = trial
        if answer is None:
            caller = Caller(self._bench, api)
            self._bench.read(caller.outputs()[0], caller.call)
            return bool(np.isfinite(np.asarray(self._bench.send()[-1], dtype=float)).all())
        value = returned.value_at(answer, api.outputs[0])
        return value.dtype.kind not in "fc" or bool(np.isfinite(value).all())


def is_positive(api: Api) -> bool:
    """Whether its inputs were drawn as probabilities."""
    return any(a.about == POSITIVE for a in api.arguments)


def _wants_whole(error: StudentError) -> bool:
    """Whether an error may come from an array that should have held whole numbers."""
    return error.record.get("type") in ("IndexError", "TypeError", "UFuncTypeError") and bool(
        _WANTS_WHOLE.search(str(error.record.get("text", "")))
    )


def _is_whole(slot: Slot) -> bool:
    return words.is_ids(slot.name) or words.is_lengths(slot.name) or words.is_mask(slot.name)


def _whole_forms(slot: Slot, first: Shape) -> Sequence[Form]:
    """What whole numbers may look like, for a first input of this shape."""
    shape = slot.shape
    if slot.below is not None:
        return [Form("ids", shape, slot.below, fixed=True)]
    if words.is_mask(slot.name):
        return [Form("mask", one) for one in ([shape] if shape else dict.fromkeys([first[:-1], first, first[:1]]))]
    if words.is_lengths(slot.name):
        return [Form("lengths", shape or first[:1], first[1] if len(first) > 1 else 4)]
    return [Form("ids", shape, _USUAL_SIZES[0])]
