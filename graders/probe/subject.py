"""The class, object or function under check: found in the worker, made there, its two passes told apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from graders import UsageError
from graders.probe.anatomy import Anatomy, Parameter, anatomy_of
from graders.probe.bench import Bench
from graders.probe.drawing import Array, Drawing
from graders.probe.faults import unusable
from graders.probe.naming import is_chained, partners
from graders.probe.request import Request, Target
from graders.probe.words import bare, is_derivative_flag, is_parameters
from graders.sandbox.faults import StudentError

Takes = tuple[Parameter, ...]
FORWARD = (
    *("forward", "__call__", "call", "fprop", "forward_pass", "forward_propagation", "forward_prop", "feed_forward"),
    *("propagate_forward", "forward_propagate", "propagate", "update_output", "fwd", "compute", "loss", "cost", "fn"),
    *("func", "function", "f", "activate", "activation", "apply", "evaluate", "calc", "calculate", "compute_loss"),
    *("calculate_loss", "compute_cost", "get_loss", "error", "value", "transform", "predict", "output", "step", "run"),
)
"""What a forward pass is called, likeliest first; case and underscores don't count."""
BACKWARD = (
    *("backward", "backprop", "bprop", "backward_pass", "backward_propagation", "backward_prop", "back_propagation"),
    *("back_propagate", "backpropagate", "back_prop", "propagate_backward", "backward_propagate", "update_grad_input"),
    *("bwd", "back", "vjp", "gradient", "grad", "gradients", "grads", "derivative", "deriv", "prime", "f_prime", "df"),
    *("fprime", "dfn", "d", "der", "derivate", "delta", "loss_gradient", "gradient_loss", "loss_grad", "loss_prime"),
    *("loss_derivative", "dloss", "d_loss", "cost_prime", "cost_gradient", "compute_gradient", "compute_gradients"),
    *("compute_grad", "calc_gradient", "calculate_gradient", "get_gradient", "get_grad", "activation_prime"),
    *("activation_derivative", "activate_prime", "activate_derivative", "differentiate", "diff", "jvp"),
)
CLEAR = (
    *("zero_grad", "zero_grads", "zero_gradients", "clear_grad", "clear_grads", "clear_gradients", "reset_grad"),
    *("reset_grads", "reset_gradients", "flush_gradients", "zero_grad_parameters", "zero_gradient", "cleargrads"),
)
OF_PARAMETERS = (
    *("grads_wrt_params", "grads_wrt_parameters", "gradients_wrt_params", "param_grads", "params_grads", "grad_params"),
    *("acc_grad_parameters", "parameter_gradients", "get_param_grads", "get_params_grads", "get_grads"),
)
"""What a method is called that gives the parameters' gradients after a backward pass."""
MAKING = ("build", "initialize", "init_weights", "init_params", "initialize_weights", "initialize_parameters", "setup")
"""What a method is called that makes the parameters, for an input's shape or for nothing."""
_SHOWN = 11
"""How many of these names a message lists."""


@dataclass(frozen=True)
class Subject:
    """What is called, by the names a message uses; the slots are `object`, `forward`, `backward` and `clear`.

    Backward may be forward itself, with a `flag` switched on. A `further` method gives the parameters' gradients, one
    for `making` makes them. `constructed_with` are options that the constructor took,
    `constructed_of` its arrays. Where arrays are `given_as`
    objects, the slots have a `suffix`; the backward pass may be that of its `outputs_own` graph, or of their sum.
    """

    label: str
    forward: str
    takes: Takes
    backward: str = ""
    backward_takes: Takes = ()
    chained: bool = True
    is_object: bool = False
    clear: str = ""
    further: str = ""
    further_takes: Takes = ()
    making: str = ""
    making_takes: Takes = ()
    flag: str = ""
    constructed_with: frozenset[str] = frozenset()
    constructed_of: Mapping[str, Array] = field(default_factory=dict)
    given_as: str = ""
    suffix: str = ""
    outputs_own: bool = False
    summed: bool = False

    def without_backward(self) -> UsageError:
        """Say where a backward pass was looked for."""
        if self.is_object:
            return UsageError(
                f"{self.label} has no backward pass: it should have a method called {', '.join(BACKWARD[:_SHOWN])}"
            )
        tried = ", ".join(partners(self.forward)[:8])
        return UsageError(
            f"no backward pass for {self.forward}: its file has none of {tried}, ..., "
            "and the function doesn't return a pair (loss, gradient)"
        )


