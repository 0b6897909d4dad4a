"""Where each gradient is after a backward pass: returned, kept by the object, or the step of a moved parameter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from graders import UsageError
from graders.probe import api as apis
from graders.probe import parameters, returned, words
from graders.probe.anatomy import Held, Path
from graders.probe.api import Api, Source
from graders.probe.arguments import LABELS
from graders.probe.bench import Bench
from graders.probe.caller import Caller
from graders.probe.faults import Finding
from graders.probe.kept import kept_gradients
from graders.probe.naming import in_lists_of_gradients
from graders.probe.steps import held_rate, is_step


@dataclass(frozen=True)
class Pass:
    """A backward pass: what the object held before and after it, what that returned, and what a further method did."""

    before: Sequence[Held]
    after: Sequence[Held]
    value: object
    further: object = None


class Finder:
    """Finds the gradients of one way to call the code; `wrt` are those asked for, or none, `first` the likeliest."""

    def __init__(self, bench: Bench, api: Api, wrt: Sequence[str], first: str = "") -> None:
        self._first = [*wrt, first]
        self._bench = bench
        self._api = api
        self._wrt = wrt

    def find(self, held: Sequence[apis.Held], done: Pass) -> Api:
        """The API with its sources: what is returned goes to the inputs, then to the parameters that have none yet."""
        kept = {name: Source("object", path) for name, path in parameters.gradients(held, done.after).items()}
        arrays = _without_gradient(held, kept, done.after, numbers=False)
        numbers = _without_gradient(held, kept, done.after, numbers=True)
        matter = parameters.that_matter(self._bench, self._api, arrays)
        inputs = _inputs(self._api, self._first)
        wanted = inputs | {one.name: one.value.shape for one in arrays if one.name in matter}
        found = {**kept, **_in_value(self._api, done.value, wanted, [one.name for one in numbers])}
        own = {name: shape for name, shape in wanted.items() if name not in inputs and name not in found}
        found |= returned.sources_in(done.further, "further", own)
        found |= _in_a_list([one for one in arrays if one.name in matter and one.name not in found], done.after)
        found |= self._kept_of(inputs, found, done)
        api = replace(self._api, updated=_changed(held, done))
        api, moved = self._moved(api, [one for one in held if one.name in matter and one.name not in found], done)
        found |= moved
        matter = [name for name in matter if name in found or not self._is_constant(name, arrays, found)]
        matter += self._numbers_that_matter(numbers, found)
        api = replace(api, unclaimed=returned.unclaimed(done.value, found) if api.subject.backward else 0)
        return _with_found(api, held, found, [*_to_be_found(api, inputs, found), *matter])

    def _is_constant(self, name: str, held: Sequence[apis.Held], found: Mapping[str, Source]) -> bool:
        """Whether an array without a gradient needs none by its name."""
        return words.is_mask(name) or self._weighs(name, held, found)

    def _weighs(self, name: str, held: Sequence[apis.Held], found: Mapping[str, Source]) -> bool:
        """Whether it is what a loss weighs classes by, a constant, where no other parameter has a gradient either."""
        labelled = any(a.kind == LABELS for a in self._api.arguments) and name not in self._wrt
        others = {one.name for one in held} & set(found)
        row = any(one.name == name and one.value.ndim == 1 for one in held)
        return labelled and row and not others and words.is_weighting(name)

    def _kept_of(self, inputs: returned.Wanted, found: Mapping[str, Source], done: Pass) -> dict[str, Source]:
        """The inputs' gradients that the object keeps; a Finding where it keeps its output but returns gradients."""
        if self._api.outputs and self._api.outputs[0].source.root == "object" and done.value is not None:
            raise returned.not_an_array(None, Caller(self._bench, self._api).call)
        left = [name for name in inputs if name not in found]
        return kept_gradients(left, [inputs[name] for name in left], done.after)

    def _numbers_that_matter(self, numbers: Sequence[apis.Held], found: Mapping[str, Source]) -> list[str]:
        """The plain numbers without a gradient that are surely parameters."""
        bare = [one for one in numbers if words.is_bare_parameter(one.name) and one.name not in found]
        return parameters.that_matter(self._bench, self._api, bare)

    def _moved(self, api: Api, held: Sequence[apis.Held], done: Pass) -> tuple[Api, dict[str, Source]]:
        """The parameters that backward moves by a learning rate times their gradients."""
        moved = [one for one in held if one.name in api.updated and (not self._wrt or one.name in self._wrt)]
        if not moved:
            return api, {}
        if api.rate is None:
            api = replace(api, rate=held_rate(self._bench, done.before))
        sources = {one.name: Source("moved", one.paths[0]) for one in moved}
        if api.rate is None or not is_step(self._bench, replace(api, parameters=tuple(held), sources=sources)):
            names = ", ".join(one.name for one in moved)
            raise UsageError(
                f"{api.backward} changes {names}, and not by a learning rate times a gradient that is recognised: "
                f"to check the inputs' gradients only, --wrt {','.join(_inputs(api)) or 'NAMES'}"
            )
        return api, sources


