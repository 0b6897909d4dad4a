"""What a network keeps of its last call, where its constructor is asked to, and what its backward returns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from graders.checking.components.cases.example import Example
from graders.checking.components.places import place
from graders.checking.expect import CheckFailed, expect
from graders.checking.reading import is_nothing
from graders.sandbox.faults import StudentError

if TYPE_CHECKING:
    from graders.checking.components.calling.calls import Calls
    from graders.checking.components.networks.network import Network
    from graders.checking.student import Remote, Student
    from graders.judging.expected import Answer, Expected

_WORD = re.compile(r"(?P<quantity>x|dx)(?P<place>\d+)")


def titles(one: Network) -> Iterator[tuple[str, str]]:
    """The two checks, where there is anything to check."""
    if one.kept:
        given = ", ".join(f"{name}={value!r}" for name, value in one.kept_if.items())
        yield "kept", f"What {_name(one)}({given}) keeps of its last call is right."
    if one.may_return:
        yield "returned", f"{one.says_backward} returns the gradient with respect to {_first(one)}, or nothing."


def faults(one: Network) -> Iterator[str]:
    """What the author of these fields has to mend."""
    for word in " ".join(one.kept.values()).split():
        if not (found := _WORD.fullmatch(word)) or int(found["place"]) > len(one.parts):
            yield f"kept has {word!r}, but there are only x0 to x{len(one.parts)}, and dx0 to dx{len(one.parts)}"


def check_kept(student: Student, one: Network, before: Example, example: Example) -> None:
    """Each attribute is right after two calls; one that isn't there gives a warning."""
    calls = _keeping(student, one, example)
    if calls is None:
        return
    for each in (before, example):
        calls.forward(each.values)
        calls.backward(each.upstream)
    wanted, layer = between(one, example), calls.held(place("layer"))
    for name in one.kept:
        if layer.has(name):
            _expect(getattr(layer, name), getattr(wanted, _said(one, name)))
        else:
            student.warn(f"{layer!r} keeps no {name}")


def check_returned(student: Student, one: Network, example: Example) -> None:
    """The gradient in the input, or None."""
    calls = one.at(student, example.case)
    calls.forward(example.values)
    calls.backward(example.upstream)
    returned = calls.held(place("backward"))
    if not is_nothing(returned):
        expect(returned).to_equal(getattr(between(one, example), _said(one, _first_gradient(one))))


def between(one: Network, example: Example) -> Answer:
    """What it keeps, `mlp.Z0` say, and the gradient in its input."""
    from graders.judging.expected import measured  # here and not above: a pack is read without PyTorch

    words = {_first_gradient(one): "dx0", **one.kept}

    def compute(**arguments: Any) -> dict[str, Any]:
        values = _passed(one, arguments)
        found = {name: [values[word] for word in said.split()] for name, said in words.items()}
        return {_said(one, name): values if len(values) > 1 else values[0] for name, values in found.items()}

    compute.__name__ = f"{_name(one)}_between"
    return measured(compute)(**example.values, **example.upstream)


def _passed(one: Network, arguments: dict[str, Any]) -> dict[str, Any]:
    """By `x0`, `x1` and so on what each part is given and the last one makes, by `dx0` and so on the gradients."""
    import torch

    from reference.autodiff import gradient

    labels = [arguments[one.labels.name]] if one.labels else []
    x = arguments[_first(one)].detach().requires_grad_()
    seen = [x]

    def each(_index: int, _part: object, function: Any) -> Any:
        def recorded(*given: Any) -> Any:
            seen.append(function(*given))
            return seen[-1]

        return recorded

    with torch.enable_grad():
        output = one.passed([x, *(arguments[name] for name in list(one.arrays)[1:]), *labels], each)
        upstream = arguments[one.upstream] if one.upstream else 1
        slopes = gradient((output * upstream).sum(), seen)
    found = {f"x{place}": value.detach() for place, value in enumerate(seen)}
    return found | {f"dx{place}": slope for place, slope in enumerate(slopes)}


def _keeping(student: Student, one: Network, example: Example) -> Calls | None:
    """An object that keeps everything; None, with a warning, where its constructor knows nothing of that."""
    calls = one.at(student, example.case, **one.kept_if)
    try:
        student.settle()
    except StudentError as error:
        text = str(error.record.get("text"))
        unknown = [name for name in one.kept_if if f"'{name}'" in text]
        if error.record.get("type") == "TypeError" and unknown:
            student.warn(f"{_name(one)} takes no `{unknown[0]}`")
            return None
        raise
    return calls


def _expect(remote: Remote, wanted: Expected | list[Expected]) -> None:
    """One array, or a list whose entries are right, and no more."""
    if not isinstance(wanted, list):
        expect(remote).to_equal(wanted)
        return
    if len(remote) != len(wanted):
        raise CheckFailed(f"{remote!r} has {len(remote)} entries, but should have {len(wanted)}")
    for index, entry in enumerate(wanted):
        expect(remote[index]).to_equal(entry)


def _name(one: Network) -> str:
    return one.name.rpartition(".")[2]


def _first_gradient(one: Network) -> str:
    """What the gradient in the input is called."""
    return next((name for name, said in one.kept.items() if said == "dx0"), f"d{_first(one)}")


def _said(one: Network, name: str) -> str:
    """What it keeps, as reports call it: never what an argument is called."""
    return f"{_name(one).lower()}.{name}"


def _first(one: Network) -> str:
    return next(iter(one.inputs))
