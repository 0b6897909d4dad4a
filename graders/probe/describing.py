"""The line that says what was taken for what."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from graders.probe.anatomy import written
from graders.probe.api import Api, Source
from graders.probe.arguments import CONSTANT, LABELS, WHOLE


def describe(api: Api) -> str:
    """One line: what was taken for what."""
    parts = [_inputs(api), _parameters(api), _labels(api), _backward(api)]
    return "; ".join(part for part in parts if part)


def _inputs(api: Api) -> str:
    found = [f"{a.name} {a.array.shape}{f', {a.about}' * bool(a.about)}" for a in api.arguments if a.kind == "input"]
    given_as = f", given as {api.subject.given_as}" if api.subject.given_as else ""
    return f"inputs: {', '.join(found)}{given_as}" if found else ""


def _parameters(api: Api) -> str:
    own = [(p.name, p.value) for p in api.parameters]
    given = [(a.name, a.array) for a in api.arguments if a.kind == "parameter"]
    found = [f"{name} {value.shape}{_where(api.sources.get(name))}" for name, value in own + given]
    return f"parameters: {', '.join(found)}" if found else ""


def _where(source: Source | None) -> str:
    if source is None:
        return ", not checked"
    if source.root == "moved":
        return " moved by its gradient times the learning rate"
    return f" with gradient {written(source.path)}" if source.root == "object" else ""


def _labels(api: Api) -> str:
    drawn = [f"labels: {a.name} {a.array.shape}, {a.about}" for a in api.arguments if a.kind == LABELS]
    drawn += [f"whole numbers: {a.name} {a.array.shape}, {a.about}" for a in api.arguments if a.kind == WHOLE]
    fixed = [f"{a.name}={a.value!r}" for a in api.arguments if a.kind == CONSTANT]
    fixed += [
        f"{name}={value!r}" for name, value in api.constants.items() if name not in [a.name for a in api.arguments]
    ]
    return "; ".join(drawn + ([f"fixed: {', '.join(fixed)}"] if fixed else []))


def _backward(api: Api) -> str:
    sources = [(source, name) for name, source in api.sources.items() if source.root in ("returned", "answer")]
    if any(source.is_place_in_a_list for source, _ in sources):  # their order is a guess, so it is told
        sources.sort(key=lambda one: [str(key) for _, key in one[0].path])
    returned = [name for _, name in sources]
    if not api.subject.backward:
        return f"{api.subject.forward} returns the loss and {_derivative(api, returned)}"
    said = [f"returns {_derivative(api, returned)}"] if returned else []
    said += [f"keeps the gradient of {text}" for text in _stored(api)]
    more = f"; {api.unclaimed} more that it returns aren't looked at" if api.unclaimed else ""
    return f"{_call(api)} {' and '.join(said) or 'returns nothing'}{_of_what(api)}{more}"


def _call(api: Api) -> str:
    given = [p.name for p, _ in api.roles] + ([f"{api.subject.flag}=True"] if api.subject.flag else [])
    return f"{api.subject.backward.rsplit('.', 1)[-1]}({', '.join(given)})"


def _derivative(api: Api, returned: Sequence[str]) -> str:
    """What is returned, in words: gradients of these, or a local derivative."""
    if api.local:
        given = " (it is given the output)" if any(kind == "output" for _, (kind, _) in api.roles) else ""
        return f"the derivative of the output with respect to {api.local[0]}, entry by entry{given}"
    return f"the gradient{'s' if len(returned) > 1 else ''} of {listing(returned)}"


def _stored(api: Api) -> list[str]:
    """The inputs whose gradients the object keeps, and where."""
    inputs = {a.name for a in api.arguments}
    kept = {name: source for name, source in api.sources.items() if source.root == "object" and name in inputs}
    return [f"{name} in {written(source.path)}" for name, source in kept.items()]


def _of_what(api: Api) -> str:
    if api.subject.summed and api.reduced:
        return f" of the sum of all {int(np.prod(api.shape))} outputs"
    if api.reduced:
        return f" of the {api.reduced} of all {int(np.prod(api.shape))} losses"
    if api.scalar:
        return " of a scalar loss"
    if len(api.outputs) > 1:
        return f" of {len(api.outputs)} outputs, {' and '.join(str(one.shape) for one in api.outputs)}"
    if api.beside > 0 and not api.scalar:
        return f" of the first of {api.beside + 1} outputs"
    kept = api.outputs[0].source if api.outputs else None
    return f"; the output is kept as {written(kept.path)}" if kept and kept.root == "object" else ""


def listing(names: Sequence[str]) -> str:
    """`W`, `W and b`, `W, b and c`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else "nothing"
