"""Queues one forward or backward pass of the code under check, for given values of its arguments and parameters."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from graders.probe.anatomy import Parameter, written
from graders.probe.api import Api
from graders.probe.arguments import Argument
from graders.probe.arguments import written as written_arguments
from graders.probe.bench import Bench
from graders.probe.drawing import Array
from graders.probe.roles import CACHE
from graders.sandbox.inside.wire import Reference


class Caller:
    """One way to call it, which `api` says."""

    def __init__(self, bench: Bench, api: Api) -> None:
        self.bench = bench
        self.api = api

    @property
    def call(self) -> str:
        """The forward call as a message shows it."""
        return f"{self.api.subject.forward}({written_arguments(self.api.arguments)})"

    def forward(self, values: Mapping[str, Array]) -> Reference:
        """Set the parameters, run forward; gives what it returned, in the slot `answer`."""
        bench, api = self.bench, self.api
        for held in api.parameters:
            value = bench.put(f"value of {held.name}", values[held.name])
            for path in held.paths:
                bench.assign(bench.slot("object"), path, value, self.shown(held.name))
        for argument in api.arguments:
            bench.put(f"value of {argument.name}", _of(argument, values))
        positional = [self.sent(a.name) for a in api.arguments if not a.by_name]
        keywords = {a.name: self.sent(a.name) for a in api.arguments if a.by_name}
        return bench.call("answer", bench.slot("forward"), positional, keywords, self.call)

    def output(self) -> Reference:
        """The array or scalar that forward computed."""
        return self.bench.follow("output", self.bench.slot("answer"), self.api.output, self.call)

    def backward(self, upstream: Array | float) -> Reference:
        """Run backward after a forward pass; gives what it returned, in the slot `returned`."""
        bench, subject = self.bench, self.api.subject
        sent = bench.put("upstream", upstream)
        if not subject.backward:
            return bench.slot("answer")
        if subject.clear:
            bench.call("nothing", bench.slot("clear"), path=subject.clear)
        values = self._given_to_backward(sent)
        positional = [value for p, value in values if p.kind != "KEYWORD_ONLY"]
        keywords = {p.name: value for p, value in values if p.kind == "KEYWORD_ONLY"}
        path = f"{subject.backward}({', '.join(p.name for p, _ in values)})"
        return bench.call("returned", bench.slot("backward"), positional, keywords, path)

    def _given_to_backward(self, upstream: Reference) -> list[tuple[Parameter, Reference]]:
        given = {"upstream": upstream, "output": self.output()}
        if any(role == CACHE for _, role in self.api.roles):
            given["cache"] = self.bench.item("cache", self.bench.slot("answer"), 1, self.call)
        return [(p, self.sent(name) if kind == "input" else given[kind]) for p, (kind, name) in self.api.roles]

    def gradient(self, name: str) -> Reference:
        """The gradient of one input or parameter, where backward leaves it."""
        source = self.api.sources[name]
        shown = f"{self.api.subject.label}.{written(source.path)}" if source.root == "object" else self.api.backward
        return self.bench.follow(f"gradient of {name}", self.bench.slot(source.root), source.path, shown)

    def sent(self, name: str) -> Reference:
        """The worker's copy of a value that was given to forward."""
        return self.bench.slot(f"value of {name}")

    def shown(self, name: str) -> str:
        """A parameter as code would spell it."""
        held = next(p for p in self.api.parameters if p.name == name)
        path = written(held.paths[0])
        return f"{self.api.subject.label}.{path}"


def _of(argument: Argument, values: Mapping[str, Array]) -> object:
    return values.get(argument.name, argument.value)


def scalar_or_array(cotangent: Array) -> Array | float:
    """A cotangent as a caller would write it: a number for a scalar."""
    return float(cotangent) if np.ndim(cotangent) == 0 else cotangent
