"""How the checks make a network of the student's."""

from __future__ import annotations

from typing import Any

from graders.checking import Remote, Student, by_place
from graders.probe.anatomy import Parameter, describe

from .layers import activation_name

SETTINGS = {"name": "SGD", "lr": 0.01, "lr_scheduler": "constant", "momentum": 0.9}


def network(student: Student, sizes: tuple[int, ...], names: list[str]) -> tuple[Remote, list[Remote]]:
    """A NeuralNetwork with cross-entropy and fully connected layers of these sizes, and its layers."""
    made_of = student("neural_networks.layers").FullyConnected
    settings = student("neural_networks.utils").AttrDict
    plan = [(activation_name(student, name), size) for name, size in zip(names, sizes[1:], strict=True)]
    arguments = [
        settings(name="fully_connected", activation=name, weight_init="xavier_uniform", n_out=size)
        for name, size in plan
    ]
    cls = student("neural_networks.models").NeuralNetwork
    optimizer = {_optimizer_parameter(cls): settings(**_optimizer_settings(student))}
    model = cls(loss="cross_entropy", layer_args=arguments, **optimizer)
    layers = [made_of(*by_place(n_out=size, activation=name)) for name, size in plan]
    model.layers = layers
    return model, layers


def _optimizer_parameter(cls: Remote) -> str:
    """What NeuralNetwork calls its optimizer's settings: optimizer, or optimizer_args in some years' starter code."""
    names = [parameter.name for parameter in _parameters(cls)]
    return next((name for name in names if name.startswith("optim")), "optimizer")


def _optimizer_settings(student: Student) -> dict[str, Any]:
    """Those of the settings that the submission's optimizer knows: not all years have schedulers."""
    module = student("neural_networks.optimizers")
    if not module.has("initialize_optimizer"):
        return SETTINGS
    known = _parameters(module.initialize_optimizer)
    if any(parameter.kind == "VAR_KEYWORD" for parameter in known):
        return SETTINGS
    names = {parameter.name for parameter in known}
    return {name: value for name, value in SETTINGS.items() if name in names}


def _parameters(function: Remote) -> tuple[Parameter, ...]:
    """What a function or a class of the submission's takes."""
    return describe(function).calls.get("", ())