def open_target(
    bench: Bench,
    target: Target,
    module: str,
    file: str,
    known: Sequence[str],
    request: Request | None = None,
    *,
    as_arrays: bool = False,
) -> Subject:
    """Find the target in its module, and construct it if it is a class; UsageError where that can't be."""
    name = _find(bench, target.name, module, file, known)
    anatomy = anatomy_of(bench.inspect(bench.slot("found"), name))
    if anatomy.kind == "class":
        return construct(bench, target, anatomy.calls.get("", ()), request or Request(), as_arrays=as_arrays)
    if target.called:
        raise UsageError(f"{name} is a {anatomy.kind}, not a class: give its arguments with --input and --arg")
    if anatomy.kind == "object":
        bench.find("object", module, name, file)
        return open_object(bench, name)
    bench.find("forward", module, name, file)
    backward = _partner(bench, name, module)
    if backward:
        bench.find("backward", module, backward, file)
    return pair(bench, name, backward)


def _partner(bench: Bench, name: str, module: str) -> str:
    """The backward pass of a function, by the names that it may have."""
    names = partners(name)
    for other in names:
        bench.defines(module, other)
    return next((other for other, is_there in zip(names, bench.send(), strict=False) if is_there is True), "")


def pair(bench: Bench, forward: str, backward: str) -> Subject:
    """A function in the slot `forward`, and its partner, if it has one, in `backward`."""
    takes = anatomy_of(bench.inspect(bench.slot("forward"), forward)).calls.get("", ())
    subject = Subject("", forward, takes)
    if not backward:
        return _with_flag(bench, subject)
    back = anatomy_of(bench.inspect(bench.slot("backward"), backward)).calls.get("", ())
    return replace(subject, backward=backward, backward_takes=back, chained=is_chained(backward))


def _with_flag(bench: Bench, subject: Subject) -> Subject:
    """The same, where a switch such as `deriv=False` has the function return its derivative."""
    flag = next((p.name for p in subject.takes if p.default == "False" and is_derivative_flag(p.name)), "")
    if not flag:
        return subject
    bench.put("backward", bench.slot("forward"))
    others = tuple(p for p in subject.takes if p.name != flag)
    return replace(subject, takes=others, backward=subject.forward, backward_takes=others, chained=False, flag=flag)


def open_object(bench: Bench, label: str, constructed_with: frozenset[str] = frozenset()) -> Subject:
    """The object in the slot `object`: which of its methods is which."""
    anatomy = anatomy_of(bench.inspect(bench.slot("object"), label))
    calls = anatomy.calls
    forward, backward, clear = (first_of(names, calls) for names in (FORWARD, BACKWARD, CLEAR))
    further, making = (first_of(names, calls) for names in (OF_PARAMETERS, MAKING))
    if not forward:
        raise _without_forward(label, anatomy)
    for slot, name in _methods(forward, backward, clear, further, making):
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
        further=f"{label}.{further}" if further else "",
        further_takes=calls.get(further, ()),
        making=f"{label}.{making}" if making else "",
        making_takes=calls.get(making, ()),
        constructed_with=constructed_with,
    )


def _methods(*names: str) -> Iterator[tuple[str, str]]:
    """The slot of each method, with its name."""
    return zip(("forward", "backward", "clear", "further", "making"), names, strict=True)


def _without_forward(label: str, anatomy: Anatomy) -> UsageError:
    has = ", ".join([name for name in anatomy.calls if not name.startswith("_")][:8]) or "none"
    return UsageError(f"{label}, of type {anatomy.type_name}, has no method forward or __call__; its methods: {has}")


def _takes_nothing(method: Takes | None) -> bool:
    """Whether there is such a method, and it can be called without arguments."""
    return method is not None and not any(p.required for p in method)


