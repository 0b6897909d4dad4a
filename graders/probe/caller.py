"""Queues one forward or backward pass of the code under check, for given values of its arguments and parameters."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from graders.probe import words
from graders.probe.anatomy import Parameter, written
from graders.probe.api import Api, Held, Source
from graders.probe.arguments import CONTEXT, Argument
from graders.probe.arguments import written as written_arguments
from graders.probe.bench import Bench
from graders.probe.drawing import Array
from graders.probe.roles import Role
from graders.sandbox.inside.wire import Reference

Upstream = Array | float


class Caller:
    """One way to call it, which `api` says."""

    def __init__(self, bench: Bench, api: Api) -> None:
        self.bench = bench
        self.api = api

    @property
    def call(self) -> str:
        """The forward call as a message shows it."""
        return f"{self.api.subject.forward}({written_arguments(self.api.arguments)})"

    def forward(self, values: Mapping[str, Array], *, go_on: bool = False) -> Reference:
        """Put state and chance back, set the parameters, run forward; gives what it returned, in the slot `answer`.

        To `go_on` is to put back chance alone.
        """
        bench, api = self.bench, self.api
        if api.restores:
            (bench.put_back_generators if go_on else bench.put_back_state)()
        for held in api.parameters:
            value = bench.put(f"value of {held.name}", values[held.name])
            assign(bench, held, value, self.shown(held.name))
        for argument in api.arguments:
            if argument.kind == CONTEXT:
                bench.context(f"value of {argument.name}")
            else:
                bench.put(f"value of {argument.name}", _of(argument, values))
        return bench.call("answer", bench.slot(f"forward{api.subject.suffix}"), *self._arguments(), self.call)

    def _arguments(self) -> tuple[list[object], dict[str, object]]:
        """Forward's arguments, by place and by name: parts of a list or a dict together."""
        positional: dict[str, object] = {}
        keywords: dict[str, object] = {}
        for a in self.api.arguments:
            given = keywords if a.by_name else positional
            if a.key:
                keyed = given.setdefault(a.part_of, {})
                assert isinstance(keyed, dict)
                keyed[a.key] = self.sent(a.name)
            elif a.part_of:
                whole = given.setdefault(a.part_of, [])
                assert isinstance(whole, list)
                whole.append(self.sent(a.name))
            else:
                given[a.name] = self.sent(a.name)
        return list(positional.values()), keywords

    def outputs(self) -> list[Reference]:
        """The arrays or scalars that forward computed."""
        return [self._at(f"output {k}", one.source, self.call) for k, one in enumerate(self.api.outputs)]

    def backward(self, upstream: Upstream) -> Reference:
        """Run backward after a forward pass, for an upstream gradient of all outputs; gives what it returned."""
        bench, subject, api = self.bench, self.api.subject, self.api
        sent = [bench.put(_upstream(k), part) for k, part in enumerate(self._split(upstream))]
        if not subject.backward:
            return bench.slot("answer")
        if api.rate is not None and api.rate.path:
            bench.assign(bench.slot("object"), api.rate.path, bench.put("rate", api.rate.value), "the learning rate")
        if subject.clear:
            bench.call("nothing", bench.slot("clear"), path=subject.clear)
        flag = {subject.flag: True} if subject.flag else {}
        returned = self._call("returned", subject.backward, subject.backward_takes, api.roles, sent, flag)
        if api.further:
            self._call("further", subject.further, subject.further_takes, api.further_roles, sent, {})
        return returned

    def _call(
        self,
        label: str,
        shown: str,
        takes: Sequence[Parameter],
        roles: Sequence[tuple[Parameter, Role]],
        sent: Sequence[Reference],
        keywords: Mapping[str, object],
    ) -> Reference:
        """Call the method or function in the slot for `label`; by name what follows an argument that isn't given."""
        positional: list[object] = []
        named = dict(keywords)
        by_name = False
        for p, role in roles:
            by_name |= p.kind == "KEYWORD_ONLY" or _follows_a_gap(p, takes, roles)
            if by_name:
                named[p.name] = self._given(p, role, sent)
            else:
                positional.append(self._given(p, role, sent))
        path = f"{shown}({', '.join(p.name for p, _ in roles)})"
        slot = f"backward{self.api.subject.suffix}" if label == "returned" else label
        into = label if label == "returned" else f"{label} gradients"
        return self.bench.call(into, self.bench.slot(slot), positional, named, path)

    def _given(self, p: Parameter, role: Role, upstreams: Sequence[Reference]) -> object:
        kind, name = role
        match kind:
            case "upstream":
                return upstreams[int(name or 0)]
            case "upstreams":
                keys = [output.source.key for output in self.api.outputs]
                return dict(zip(keys, upstreams, strict=True)) if all(keys) else list(upstreams)
            case "input":
                return self._argument(name)
            case "output":
                return self.outputs()[0]
            case "cache":
                return self._cache(int(name or 0))
            case "held":
                return self.bench.get(f"held {name}", self.bench.slot("object"), name)
            case "rate":
                return self.api.rate.value if self.api.rate is not None else 0.0
            case "optimizer":
                return self.bench.descent("optimizer", self.api.rate.value if self.api.rate is not None else 0.0)
            case "constant":
                return self.api.constants[name]
        return words.usual(p.name)

    def _argument(self, name: str) -> object:
        """An argument of forward, or the list or the dict that its parts are in."""
        parts = [a for a in self.api.arguments if a.part_of == name]
        if parts and parts[0].key:
            return {a.key: self.sent(a.name) for a in parts}
        return [self.sent(a.name) for a in parts] or self.sent(name)

    def _cache(self, k: int) -> Reference:
        """What forward returned beside its outputs."""
        place = self.api.caches[k] if k < len(self.api.caches) else len(self.api.outputs) + k
        return self.bench.item(f"cache {k}", self.bench.slot("answer"), place, self.call)

    def _split(self, upstream: Upstream) -> list[Upstream]:
        """The upstream gradient of each output."""
        outputs = self.api.outputs
        if len(outputs) < 2:
            return [upstream]
        flat, start = np.asarray(upstream).reshape(-1), 0
        parts: list[Upstream] = []
        for output in outputs:
            end = start + math.prod(output.shape)
            parts.append(scalar_or_array(flat[start:end].reshape(output.shape)))
            start = end
        return parts

    def upstreams(self) -> list[Reference]:
        """The worker's copies of the upstream gradients, in the order of the outputs."""
        return [self.bench.slot(_upstream(k)) for k in range(max(len(self.api.outputs), 1))]

    def gradient(self, name: str) -> Reference:
        """The gradient of one input or parameter, where backward leaves it; of one that is moved, the new value."""
        source = self.api.sources[name]
        if source.root == "moved":
            source = Source("object", source.path)
        shown = f"{self.api.subject.label}.{written(source.path)}" if source.root == "object" else self.api.backward
        return self._at(f"gradient of {name}", source, shown)

    def _at(self, label: str, source: Source, shown: str) -> Reference:
        root = "further gradients" if source.root == "further" else source.root
        return self.bench.follow(label, self.bench.slot(root), source.path, shown)

    def sent(self, name: str) -> Reference:
        """The worker's copy of a value that was given to forward."""
        return self.bench.slot(f"value of {name}")

    def shown(self, name: str) -> str:
        """A parameter as code would spell it."""
        held = next(p for p in self.api.parameters if p.name == name)
        path = written(held.paths[0])
        return f"{self.api.subject.label}.{path}"


def assign(bench: Bench, one: Held, value: Reference, shown: str) -> None:
    """Have the object hold another value of a parameter, wherever it holds it."""
    if one.is_filled:
        bench.fill(bench.slot("object"), one.paths[0], value, shown)
        return
    for path in one.paths:
        bench.assign(bench.slot("object"), path, value, shown)


def _follows_a_gap(p: Parameter, takes: Sequence[Parameter], roles: Sequence[tuple[Parameter, Role]]) -> bool:
    """Whether an argument before it keeps its default."""
    places = [one for one in takes if not one.kind.startswith("VAR")]
    given = {one.name for one, _ in roles}
    before = [one.name for one in places[: places.index(p)]] if p in places else []
    return any(name not in given for name in before)


def _upstream(k: int) -> str:
    return f"upstream {k}" if k else "upstream"


def _of(argument: Argument, values: Mapping[str, Array]) -> object:
    return values.get(argument.name, argument.value)


def scalar_or_array(cotangent: Array) -> Upstream:
    """A cotangent as a caller would write it: a number for a scalar."""
    return float(cotangent) if np.ndim(cotangent) == 0 else cotangent
