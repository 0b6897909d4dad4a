"""Mistakes in whatever a layer is made of: an operation left out, another in its place, or not differentiated.

The component's own function is run with PyTorch's operation replaced, so these need no formula of any layer, and
nothing of its layout. Where an operation occurs several times, one of them may be wrong, or all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from graders.checking.components.families.family import Right, made
from graders.judging.diagnosis.catalogue import Misconception

if TYPE_CHECKING:
    from torch import Tensor

    from graders.checking.components.oracle import ComponentOracle, Function

Replacement = Callable[..., Any]
"""From PyTorch's operation and what it is given: what is made in its place."""
EVERY = -1
"""All places in which an operation occurs; else it is counted from 0."""
MOST = 4
"""Places that are looked at by themselves."""
_DERIVATIVE = "Look at what each step of forward does to the gradient."
_FORWARD = "Look at what forward is made of."


@dataclass(frozen=True)
class Rule:
    """One of them: what is replaced, and by what; `in_gradients` where the output stays right."""

    name: str
    operations: frozenset[str]
    says: str
    look: str
    instead: Replacement
    in_gradients: bool


def _slope(factor: Callable[[Any, Any], Any]) -> Replacement:
    """The operation with another derivative, made of input and output, entry by entry."""

    def instead(operation: Any, x: Any, *args: Any, **options: Any) -> Any:
        out = operation(x, *args, **options)
        slope = factor(x, out)
        return out.detach() + (x - x.detach()) * (slope.detach() if hasattr(slope, "detach") else slope)

    return instead


def _constant(operation: Any, *args: Any, **options: Any) -> Any:
    return operation(*args, **options).detach()


def _left_out(operation: Any, x: Any, *args: Any, **options: Any) -> Any:  # noqa: ARG001 - that is what is wrong
    return x


def _as(name: str) -> Replacement:
    def instead(operation: Any, x: Any, *args: Any, **options: Any) -> Any:  # noqa: ARG001 - another one is made
        return getattr(x, name)()

    return instead


def _along_the_other_axis(operation: Any, x: Any, *args: Any, **options: Any) -> Any:
    axis = options.get("dim", args[0] if args else -1)
    return operation(x, dim=-2 if axis in (-1, x.ndim - 1) else -1)


def _over_everything(operation: Any, x: Any, *args: Any, **options: Any) -> Any:  # noqa: ARG001 - all axes at once
    return operation(x.reshape(-1), dim=0).reshape(x.shape)


def _by_a_number(other: Callable[[float], float]) -> Replacement:
    """A division by a number that isn't an array, with another number."""

    def instead(operation: Any, x: Any, *args: Any, **options: Any) -> Any:
        number = args[0] if args and isinstance(args[0], float | int) else None
        if number is None or not hasattr(x, "detach"):
            return operation(x, *args, **options)
        return operation(x, other(float(number)))

    return instead


def _not_scaled_back(operation: Any, x: Any, *args: Any, **options: Any) -> Any:
    if not args or not isinstance(args[0], float | int) or not hasattr(x, "detach"):
        return operation(x, *args, **options)
    out = operation(x, *args, **options)
    return out.detach() + (x - x.detach())


def _rules() -> Iterator[Rule]:
    for name in ("tanh", "sigmoid", "relu", "softmax", "exp", "sqrt", "log_softmax", "square"):
        of = frozenset({name, f"{name}_"})
        yield Rule(f"{name}_without_slope", of, f"lacks the derivative of {name}", _DERIVATIVE, _slope(_one), True)
        yield Rule(f"{name}_left_out", of, f"is computed without {name}", _FORWARD, _left_out, False)
    yield from _of_tanh()
    yield from _of_sigmoid()
    yield from _of_softmax()
    yield from _of_statistics()
    yield from _of_the_rest()


def _one(x: Any, out: Any) -> Any:  # noqa: ARG001 - it doesn't depend on them
    return 1.0