def first_of(names: Sequence[str], calls: Mapping[str, Takes]) -> str:
    """The first of these names that is a method's, as it spells it."""
    spelt = {bare(name): name for name in calls}
    return next((spelt[bare(name)] for name in names if bare(name) in spelt), "")


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


def construct(bench: Bench, target: Target, takes: Takes, request: Request, *, as_arrays: bool = False) -> Subject:
    """The object that the class makes of the target's arguments, and of options that its constructor takes.

    `as_arrays` turns lists of numbers into arrays.
    """
    label = target.name.lower()
    drawn = _drawn(request)
    positional, keywords = _given(target, takes, request, drawn)
    if as_arrays:
        positional, keywords = [_as_array(v) for v in positional], {k: _as_array(v) for k, v in keywords.items()}
    written = [_shown(value) for value in positional] + [f"{name}={_shown(value)}" for name, value in keywords.items()]
    lacking = [p.name for p in takes[len(positional) :] if _must_be_given(p) and p.name not in keywords]
    hint = _how_to_construct(target, takes, lacking)
    with unusable(hint):
        found = bench.slot("found")
        bench.call("object", found, positional, keywords, f"{target.name}({', '.join(written)})")
        bench.send()
    options = [p.name for p in takes if p.name in keywords and p.name not in target.keywords]
    given = {name: x for name, x in drawn.items() if _is_given(x, [*positional, *keywords.values()])}
    return replace(open_object(bench, label, frozenset([*options, *given])), constructed_of=given)


def _drawn(request: Request) -> dict[str, Array]:
    """An array for each --param."""
    drawing = Drawing(request.seed, request.dtype)
    return {name: drawing.parameter(shape) for name, shape in request.params.items()}


def _given(
    target: Target, takes: Takes, request: Request, drawn: Mapping[str, Array]
) -> tuple[list[object], dict[str, object]]:
    """The constructor's arguments: those of the target, and of --param (as arrays) and --arg those that it takes.

    `*arrays` takes every array that no other argument does, and so does a dict of parameters.
    """
    positional, keywords = list(target.positional), dict(target.keywords)
    left = [p for p in takes[len(positional) :] if p.name not in keywords]
    named = {**drawn, **request.constants}
    keywords |= {p.name: named[p.name] for p in left if p.name in named}
    rest = {name: x for name, x in drawn.items() if name not in keywords}
    for p in left:
        if rest and p.kind == "VAR_POSITIONAL":
            positional, rest = [*positional, *rest.values()], {}
        elif rest and p.required and p.name not in keywords and is_parameters(p.name):
            keywords[p.name], rest = rest, {}
    return positional, keywords


def _is_given(x: Array, values: Sequence[object]) -> bool:
    """Whether an array is one of these, or in a dict that is."""
    parts = [part for value in values for part in (value.values() if isinstance(value, dict) else [value])]
    return any(part is x for part in parts)


def _must_be_given(p: Parameter) -> bool:
    return p.required and not p.kind.startswith("VAR")


def _how_to_construct(target: Target, takes: Takes, lacking: Sequence[str]) -> str:
    if target.called or not lacking:
        return ""
    required = ", ".join(p.name for p in takes if _must_be_given(p))
    return f"Give its {required}: '{target.name}(3, 4)', or --param {lacking[0]}=SHAPE for an array."


def has_lists(target: Target) -> bool:
    """Whether the constructor is given lists of numbers, which the code may want as arrays."""
    return any(isinstance(_as_array(v), np.ndarray) for v in [*target.positional, *target.keywords.values()])


def prefers_arrays(target: Target) -> bool:
    """Whether its lists look like arrays rather than like sizes of layers: lists in lists, or fractions."""
    arrays = [_as_array(v) for v in [*target.positional, *target.keywords.values()]]
    return any(isinstance(array, np.ndarray) and (array.ndim > 1 or array.dtype.kind == "f") for array in arrays)


def _as_array(value: object) -> object:
    """A list of numbers, or of lists of them, as an array."""
    if not isinstance(value, list) or not value:
        return value
    try:
        array = np.array(value)
    except ValueError:
        return value
    return array if array.dtype.kind in "if" else value


def _shown(value: object) -> str:
    return f"array of shape {value.shape}" if isinstance(value, np.ndarray) else repr(value)
