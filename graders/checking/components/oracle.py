"""What a component must compute: its PyTorch function and that function's gradients, in the handout's conventions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from graders.checking.components.description import Component, resolved
from graders.judging.expected import Answer, measured
from reference.autodiff import derivative, vjp

if TYPE_CHECKING:
    from graders.checking.components.cases.case import ComponentCase

Function = Callable[..., Any]
"""It gives a tensor, or several where there are several outputs."""
StateFunction = Callable[..., Mapping[str, Tensor]]


def _real(tensor: Tensor) -> Tensor:
    """Whole numbers as real ones, which a gradient can be taken in."""
    return tensor if tensor.is_floating_point() else tensor.double()


def _scaled(slope: Tensor, times: float) -> Tensor:
    """The gradient times this; as it is where that is 1, since a product costs a rounding where noise is measured."""
    return slope if times == 1 else slope * times


class ComponentOracle:
    """A component's oracle, called `name`: its quantities are the output and each gradient, by the handout's names."""

    def __init__(self, component: Component, name: str) -> None:
        self.component = component
        self.name = name
        self.function = resolved(component.torch)

        def compute(**arguments: Any) -> Mapping[str, object]:
            return self.compute(self.function, arguments)

        def other(function: Function) -> Callable[..., Answer]:
            def computed(**arguments: Any) -> Mapping[str, object]:
                return self.compute(function, arguments)

            computed.__name__ = name
            return measured(computed)

        def update(**arguments: Any) -> Mapping[str, object]:
            return self.states(arguments, {name: arguments[name] for name in component.inputs})

        def evaluate(**arguments: Any) -> Mapping[str, object]:
            batches = {name: arguments[f"{name}_seen"] for name in component.inputs}
            after = self.states(arguments, batches) if component.updated is not None else {}
            return {component.output: self.evaluation(arguments, {name: each[-1] for name, each in after.items()})}

        compute.__name__, update.__name__, evaluate.__name__ = name, f"{name}_state", f"{name}_evaluation"
        self.others = {advice: other(function) for advice, function in component.also.items()}
        self.answer: Callable[..., Answer] = measured(compute)
        self.new_state: Callable[..., Answer] = measured(update)
        self.evaluated: Callable[..., Answer] = measured(evaluate)

    def states(self, arguments: Mapping[str, Any], seen: Mapping[str, Sequence[Tensor]]) -> dict[str, list[Tensor]]:
        """The state after training on each of these batches, from the one that is among the arguments."""
        one = self.component
        assert one.updated is not None
        state = {name: arguments[name] for name in one.state}
        after = []
        for batches in zip(*seen.values(), strict=True):
            placed = [*batches, *(arguments[name] for name in one.parameters)]
            state = dict(one.updated(*placed, **state, **self._options(arguments)))
            after.append({name: state[name].reshape(arguments[name].shape) for name in one.state})
        return {name: [each[name] for each in after] for name in one.state}

    def evaluation(self, arguments: Mapping[str, Any], state: Mapping[str, Tensor]) -> Tensor:
        """The output in evaluation, with this state."""
        one = self.component
        assert one.evaluation is not None
        found: Tensor = one.evaluation(*(arguments[name] for name in one.arrays), **state, **self._options(arguments))
        return found

    def _options(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return {name: arguments[name] for name in self.component.options}

    def compute(self, function: Function, arguments: Mapping[str, Any]) -> dict[str, Tensor]:
        """Outputs and gradients of a function in place of the component's own."""
        one = self.component
        names = [name for name in one.arrays if name in one.gradients]
        fixed = {name: arguments[name] for name in one.arrays if name not in names}
        labels = [arguments[one.labels.name]] if one.labels else []
        options = self._options(arguments)
        if one.chance is not None:
            options[one.chance.name] = arguments[one.chance.name]

        def of(*values: Tensor) -> Any:
            given = {**fixed, **dict(zip(names, values, strict=True))}
            return function(*(given[name] for name in one.arrays), *labels, **options)

        values = [_real(arguments[name]) for name in names]
        if one.local:
            output, slope = derivative(of, values[0])
            return {one.output: output, one.gradient_called(names[0]): slope}
        outputs, gradients = self._pulled_back(of, values, arguments)
        count = one.batch_size(arguments)
        scaled = {
            one.gradient_called(name): _scaled(slope, one.scale(name, count))
            for name, slope in zip(names, gradients, strict=True)
        }
        return {**outputs, **scaled}

    def _pulled_back(
        self, function: Function, values: Sequence[Tensor], arguments: Mapping[str, Any]
    ) -> tuple[dict[str, Tensor], Sequence[Tensor]]:
        """The outputs by name, and the true gradients."""
        one = self.component
        if not one.outputs:
            upstream = arguments[one.upstream] if one.upstream else torch.ones((), dtype=values[0].dtype)
            output, gradients = vjp(function, values, upstream)
            return {one.output: output}, gradients
        outputs = dict(zip(one.outputs, function(*values), strict=True))
        cotangents = [
            arguments[one.upstreams[name]] if name in one.upstreams else torch.zeros_like(output)
            for name, output in outputs.items()
        ]

        def joined(*values: Tensor) -> Tensor:
            return torch.cat([output.reshape(-1) for output in function(*values)])

        _, gradients = vjp(joined, values, torch.cat([cotangent.reshape(-1) for cotangent in cotangents]))
        return {name: output.detach() for name, output in outputs.items()}, gradients

    def shapes(self, case: ComponentCase, values: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
        """The outputs' shapes for these inputs, parameters and labels."""
        one = self.component
        labels = [values[one.labels.name]] if one.labels else []
        given = [tensor(value) for value in [*(values[name] for name in one.arrays), *labels]]
        chosen = {} if one.chance is None else {one.chance.name: torch.ones((), dtype=torch.float64)}
        found = self.function(*given, **case.known, **chosen)
        outputs = found if one.outputs else [found]
        return {name: tuple(output.shape) for name, output in zip(one.all_outputs, outputs, strict=True)}


def tensor(value: Any) -> Any:
    """An array as PyTorch's in float64, or whole numbers as they are; anything else is itself."""
    if not isinstance(value, np.ndarray):
        return value
    return torch.tensor(value, dtype=torch.float64 if value.dtype.kind == "f" else None)