def _of_tanh() -> Iterator[Rule]:
    tanh = frozenset({"tanh"})
    at = "Look at what the derivative of tanh is made of, and at what is kept for it."
    yield Rule("tanh_not_squared", tanh, "has 1 - tanh where 1 - tanh² belongs", at, _slope(lambda x, o: 1 - o), True)
    yield Rule("tanh_plus", tanh, "has 1 + tanh² where 1 - tanh² belongs", at, _slope(lambda x, o: 1 + o * o), True)
    says = "puts tanh's input where its output belongs, in the derivative"
    yield Rule("tanh_of_input", tanh, says, at, _slope(lambda x, o: 1 - x * x), True)
    says = "takes the derivative of tanh at its output, so that tanh is applied twice"
    yield Rule("tanh_twice", tanh, says, at, _slope(lambda x, o: 1 - o.tanh() ** 2), True)
    yield Rule("tanh_output", tanh, "multiplies by tanh in place of its derivative", at, _slope(lambda x, o: o), True)
    says = "has the derivative of a sigmoid where that of tanh belongs"
    yield Rule("tanh_as_sigmoid", tanh, says, at, _slope(lambda x, o: o * (1 - o)), True)
    yield Rule("sigmoid_for_tanh", tanh, "is computed with a sigmoid in place of tanh", _FORWARD, _as("sigmoid"), False)
    yield Rule("relu_for_tanh", tanh, "is computed with a ReLU in place of tanh", _FORWARD, _as("relu"), False)


def _of_sigmoid() -> Iterator[Rule]:
    sigmoid = frozenset({"sigmoid"})
    at = "Look at what the derivative of the sigmoid is made of."
    says = "lacks the factor 1 - sigmoid of its derivative"
    yield Rule("sigmoid_output", sigmoid, says, at, _slope(lambda x, o: o), True)
    says = "lacks the factor sigmoid of its derivative"
    yield Rule("sigmoid_complement", sigmoid, says, at, _slope(lambda x, o: 1 - o), True)
    says = "puts the sigmoid's input where its output belongs, in the derivative"
    yield Rule("sigmoid_of_input", sigmoid, says, at, _slope(lambda x, o: x * (1 - x)), True)
    says = "takes the derivative of the sigmoid at its output, so that it is applied twice"
    yield Rule("sigmoid_twice", sigmoid, says, at, _slope(lambda x, o: o.sigmoid() * (1 - o.sigmoid())), True)
    says = "has the derivative of tanh where the sigmoid's belongs"
    yield Rule("sigmoid_as_tanh", sigmoid, says, at, _slope(lambda x, o: 1 - o * o), True)
    says = "is computed with tanh in place of a sigmoid"
    yield Rule("tanh_for_sigmoid", sigmoid, says, _FORWARD, _as("tanh"), False)
    says = "has 1 minus the sigmoid in place of the sigmoid"
    yield Rule("sigmoid_mirrored", sigmoid, says, _FORWARD, lambda f, x, *a, **o: f(-x), False)


def _of_softmax() -> Iterator[Rule]:
    softmax = frozenset({"softmax"})
    jacobian = "Look at the Jacobian of softmax: every output depends on every input of its row."
    says = "has the diagonal of softmax's Jacobian alone"
    yield Rule("softmax_diagonal", softmax, says, jacobian, _slope(lambda x, o: o * (1 - o)), True)
    says = "lacks what comes through the denominator of softmax"
    yield Rule("softmax_first_term", softmax, says, jacobian, _slope(lambda x, o: o), True)
    says = "has softmax along the wrong axis"
    yield Rule("softmax_axis", softmax, says, "Look at which axis adds up to 1.", _along_the_other_axis, False)
    says = "has softmax over everything at once"
    yield Rule("softmax_all", softmax, says, "Look at which axis adds up to 1.", _over_everything, False)
    says = "has a sigmoid in place of softmax"
    yield Rule("sigmoid_for_softmax", softmax, says, _FORWARD, _as("sigmoid"), False)


def _of_statistics() -> Iterator[Rule]:
    for name in ("mean", "var", "std", "sqrt", "exp", "sum", "logsumexp", "rsqrt", "norm"):
        says = f"treats {_SAID.get(name, name)} as a constant"
        yield Rule(f"{name}_constant", frozenset({name}), says, f"{_DERIVATIVE}", _constant, True)


_SAID = {"mean": "the mean", "var": "the variance", "std": "the deviation", "sqrt": "the root", "sum": "the sum"}


def _of_the_rest() -> Iterator[Rule]:
    division = frozenset({"div", "__truediv__", "true_divide"})
    scaled = "Look at the factor that scales."
    says = "lacks the division by a number that forward has"
    yield Rule("not_scaled_back", division, says, scaled, _not_scaled_back, True)
    yield Rule("not_scaled", division, "isn't divided by the number that scales it", scaled, _by_a_number(_unit), False)
    says = "is divided by the square of the number that scales it"
    yield Rule("scaled_by_square", division, says, scaled, _by_a_number(lambda number: number**2), False)
    says = "is multiplied by the number that it should be divided by"
    yield Rule("scaled_up", division, says, scaled, _by_a_number(lambda number: 1 / number), False)
    fill = frozenset({"masked_fill", "where"})
    yield Rule("mask_ignored", frozenset({"masked_fill"}), "ignores the mask", "Look for the mask.", _left_out, False)
    says = "lacks what goes through the chosen entries"
    yield Rule("choice_constant", fill, says, _DERIVATIVE, _constant, True)


