"""Finds out by trial how the code under check is called: two forward passes, one backward, and a look after each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import DTypeLike

from graders import UsageError
from graders.probe import api as apis
from graders.probe import arguments, parameters, returned
from graders.probe.anatomy import Held, Parameter, Path, anatomy_of
from graders.probe.api import Api, Source
from graders.probe.arguments import Argument, Plan
from graders.probe.bench import Bench
from graders.probe.caller import Caller, scalar_or_array
from graders.probe.drawing import Drawing
from graders.probe.faults import Finding, doubting_shapes
from graders.probe.naming import gradient_of
from graders.probe.request import Labels, Request
from graders.probe.roles import CACHE, Role, roles_of
from graders.probe.subject import Subject
from graders.sandbox.faults import StudentError

LABELS: tuple[Labels, ...] = ("one-hot", "classes")


def discover(bench: Bench, subject: Subject, request: Request) -> Api:
    """How it is called; a Finding or StudentFault where its code fails, UsageError where the command can't be used."""
    drawing = Drawing(request.seed, request.dtype)
    plan = arguments.plan(subject, request)
    forced = parameters.forced(bench, subject, request.params, drawing) if subject.is_object else ()
    api, answer = _first_forward(bench, Api(subject, (), forced), plan, request, drawing)
    found = _stable(bench, api, plan, drawing)
    api = _with_roles(api, answer)
    held = parameters.candidates(bench, api, found, drawing)
    after, value = _backward(bench, api)
    api = _with_sources(bench, api, held, after, value)
    return _limited(api, request.wrt)


def _stable(bench: Bench, api: Api, plan: Plan, drawing: Drawing) -> list[Held]:
    """What the object holds that a second forward pass, with other inputs, doesn't change."""
    before = _held(bench, api)
    other = {a.name: a.array for a in plan.draw(drawing, _kind(api), positive=_is_positive(api)) if _is_array(a)}
    first = [a.array for a in api.arguments if _is_array(a)]
    Caller(bench, api).forward(api.values() | other)
    bench.send()
    return parameters.stable(before, _held(bench, api), [*other.values(), *first])


def _is_array(argument: Argument) -> bool:
    return isinstance(argument.value, np.ndarray)


def _kind(api: Api) -> Labels | None:
    about = next((a.about for a in api.arguments if a.kind == arguments.LABELS), None)
    return next((kind for kind in LABELS if kind == about), None)


def _is_positive(api: Api) -> bool:
    return any(a.about == POSITIVE for a in api.arguments)


POSITIVE = "between 0.1 and 0.9"


def _first_forward(bench: Bench, api: Api, plan: Plan, request: Request, drawing: Drawing) -> tuple[Api, object]:
    """The first forward pass that works: kinds of labels are tried in turn, then inputs that a logarithm can take."""
    kinds: Sequence[Labels | None] = (None,)
    if plan.labels:
        kinds = (request.labels,) if request.labels else LABELS
    first: StudentError | None = None
    for kind in kinds:
        tried = replace(api, arguments=plan.draw(drawing, kind))
        try:
            tried, answer = _forward(bench, tried)
        except StudentError as error:
            first = first or error
            continue
        if _is_finite(answer):
            return tried, answer
        return _within_bounds(bench, replace(api, arguments=_positive(plan, drawing, kind))) or (tried, answer)
    assert first is not None
    with doubting_shapes(arguments.shapes_of(tried.arguments)):
        raise first


def _positive(plan: Plan, drawing: Drawing, kind: Labels | None) -> tuple[Argument, ...]:
    drawn = plan.draw(drawing, kind, positive=True)
    return tuple(replace(a, about=POSITIVE) if a.kind == arguments.INPUT else a for a in drawn)


def _within_bounds(bench: Bench, api: Api) -> tuple[Api, object] | None:
    try:
        tried, answer = _forward(bench, api)
    except StudentError:
        return None
    return (tried, answer) if _is_finite(answer) else None


def _forward(bench: Bench, api: Api) -> tuple[Api, object]:
    caller = Caller(bench, api)
    bench.read(caller.forward(api.values()), caller.call)
    answer = bench.send()[-1]
    path = returned.output_path(answer, caller.call)
    return replace(api, output=path, shape=returned.output_of(answer).shape), answer


def _is_finite(answer: object) -> bool:
    return bool(np.isfinite(returned.output_of(answer)).all())


def _held(bench: Bench, api: Api) -> tuple[Held, ...]:
    if not api.subject.is_object:
        return ()
    return anatomy_of(bench.inspect(bench.slot("object"), api.subject.label)).arrays


def _with_roles(api: Api, answer: object) -> Api:
    """What backward is given, by the names of its arguments, and whether the output is a scalar."""
    if not api.subject.backward:
        return _loss_with_gradient(api, answer)
    found = replace(api, roles=_roles(api, has_cache=isinstance(answer, list)))
    if found.takes_upstream:
        return replace(found, scalar=api.shape == ())
    inputs = [a.array.shape for a in api.arguments if a.is_checked]
    summed = bool(inputs) and api.shape not in ((), inputs[0])
    return replace(found, scalar=_is_single(api) or summed, summed=summed)


def _loss_with_gradient(api: Api, answer: object) -> Api:
    """A function without a backward pass, which has to return a loss and its gradient; UsageError if it doesn't."""
    if not (isinstance(answer, list) and _is_single(api)):
        raise api.subject.without_backward()
    return replace(api, scalar=True)


def _is_single(api: Api) -> bool:
    """Whether the output is one number."""
    return int(np.prod(api.shape)) == 1