def _inputs(api: Api, wrt: Sequence[str] = ()) -> dict[str, tuple[int, ...]]:
    """The inputs that may have a gradient, with their shapes; of a loss's those asked for first, true values last."""
    names = [a.name for a in api.arguments]
    found = {a.name: a.array.shape for a in api.arguments if a.is_checked}
    if api.takes_upstream:
        return found
    return {
        name: found[name]
        for name in sorted(found, key=lambda name: (name not in wrt, words.is_true_beside(name, names)))
    }


def _with_found(api: Api, held: Sequence[apis.Held], found: Mapping[str, Source], needed: Sequence[str]) -> Api:
    """The sources in the order of inputs and parameters, the parameters that have one, and what needs one in vain."""
    names = [*(a.name for a in api.arguments if a.is_checked), *(one.name for one in held)]
    return replace(
        api,
        parameters=tuple(one for one in held if one.name in found),
        sources={name: found[name] for name in names if name in found},
        missing=tuple(name for name in needed if name not in found),
    )


def _in_a_list(left: Sequence[apis.Held], after: Sequence[Held]) -> dict[str, Source]:
    """The gradients in a list `grads` of as many, in the order of the parameters."""
    listed = in_lists_of_gradients(after)
    if [one.shape for one in listed] != [one.value.shape for one in left]:
        return {}
    return {one.name: Source("object", other.path) for one, other in zip(left, listed, strict=True)}


def _changed(held: Sequence[apis.Held], done: Pass) -> frozenset[str]:
    """Which parameters backward has changed."""
    digests = {one.path: one.digest for one in done.before}
    changed = {one.path for one in done.after if one.path in digests and digests[one.path] != one.digest}
    return frozenset(one.name for one in held if changed & set(one.paths))


def _without_gradient(
    held: Sequence[apis.Held], kept: Mapping[str, Source], after: Sequence[Held], *, numbers: bool
) -> list[apis.Held]:
    """Arrays, or plain numbers, whose gradient the object doesn't keep, and which aren't such gradients themselves."""
    gradients = {source.path for source in kept.values()}
    plain = {other.path for other in after if other.is_number}
    rest = [one for one in held if one.name not in kept and not gradients & set(one.paths)]
    return [one for one in rest if bool(plain & set(one.paths)) == numbers]


def _to_be_found(api: Api, inputs: Iterable[str], found: Mapping[str, Source]) -> list[str]:
    """The inputs that have to have a gradient; of a loss's, one gradient is enough: targets and data have none."""
    names = [a.name for a in api.arguments]
    if api.scalar and found:
        return []
    return [name for name in inputs if api.takes_upstream or not words.is_true_beside(name, names)]


def _in_value(api: Api, value: object, wanted: returned.Wanted, numbers: Sequence[str]) -> dict[str, Source]:
    """Whose gradients are in what backward returned, or, beside the loss, in what forward did."""
    if api.subject.backward:
        return returned.sources_in(value, "returned", wanted, numbers)
    parts = value if isinstance(value, list) else []  # a loss and its gradient, if it returned that again
    place = int(api.outputs[0].source.path[0][1]) if api.outputs and api.outputs[0].source.path else 0
    others = [part for k, part in enumerate(parts) if k != place]
    if len(others) == 1:
        return returned.sources_in(others[0], "answer", wanted, numbers, (("item", 1 - place),))
    found = returned.sources_in(others, "answer", wanted, numbers)
    return {name: Source("answer", _shifted(source.path)) for name, source in found.items()}


def _shifted(path: Path) -> Path:
    """A path into all but the first item, as one into the whole."""
    (kind, index), *others = path
    return ((kind, int(index) + 1), *others)


def limited(api: Api, wrt: Sequence[str]) -> Api:
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