def _unit(number: float) -> float:  # noqa: ARG001 - it is left out
    return 1.0


RULES: Sequence[Rule] = tuple(_rules())


def entries(oracle: ComponentOracle, quantity: str) -> Sequence[Misconception]:
    """Each as a misconception in this quantity, in every place and in each; to be asked about one case."""
    places = (EVERY, *range(MOST))
    rules = [rule for rule in RULES if not (rule.in_gradients and quantity in oracle.component.all_outputs)]
    occurring = _Occurring(oracle)
    return [_misconception(oracle, rule, quantity, place, occurring) for rule in rules for place in places]


class _Occurring:
    """How often each operation occurs in cases of some shapes and options, which is looked at once."""

    def __init__(self, oracle: ComponentOracle) -> None:
        self.oracle = oracle
        self._found: dict[tuple[tuple[str, str], ...], Counter[str]] = {}
        self._right: tuple[Mapping[str, Any], Mapping[str, Any]] = {}, {}

    def of(self, rule: Rule, known: Mapping[str, Any]) -> int:
        """How often the rule's operations occur with these arguments."""
        key = tuple((name, str(getattr(value, "shape", value))) for name, value in known.items())
        if key not in self._found:
            self._found[key] = self._counted(known)
        return sum(self._found[key][name] for name in rule.operations)

    def right(self, known: Mapping[str, Any]) -> Mapping[str, Any]:
        """All that is right with these arguments; it is computed once where the same ones are asked about in a row."""
        before, found = self._right
        if before.keys() != known.keys() or any(known[name] is not value for name, value in before.items()):
            self._right = known, (found := Right(self.oracle, {}, known).everything(self.oracle.function))
        return found

    def _counted(self, known: Mapping[str, Any]) -> Counter[str]:
        counts: Counter[str] = Counter()

        def count(operation: Any, args: Sequence[Any], options: Mapping[str, Any]) -> Any:
            counts[getattr(operation, "__name__", "")] += 1
            return operation(*args, **options)

        def counted(*arrays: Tensor, **options: object) -> Any:
            counts.clear()  # where there are several outputs, it is called twice
            with _intercepted(count):
                return self.oracle.function(*arrays, **options)

        Right(self.oracle, {}, known).everything(counted)
        return counts


def _misconception(
    oracle: ComponentOracle, rule: Rule, quantity: str, place: int, occurring: _Occurring
) -> Misconception:
    def formula(**known: Any) -> np.ndarray | None:
        try:
            seen = occurring.of(rule, known)
            if seen == 0 or place >= seen or (place == 0 and seen == 1):  # which is the same as in every place
                return None
            found: Mapping[str, Any] = Right(oracle, {}, known).everything(_replaced(oracle.function, rule, place))
        except (RuntimeError, ValueError, IndexError, TypeError, AttributeError):  # it isn't made for such a mistake
            return None
        value = np.asarray(found[quantity].detach().numpy())
        return None if _has_the_wrong_sign(value, known) else value

    def _has_the_wrong_sign(value: np.ndarray, known: Mapping[str, Any]) -> bool:
        """Whether it is the right answer but for its sign, which needs no operation to explain it."""
        right = occurring.right(known)[quantity].detach().numpy()
        return bool(np.allclose(value, -right, rtol=1e-9, atol=0))

    name = f"{rule.name} {'everywhere' if place == EVERY else place}"
    entry = made(name, oracle, quantity, rule.says, rule.look, formula)
    return replace(entry, general=True)


def _replaced(function: Function, rule: Rule, place: int) -> Function:
    """The function with an operation replaced in one place, or in all."""

    def wrong(*arrays: Tensor, **options: object) -> Any:
        count = 0

        def instead(operation: Any, args: Sequence[Any], options: Mapping[str, Any]) -> Any:
            nonlocal count
            if getattr(operation, "__name__", "") not in rule.operations:
                return operation(*args, **options)
            count += 1
            if place not in (EVERY, count - 1):
                return operation(*args, **options)
            return rule.instead(operation, *args, **options)

        with _intercepted(instead):
            return function(*arrays, **options)

    return wrong


def _intercepted(call: Callable[[Any, Sequence[Any], Mapping[str, Any]], Any]) -> Any:
    """A context in which PyTorch's operations are made by `call`."""
    from torch.overrides import TorchFunctionMode  # here and not above: a pack is read without it

    class Mode(TorchFunctionMode):
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            return call(func, args, kwargs or {})

    return Mode()