def _roles(api: Api, has_cache: bool) -> tuple[tuple[Parameter, Role], ...]:
    subject = api.subject
    names = [a.name for a in api.arguments]
    fixed = [a.name for a in api.arguments if a.kind == arguments.CONSTANT]
    roles = roles_of(
        subject.backward_takes, names, fixed, scalar=api.shape == (), chained=subject.chained, has_cache=has_cache
    )
    if any(role == CACHE for _, role in roles) and not has_cache:
        message = f"{subject.backward} takes a cache, but {subject.forward} returned a single array."
        raise Finding("wrong type", message, "Return the output and the cache: `return out, cache`.")
    return tuple(roles)


def _backward(bench: Bench, api: Api) -> tuple[tuple[Held, ...], object]:
    """What the object holds after a backward pass, and what that returned."""
    caller = Caller(bench, api)
    caller.forward(api.values())
    cotangent = np.random.default_rng(0).standard_normal(api.shape).astype(_dtype(api))
    result = caller.backward(scalar_or_array(cotangent))
    bench.read(result, api.backward)
    value = bench.send()[-1]
    return _held(bench, api), value


def _dtype(api: Api) -> DTypeLike:
    return next((x.dtype for x in api.values().values()), np.dtype(np.float64))


def _with_sources(bench: Bench, api: Api, held: Sequence[apis.Held], after: Sequence[Held], value: object) -> Api:
    """Where each gradient is: what is returned goes to the inputs, then to the parameters that have none yet."""
    kept = {name: Source("object", path) for name, path in parameters.gradients(held, after).items()}
    rest = _without_gradient(held, kept, after)
    matter = parameters.that_matter(bench, api, rest)
    inputs = {a.name: a.array.shape for a in api.arguments if a.is_checked}
    wanted = inputs | {one.name: one.value.shape for one in rest if one.name in matter}
    found = {**kept, **_in_value(api, value, wanted)}
    found |= _kept_by_object([name for name in inputs if name not in found], after)
    return _with_found(api, held, found, [*_to_be_found(api, inputs, found), *matter])


def _with_found(api: Api, held: Sequence[apis.Held], found: Mapping[str, Source], needed: Sequence[str]) -> Api:
    """The sources in the order of inputs and parameters, the parameters that have one, and what needs one in vain."""
    names = [*(a.name for a in api.arguments if a.is_checked), *(one.name for one in held)]
    return replace(
        api,
        parameters=tuple(one for one in held if one.name in found),
        sources={name: found[name] for name in names if name in found},
        missing=tuple(name for name in needed if name not in found),
    )


def _without_gradient(held: Sequence[apis.Held], kept: Mapping[str, Source], after: Sequence[Held]) -> list[apis.Held]:
    """Arrays whose gradient the object doesn't keep, and which aren't such gradients or plain numbers themselves."""
    no_parameters = {source.path for source in kept.values()} | {other.path for other in after if other.is_number}
    return [one for one in held if one.name not in kept and not no_parameters & set(one.paths)]


def _kept_by_object(inputs: Sequence[str], after: Sequence[Held]) -> dict[str, Source]:
    """Where the object keeps the gradients of inputs, as `self.dA`."""
    paths = {name: gradient_of((("get", name),), after) for name in inputs}
    return {name: Source("object", path) for name, path in paths.items() if path is not None}


def _to_be_found(api: Api, inputs: Iterable[str], found: Mapping[str, Source]) -> list[str]:
    """The inputs that have to have a gradient; of a loss's, one with a gradient is enough: targets have none."""
    return [] if api.scalar and any(a.name in found for a in api.arguments) else list(inputs)


def _in_value(api: Api, value: object, wanted: returned.Wanted) -> dict[str, Source]:
    """Whose gradients are in what backward returned, or, beside the loss, in what forward did."""
    if api.subject.backward:
        return returned.sources_in(value, "returned", wanted)
    parts = value if isinstance(value, list) else []  # a loss and its gradient, if it returned that again
    if len(parts) == 2:
        return returned.sources_in(parts[1], "answer", wanted, (("item", 1),))
    found = returned.sources_in(parts[1:], "answer", wanted)
    return {name: Source("answer", _shifted(source.path)) for name, source in found.items()}


def _shifted(path: Path) -> Path:
    """A path into all but the first item, as one into the whole."""
    (kind, index), *others = path
    return ((kind, int(index) + 1), *others)


def _limited(api: Api, wrt: Sequence[str]) -> Api:
    """Only what the user names, or all; a Finding for a gradient that isn't there."""
    _refuse_unknown(api, wrt)
    missing = [name for name in api.missing if not wrt or name in wrt]
    if missing:
        raise _missing(api, missing)
    if not api.sources:
        raise Finding("missing gradient", f"{api.backward} gave no gradient, of inputs or parameters.", "")
    return replace(api, sources={name: source for name, source in api.sources.items() if not wrt or name in wrt})


def _refuse_unknown(api: Api, wrt: Sequence[str]) -> None:
    known = [*api.sources, *api.missing]
    for name in wrt:
        if name not in known:
            raise UsageError(f"--wrt {name}: there is no input or parameter of that name; there are {', '.join(known)}")


def _missing(api: Api, missing: Sequence[str]) -> Finding:
    name = missing[0]
    lies = f"{api.backward} returned no gradient of {name}"
    if api.subject.is_object:
        lies += f", and {api.subject.label} has no d{name}, dLd{name}, {name}_grad or gradients[{name!r}] after it"
    rest = [other for other in api.sources if other not in missing]
    leave = f" To check the rest only: --wrt {','.join(rest)}" if rest else ""
    return Finding("missing gradient", f"{lies}.", f"Is a `return` missing, or an assignment?{leave}")
