"""What an object keeps in place of returning it: the output of a forward pass, the gradients of inputs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

import numpy as np

from graders.probe.anatomy import Held, anatomy_of
from graders.probe.api import Api, Output, Source
from graders.probe.bench import Bench
from graders.probe.caller import Caller
from graders.probe.drawing import Array
from graders.probe.naming import gradient_of
from graders.probe.returned import not_an_array
from graders.probe.words import bare

_OUTPUTS = (
    "output",
    "outputs",
    "out",
    "y",
    "a",
    "z",
    "result",
    "activation",
    "activations",
    "loss",
    "value",
    "cost",
    "h",
)
_OF_INPUTS = (
    "dinputs",
    "dinput",
    "dx",
    "dlossdx",
    "dldx",
    "gradinput",
    "gradinputs",
    "inputgrad",
    "inputgradient",
    "dprev",
    "da",
    "daprev",
    "dz",
)


def held_by(bench: Bench, api: Api) -> tuple[Held, ...]:
    """The arrays and numbers that the object holds, now."""
    if not api.subject.is_object:
        return ()
    return anatomy_of(bench.inspect(bench.slot("object"), api.subject.label)).arrays


def kept_output(bench: Bench, api: Api) -> tuple[Output, ...]:
    """The output that a forward pass has kept by a usual name, having returned nothing; a Finding if there is none."""
    given = digests(a.array for a in api.arguments if isinstance(a.value, np.ndarray))
    held = [one for one in held_by(bench, api) if len(one.path) == 1 and one.is_float and one.digest not in given]
    by_name = {bare(one.path[0][1]): one for one in held}
    known = next((by_name[name] for name in _OUTPUTS if name in by_name), None)
    if known is None:
        raise not_an_array(None, Caller(bench, api).call)
    return (Output(Source("object", known.path), known.shape),)


def kept_predictions(bench: Bench, api: Api, shape: tuple[int, ...]) -> list[str]:
    """What a loss keeps after forward by the name of an output, in the shape of its prediction: probabilities, say."""
    held = [one for one in held_by(bench, api) if len(one.path) == 1 and one.shape == shape]
    return [str(one.path[0][1]) for one in held if bare(one.path[0][1]) in (*_OUTPUTS, "probs", "p", "softmax")]


def digests(arrays: Iterable[Array]) -> set[str]:
    """What the worker would say of the contents of these."""
    return {hashlib.blake2b(np.ascontiguousarray(x).tobytes(), digest_size=8).hexdigest() for x in arrays}


def kept_gradients(
    inputs: Sequence[str], shapes: Sequence[tuple[int, ...]], after: Sequence[Held]
) -> dict[str, Source]:
    """Where the object keeps the gradients of inputs, as `self.dA`; that of the only one also as `self.dinputs`."""
    paths = {name: gradient_of((("get", name),), after) for name in inputs}
    found = {name: Source("object", path) for name, path in paths.items() if path is not None}
    if not found and len(inputs) == 1:
        usual = _usual(shapes[0], after)
        return {} if usual is None else {inputs[0]: Source("object", usual.path)}
    return found


def _usual(shape: tuple[int, ...], after: Sequence[Held]) -> Held | None:
    """An array of the object that is by its name the gradient of its input, and has its shape."""
    by_name = {bare(one.path[0][1]): one for one in after if len(one.path) == 1 and one.shape == shape}
    return next((by_name[name] for name in _OF_INPUTS if name in by_name), None)
