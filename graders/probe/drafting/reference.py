"""The functions of an instructor's own PyTorch file, which a layer may be held against."""

from __future__ import annotations

import importlib.util
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from graders import UsageError
from graders.probe.drafting.known import Known
from graders.probe.drafting.looking import Sight
from graders.probe.drafting.matching import identifier
from graders.probe.words import bare

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


@dataclass(frozen=True)
class Reference:
    """A file's functions by name; `said` are those that a section is to be held against, and no others."""

    file: Path
    module: ModuleType
    said: Mapping[str, str] = field(default_factory=dict)

    @property
    def functions(self) -> dict[str, Callable[..., object]]:
        """Those that it defines, but for private ones."""
        return {
            name: function
            for name, function in vars(self.module).items()
            if inspect.isfunction(function) and function.__module__ == self.module.__name__ and name[0] != "_"
        }

    def known(self, section: str, sight: Sight) -> Iterator[Known]:
        """What may be right for a section: the function that is given, else those of its name first."""
        said = self.said.get(section)
        names = [said] if said else sorted(self.functions, key=lambda name: not _is_like(name, section))
        for name in names:
            yield from self._calls(name, sight)

    def _calls(self, name: str, sight: Sight) -> Iterator[Known]:
        """A call of the function with the arrays by their places, and options and labels as it takes them."""
        parameters = inspect.signature(self.functions[name]).parameters.values()
        options = {bare(option): identifier(option) for option in sight.proposal.options}
        by_name = [p.name for p in parameters if bare(p.name) in options]
        places = [p for p in parameters if p.kind in _POSITIONAL and p.name not in by_name]
        needed = sum(p.default is inspect.Parameter.empty for p in places)
        count = len(sight.arrays)
        whole = count + len(sight.labels)
        if not needed <= whole <= len(places):
            return
        roles = tuple(f"array{k}" for k in range(count))
        labels = ["{y}"] if sight.labels else []
        given = [*(f"{{{role}}}" for role in roles), *labels, *(f"{one}={options[bare(one)]}" for one in by_name)]
        kind = next((form.kind for form in sight.forms.values()), "")
        text = f"{self.module.__name__}.{name}({', '.join(given)})"
        yield Known(f"{self.file.name}: {name}", text, roles, labels=kind, scalar=sight.output.size == 1)


def _is_like(name: str, section: str) -> bool:
    one, other = bare(name), bare(section)
    return one in other or other in one


def opened(file: Path, said: Mapping[str, str]) -> Reference:
    """The file, imported; UsageError where that can't be, or where it hasn't a function that is said."""
    if not file.is_file():
        raise UsageError(f"there is no file {file}")
    if file.suffix != ".py" or not file.stem.isidentifier() or file.stem in _TAKEN:
        raise UsageError(f"{file}: give the reference another plain name, torch_code.py for example")
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        sys.path.insert(0, str(file.parent))
        spec.loader.exec_module(module)
    except Exception as error:  # whatever its author has written there
        raise UsageError(f"{file} can't be imported: {type(error).__name__}: {error}") from None
    finally:
        sys.path.remove(str(file.parent))
    found = Reference(file, module, said)
    if not found.functions:
        raise UsageError(f"{file} defines no function")
    for section, name in said.items():
        if name not in found.functions:
            raise UsageError(
                f"--oracle {section}={name}: {file} has no function {name}; it has {', '.join(found.functions)}"
            )
    return found


_TAKEN = ("components", "checks", "worked", "torch", "graders", "reference", "F", "guards")
"""Names that a pack, or a formula, has for something else."""
