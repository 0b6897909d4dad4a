"""The class, object or function under check: found in the worker, made there, its two passes told apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from graders import UsageError
from graders.probe.anatomy import Anatomy, Parameter, anatomy_of
from graders.probe.bench import Bench
from graders.probe.faults import unusable
from graders.probe.naming import is_chained, partners
from graders.probe.request import Target
from graders.sandbox.faults import StudentError

Takes = tuple[Parameter, ...]
FORWARD = ("forward", "__call__", "call", "fprop", "forward_pass", "fwd", "compute", "loss")
BACKWARD = ("backward", "backprop", "bprop", "backward_pass", "bwd", "gradient", "grad", "derivative", "deriv", "prime")
CLEAR = ("zero_grad", "zero_grads", "zero_gradients", "clear_grad")


@dataclass(frozen=True)
class Subject:
    """What is called, by the names a message uses; the slots are `object`, `forward`, `backward` and `clear`."""

    label: str
    forward: str
    takes: Takes
    backward: str = ""
    backward_takes: Takes = ()
    chained: bool = True
    is_object: bool = False
    clear: str = ""

    def without_backward(self) -> UsageError:
        """Say where a backward pass was looked for."""
        if self.is_object:
            return UsageError(
                f"{self.label} has no backward pass: it should have a method called {', '.join(BACKWARD)}"
            )
        tried = ", ".join(partners(self.forward)[:8])
        return UsageError(
            f"no backward pass for {self.forward}: its file has none of {tried}, ..., "
            "and the function doesn't return a pair (loss, gradient)"
        )


def open_target(bench: Bench, target: Target, module: str, file: str, known: Sequence[str]) -> Subject:
    """Find the target in its module, and construct it if it is a class; UsageError where that can't be."""
    name = _find(bench, target.name, module, file, known)
    anatomy = anatomy_of(bench.inspect(bench.slot("found"), name))
    if anatomy.kind == "class":
        return _construct(bench, target, anatomy)
    if target.called:
        raise UsageError(f"{name} is a {anatomy.kind}, not a class: give its arguments with --input and --arg")
    if anatomy.kind == "object":
        bench.find("object", module, name, file)
        return open_object(bench, name)
    bench.find("forward", module, name, file)
    backward = next((other for other in partners(name) if _defines(bench, other, module)), "")
    return pair(bench, name, backward)


def pair(bench: Bench, forward: str, backward: str) -> Subject:
    """A function in the slot `forward`, and its partner, if it has one, in `backward`."""
    takes = anatomy_of(bench.inspect(bench.slot("forward"), forward)).calls.get("", ())
    subject = Subject("", forward, takes)
    if not backward:
        return subject
    back = anatomy_of(bench.inspect(bench.slot("backward"), backward)).calls.get("", ())
    return replace(subject, backward=backward, backward_takes=back, chained=is_chained(backward))


def open_object(bench: Bench, label: str) -> Subject:
    """The object in the slot `object`: which of its methods is which."""
    anatomy = anatomy_of(bench.inspect(bench.slot("object"), label))
    calls = anatomy.calls
    forward, backward, clear = (_first(names, calls) for names in (FORWARD, BACKWARD, CLEAR))
    if not forward:
        raise _without_forward(label, anatomy)
    for slot, name in (("forward", forward), ("backward", backward), ("clear", clear)):
        if name:
            bench.get(slot, bench.slot("object"), name, f"{label}.{name}", label)
    bench.send()
    return Subject(
        label,
        label if forward == "__call__" else f"{label}.{forward}",
        calls[forward],
        f"{label}.{backward}" if backward else "",
        calls.get(backward, ()),
        is_chained(backward),
        is_object=True,
        clear=f"{label}.{clear}" if _takes_nothing(calls.get(clear)) else "",
    )


def _without_forward(label: str, anatomy: Anatomy) -> UsageError:
    has = ", ".join([name for name in anatomy.calls if not name.startswith("_")][:8]) or "none"
    return UsageError(f"{label}, of type {anatomy.type_name}, has no method forward or __call__; its methods: {has}")


def _takes_nothing(method: Takes | None) -> bool:
    """Whether there is such a method, and it can be called without arguments."""
    return method is not None and not any(p.required for p in method)


def _first(names: Sequence[str], calls: Mapping[str, Takes]) -> str:
    return next((name for name in names if name in calls), "")


def _find(bench: Bench, name: str, module: str, file: str, known: Sequence[str]) -> str:
    """The name itself, or the forward function of which it is the stem."""
    for candidate in (name, f"{name}_forward", f"{name}_forward_naive", f"forward_{name}"):
        try:
            bench.find("found", module, candidate, file)
            bench.send()
        except StudentError as error:
            if error.record.get("missing") == "name":
                continue
            raise UsageError(error.message) from None
        return candidate
    has = f"; it has {', '.join(known[:12])}{', ...' if len(known) > 12 else ''}" if known else ""
    raise UsageError(f"{file} has no {name}{has}")


def _defines(bench: Bench, name: str, module: str) -> bool:
    try:
        bench.find("backward", module, name, "")
        bench.send()
    except StudentError:
        return False
    return True


def _construct(bench: Bench, target: Target, anatomy: Anatomy) -> Subject:
    label = target.name.lower()
    written = [repr(value) for value in target.positional] + [f"{k}={v!r}" for k, v in target.keywords.items()]
    required = [p.name for p in anatomy.calls.get("", ()) if p.required and not p.kind.startswith("VAR")]
    hint = "" if target.called or not required else f"Give its {', '.join(required)}: '{target.name}(3, 4)'."
    with unusable(hint):
        found = bench.slot("found")
        bench.call("object", found, target.positional, target.keywords, f"{target.name}({', '.join(written)})")
        bench.send()
    return open_object(bench, label)
