"""Finds modules of the submission that aren't where its code imports them from, where there is only one candidate.

`neural_networks.layers` is found in a layers.py that is at the top, `mytorch.nn.Linear` in mytorch/nn/linear.py. This
is asked last, after everything else that finds modules. The trusted side tells of it.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import itertools
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from types import ModuleType

from .asking import asking, is_asked_by_us

MAX_FILES = 5000
NEARLY = 0.88
"""How alike two names have to be for one to be the other misspelt."""
WELL_KNOWN = (
    *("IPython", "PIL", "autograd", "cupy", "cv2", "einops", "ipdb", "jax"),
    *("jaxtyping", "keras", "matplotlib", "memory_profiler", "mpmath", "networkx", "nltk", "numba"),
    *("numexpr", "pandas", "plotly", "requests", "scipy", "seaborn", "skimage", "sklearn"),
    *("statsmodels", "sympy", "tensorflow", "tkinter", "torch", "torchvision", "tqdm", "turtle"),
    *("typing_extensions", "xgboost"),
)
"""Packages that nobody takes for a file of theirs."""
_LEFT_OUT = ("__pycache__", "__MACOSX")
Places = Mapping[str, Sequence[str]]
"""By a module's last name in lower case, all that it may be, dotted from the submission's folder."""


def places(root: str) -> Places:
    """Where the submission has Python files, and folders that have some."""
    files = itertools.islice(_python_files(root), MAX_FILES)
    found = dict.fromkeys(".".join(own[:end]) for own in files for end in range(1, len(own) + 1))
    named: dict[str, list[str]] = {}
    for place in found:
        named.setdefault(place.rpartition(".")[2].casefold(), []).append(place)
    return named


def _python_files(root: str) -> Iterator[list[str]]:
    """The parts of each module's name, as seen from the submission's folder."""
    for here, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in _LEFT_OUT and name.isidentifier())
        parts = [] if here == root else os.path.relpath(here, root).split(os.sep)
        stems = (name[:-3] for name in sorted(files) if name.endswith(".py") and name[:-3].isidentifier())
        yield from (parts if stem == "__init__" else [*parts, stem] for stem in stems)


def below_another_folder(name: str, known: Places) -> str | None:
    """The submission's module that is meant by `hw1.mytorch.nn.linear`, whose name begins in a folder further out."""
    parts = name.split(".")
    if parts[0] in WELL_KNOWN:
        return None
    ends = (".".join(parts[start:]) for start in range(1, len(parts)))
    return next((end for end in ends if end in known.get(parts[-1].casefold(), ())), None)


def packages_of(modules: Sequence[str]) -> dict[str, list[str]]:
    """Each package that has one of these modules below it, and the last names of these."""
    found: dict[str, list[str]] = {}
    for module in modules:
        *parts, last = module.split(".")
        for end in range(1, len(parts) + 1):
            found.setdefault(".".join(parts[:end]), []).append(last.casefold())
    return found


class Elsewhere(importlib.abc.MetaPathFinder):
    """Finds what nobody else does; `modules` are those that the homework asks for."""

    def __init__(self, root: str, modules: Sequence[str], roots: Sequence[str]) -> None:
        self.places = places(root)
        self._packages = packages_of(modules)
        self._roots = roots

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None,  # noqa: ARG002 - the import system passes it
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> importlib.machinery.ModuleSpec | None:
        """The one module of that last name, or an empty package for those that are found so."""
        meant = self._meant(name)
        package = any(last in self.places for last in self._packages.get(name, ()))
        if (meant is None and not package) or not (asking(self._roots) or is_asked_by_us()):
            return None
        if meant is None:
            spec = importlib.machinery.ModuleSpec(name, None, is_package=True)
            spec.submodule_search_locations = []
            return spec
        return importlib.machinery.ModuleSpec(name, _Alias(meant))

    def _meant(self, name: str) -> str | None:
        found = [place for place in self.places.get(name.rpartition(".")[2].casefold(), ()) if place != name]
        return found[0] if len(found) == 1 else None


class _Alias(importlib.abc.Loader):
    """Gives a module under another name."""

    def __init__(self, meant: str) -> None:
        self._meant = meant

    def exec_module(self, module: ModuleType) -> None:
        sys.modules[module.__name__] = importlib.import_module(self._meant)
