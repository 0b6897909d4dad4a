"""A well-known layer, ready to be used in a pack: only the handout's names have to be given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graders.checking.components.calling import Functions, Layer
from graders.checking.components.description import resolved
from graders.checking.components.families.family import Family
from graders.checking.components.families.updates.family import UpdateFamily
from graders.checking.components.optimizers import Optimizer, Update

Names = Mapping[str, str]
"""What the handout calls an array, a size or an option, by the preset's word."""
Settings = Mapping[str, object]
_BY_NAME = ("kinds", "whole", "initial", "sizes", "options")
"""Fields of a component whose keys are names."""


@dataclass(frozen=True)
class Preset:
    """A layer, by its reference function and its shapes; `fields` are others of a component.

    `settings` are arguments of the reference function that a submission isn't given: an epsilon.
    """

    torch: str
    inputs: Mapping[str, str]
    family: Family
    parameters: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)
    settings: Settings = field(default_factory=dict)

    def functions(
        self,
        module: str,
        forward: str,
        backward: str = "",
        *,
        names: Names | None = None,
        settings: Settings | None = None,
        **fields: Any,
    ) -> Functions:
        """As a pair of functions, to which parameters are given behind inputs."""
        said = self._said(names or {}, {**self.settings, **(settings or {})})
        said["inputs"] |= said.pop("parameters")
        said.pop("initial", None)
        return Functions(module=module, forward=forward, backward=backward, **{**said, **fields})

    def layer(self, name: str, *, names: Names | None = None, settings: Settings | None = None, **fields: Any) -> Layer:
        """As a class, whose objects have the parameters."""
        said = self._said(names or {}, {**self.settings, **(settings or {})})
        return Layer(name=name, **{**said, **fields})

    def _said(self, names: Names, settings: Settings) -> dict[str, Any]:
        """The fields of a component in the handout's names."""
        options = {names.get(option, option): option for option in self.fields.get("options", {})}
        found: dict[str, Any] = {**self.fields, "torch": Reference(self.torch, settings, options)}
        if "evaluation" in found:
            found["evaluation"] = Reference(found["evaluation"], settings, options)
        found |= {name: _renamed(found[name], names) for name in _BY_NAME if name in found}
        if "upstream" in found:
            found["upstream"] = _words(found["upstream"], names)
        if "outputs" in found:
            found["outputs"] = {names.get(name, name): where for name, where in found["outputs"].items()}
        if "may_be_none" in found:
            found["may_be_none"] = {names.get(name, name) for name in found["may_be_none"]}
        found["inputs"], found["parameters"] = _renamed(self.inputs, names), _renamed(self.parameters, names)
        usual = {word: str(self.family.names.get(word, word)) for word in self.family.words}
        found["family"] = self.family(**{word: names.get(name, name) for word, name in usual.items()})
        return found


@dataclass(frozen=True)
class Reference:
    """A function of reference/ with some of its arguments set, and options by the handout's names."""

    function: str
    settings: Settings = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, *arrays: Any, **given: Any) -> Any:
        """What it gives."""
        known = {self.options.get(name, name): value for name, value in given.items()}
        return resolved(self.function)(*arrays, **self.settings, **known)


@dataclass(frozen=True)
class UpdatePreset:
    """An optimiser, by the rule of reference/updates.py; `options` are values for what it is given."""

    torch: str
    family: UpdateFamily
    options: Mapping[str, Sequence[float]]

    def optimizer(self, name: str, *, names: Names | None = None, **fields: Any) -> Optimizer:
        """As a class."""
        return Optimizer(name=name, **{**self._said(names or {}), **fields})

    def update(self, module: str, function: str, *, names: Names | None = None, **fields: Any) -> Update:
        """As a function that takes one step."""
        return Update(module=module, function=function, **{**self._said(names or {}), **fields})

    def _said(self, names: Names) -> dict[str, Any]:
        options = {names.get(option, option): values for option, values in self.options.items()}
        own = {word: said for word, said in names.items() if word in self.options}
        return {"torch": self.torch, "family": self.family, "options": options, "names": own}


def _renamed(named: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """Keys, and words in shapes, by the handout's names."""
    return {
        names.get(key, key): _words(value, names) if isinstance(value, str) else value for key, value in named.items()
    }


def _words(text: str, names: Names) -> str:
    return " ".join(names.get(word, word) for word in text.split())
