"""Tells an object's parameters from what else it holds: they stay when the input changes, and have a gradient."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from graders.probe import api as apis
from graders.probe.anatomy import Held, Path, anatomy_of, written
from graders.probe.api import Api
from graders.probe.bench import Bench
from graders.probe.caller import Caller, assign
from graders.probe.drawing import Array, Drawing
from graders.probe.kept import digests
from graders.probe.naming import gradient_of
from graders.probe.request import Shape
from graders.probe.subject import Subject
from graders.probe.words import bare, is_running
from graders.sandbox.faults import StudentError


def forced(bench: Bench, subject: Subject, shapes: Mapping[str, Shape], drawing: Drawing) -> tuple[apis.Held, ...]:
    """The parameters that the user gave a shape: where the object has them already, else as attributes."""
    arrays = anatomy_of(bench.inspect(bench.slot("object"), subject.label)).arrays if shapes else ()
    return tuple(apis.Held(name, _paths(name, arrays), drawing.parameter(shape)) for name, shape in shapes.items())


def _paths(name: str, arrays: Sequence[Held]) -> tuple[Path, ...]:
    same = next((held for held in arrays if name in (held.path[-1][1], written(held.path))), None)
    if same is None:
        return ((("get", name),),)
    return tuple(held.path for held in arrays if held.identity == same.identity)


def stable(before: Sequence[Held], after: Sequence[Held], given: Iterable[Array]) -> list[Held]:
    """The floating arrays that are the same after a second forward pass, and are none of those given to it."""
    known = {(held.path, held.digest) for held in before}
    theirs = digests(given)
    return [held for held in after if held.is_float and (held.path, held.digest) in known and held.digest not in theirs]


def candidates(bench: Bench, api: Api, found: Sequence[Held], drawing: Drawing) -> list[apis.Held]:
    """Every array that could be a parameter, by name, with a value to check it at; those forced first."""
    taken = {path for held in api.parameters for path in held.paths}
    groups = [paths for paths in _grouped(found) if not taken & set(paths) and not is_running(str(paths[0][-1][1]))]
    filled = [not all(_can_be_set(bench, path) for path in paths) for paths in groups]
    names = _names(groups, {*(a.name for a in api.arguments), *(held.name for held in api.parameters)})
    names = _of_constructor(names, groups, found, api.subject.constructed_of)
    for name, paths in zip(names, groups, strict=True):
        bench.read(bench.follow("start", bench.slot("object"), paths[0], name), name)
    starts = bench.send()
    drawn = [
        apis.Held(name, paths, drawing.parameter(np.asarray(start).shape, np.asarray(start)), is_filled)
        for name, paths, start, is_filled in zip(names, groups, starts, filled, strict=True)
    ]
    return [*api.parameters, *drawn]


def _of_constructor(
    names: Sequence[str], groups: Sequence[Sequence[Path]], found: Sequence[Held], given: Mapping[str, Array]
) -> list[str]:
    """The names, but for arrays that the constructor was given: held at several places, they keep its argument's."""
    known = {next(iter(digests([x]))): name for name, x in given.items()}
    of = {one.path: known.get(one.digest) for one in found}
    kept = [of[paths[0]] if len(paths) > 1 else None for paths in groups]
    return [own or name for own, name in zip(kept, names, strict=True)]


def _can_be_set(bench: Bench, path: Path) -> bool:
    """Whether another array can be put there; a tuple keeps what it has."""
    if path[-1][0] == "get":
        return True
    bench.has(bench.follow("holder", bench.slot("object"), path[:-1], written(path)), "__setitem__", written(path))
    return bench.send()[-1] is True


def _grouped(found: Sequence[Held]) -> list[tuple[Path, ...]]:
    """The paths of each array: one array may be held at several."""
    groups: dict[int | Path, list[Path]] = {}
    for held in found:
        groups.setdefault(held.identity or held.path, []).append(held.path)
    return [tuple(paths) for paths in groups.values()]


def _names(groups: Sequence[Sequence[Path]], taken: set[str]) -> list[str]:
    """The last name on the way to each array where that is enough to tell them apart, else the whole way."""
    short = [_short(paths[0]) for paths in groups]
    return [
        name if short.count(name) == 1 and name not in taken else f"self.{written(paths[0])}".replace("self.[", "self[")
        for name, paths in zip(short, groups, strict=True)
    ]


def _short(path: Path) -> str:
    names = [key for _, key in path if bare(key) not in ("data", "value", "values", "val")]
    return names[-1] if names and isinstance(names[-1], str) else written(path)


def gradients(held: Sequence[apis.Held], after: Sequence[Held]) -> dict[str, Path]:
    """Where the gradients of these arrays are after a backward pass; a gradient has none itself."""
    paths = {one.name: _gradient(one, after) for one in held}
    used = set(paths.values())
    kept = [one for one in held if not used & set(one.paths)]
    return {one.name: path for one in kept if (path := paths[one.name]) is not None}


def _gradient(one: apis.Held, after: Sequence[Held]) -> Path | None:
    """Where the gradient of this array is, if anywhere; that of a plain number has one entry."""
    others = [other for other in after if other.path not in one.paths]
    if any(other.is_number for other in after if other.path in one.paths):
        others = [other for other in others if int(np.prod(other.shape)) == 1]
    names: list[Path] = [*one.paths, (("get", one.name),)]
    return next((path for own in names if (path := gradient_of(own, others)) is not None), None)


def that_matter(bench: Bench, api: Api, held: Sequence[apis.Held]) -> list[str]:
    """Those of these arrays that the output depends on; none where it isn't the same twice."""
    plain = [output_now(bench, api) for _ in range(2)] if held else []
    if not plain or not np.array_equal(plain[0], plain[1]):
        return []
    return [one.name for one in held if _matters(bench, api, one, plain[0])]


def _matters(bench: Bench, api: Api, one: apis.Held, plain: Array) -> bool:
    """Whether another value there changes the output; the next forward pass finds the old one again."""
    try:
        assign(bench, one, bench.put("other", one.value), one.name)
        bench.send()
    except StudentError:
        return False  # it can't be set
    try:
        return not np.array_equal(plain, output_now(bench, replace(api, parameters=(*api.parameters, one))))
    except StudentError:
        return True


def output_now(bench: Bench, api: Api, values: Mapping[str, Array] | None = None, *, go_on: bool = False) -> Array:
    """All outputs of a forward pass at the API's own values, or others, in one row; `go_on` leaves the state alone."""
    caller = Caller(bench, api)
    caller.forward(api.values() | dict(values or {}), go_on=go_on)
    for output in caller.outputs():
        bench.read(output, caller.call)
    return np.concatenate([np.asarray(part, dtype=float).reshape(-1) for part in bench.send()])
