"""Everything that marking uses of pytest and Hypothesis beyond their public API: each with its reason, and a test.

A new version of either may take such a part away without a word. So `require_parts` looks for each of them before
anything is marked, and names the one that is missing. The upper bounds in pyproject.toml are those of KNOWN_TO_WORK.
"""

from __future__ import annotations

import importlib
import importlib.metadata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import NamedTuple

import hypothesis
import pytest
from hypothesis import strategies as st

from graders import UsageError

KNOWN_TO_WORK = {"hypothesis": ">=6.150,<7", "pytest": ">=9,<10"}

Test = Callable[..., object]
_PROVIDERS = "hypothesis.internal.conjecture.providers"
_INTERNAL = "_hypothesis_internal_"
_MADE_BY_GIVEN = frozenset({"hypothesis", "is_hypothesis_test", "__wrapped__"})
_CACHED = 1024


class Part(NamedTuple):
    """A private part of a package: what it is called, and what raises, or gives nothing, where it is gone."""

    package: str
    name: str
    found: Callable[[], object]


def require_parts() -> None:
    """UsageError that names the first part that the installed versions lack."""
    for part in PARTS:
        try:
            there = bool(part.found())
        except Exception:  # whatever a version does that is made otherwise
            there = False
        if not there:
            version = importlib.metadata.version(part.package)
            raise UsageError(
                f"{part.package} {version} has no {part.name}, which marking needs: "
                f"install {part.package}{KNOWN_TO_WORK[part.package]}"
            )


@contextmanager
def no_local_constants() -> Iterator[None]:
    """Have cases depend on nothing but seed and strategies while this lasts.

    Hypothesis likes to draw constants that stand in the sources of "local" modules: those outside site-packages, so
    that a checkout would get other cases than an installed wheel, and one submission two marks. It has no setting.

    Leans on `HypothesisProvider._local_constants`, which gives them, and on `CONSTANTS_CACHE` beside it, which keeps
    those that were drawn earlier in this process. Where a version breaks it: see how `_maybe_draw_constant` chooses.
    """
    providers = vars(_providers())
    provider, cache = providers["HypothesisProvider"], providers["CONSTANTS_CACHE"]
    constants = vars(provider)["_local_constants"]
    provider._local_constants = _no_constants()
    providers["CONSTANTS_CACHE"] = type(cache)(_CACHED)
    try:
        yield
    finally:
        provider._local_constants, providers["CONSTANTS_CACHE"] = constants, cache


def strategies_of(test: Test) -> Mapping[str, st.SearchStrategy[object]]:
    """The strategies that a test was `given`, by argument.

    Leans on `_given_kwargs` of the handle that `given` leaves as `test.hypothesis`. Where a version breaks it: see what
    `given` returns.
    """
    found: Mapping[str, st.SearchStrategy[object]] = _handle(test)._given_kwargs  # type: ignore[attr-defined]
    return found


def inner_test(test: Test) -> Test:
    """The function that `given` was applied to.

    `test.hypothesis.inner_test` is documented, for plugins, but nowhere promised with its type.
    """
    found: Test = _handle(test).inner_test  # type: ignore[attr-defined]
    return found


def authors_settings(test: Test) -> hypothesis.settings | None:
    """What the author of a test decorated it with, if anything.

    Leans on `_hypothesis_internal_settings_applied` and `_hypothesis_internal_use_settings`, in which `settings` leaves
    itself. Where a version breaks it: see `settings.__call__`.
    """
    own = vars(test)
    return own[f"{_INTERNAL}use_settings"] if f"{_INTERNAL}settings_applied" in own else None


def without_internals(test: Test) -> Test:
    """The same function, rid of what Hypothesis' decorators left on it, so that they can be applied again."""
    for name in [name for name in vars(test) if name.startswith(_INTERNAL)]:
        delattr(test, name)
    return test


def copy_marks(test: Test, made: Test) -> None:
    """Copy to a replaced function what was set on the first one: our marks, pytest's, its examples.

    Leans on `hypothesis_explicit_examples`, the attribute in which `example` leaves its cases. Where a version breaks
    it: see `example.__call__`.
    """
    for name, value in vars(test).items():
        if not name.startswith(_INTERNAL) and name not in _MADE_BY_GIVEN:
            setattr(made, name, value)


def put_module(collector: pytest.Module, module: ModuleType) -> None:
    """Give pytest a module that is imported already; leans on `obj` of a collector having a setter."""
    collector.obj = module


def put_function(item: pytest.Function, function: Test) -> None:
    """Give an item the function that it calls; leans on `obj` of an item having a setter.

    Pytest has read the arguments of the first one: they must be the same.
    """
    item.obj = function


def _providers() -> ModuleType:
    return importlib.import_module(_PROVIDERS)


def _no_constants() -> object:
    return importlib.import_module("hypothesis.internal.constants_ast").Constants()


def _handle(test: Test) -> object:
    found: object = test.hypothesis  # type: ignore[attr-defined]
    return found


def _probe() -> Test:
    """A test with everything that is looked for."""

    @hypothesis.example(x=None)
    @hypothesis.settings(max_examples=7)
    @hypothesis.given(x=st.none())
    def probe(x: None) -> None: ...

    return probe


def _has_setter(kind: type) -> bool:
    found = getattr(kind, "obj", None)
    return isinstance(found, property) and found.fset is not None


def _sevenfold(found: hypothesis.settings | None) -> bool:
    return found is not None and found.max_examples == 7


PARTS = (
    Part("hypothesis", "HypothesisProvider._local_constants", lambda: "_local_constants" in vars(_provider())),
    Part("hypothesis", "CONSTANTS_CACHE", lambda: hasattr(_providers(), "CONSTANTS_CACHE")),
    Part("hypothesis", "constants_ast.Constants", lambda: _no_constants() is not None),
    Part("hypothesis", "HypothesisHandle._given_kwargs", lambda: list(strategies_of(_probe())) == ["x"]),
    Part("hypothesis", "HypothesisHandle.inner_test", lambda: callable(inner_test(_probe()))),
    Part("hypothesis", f"{_INTERNAL}use_settings", lambda: _sevenfold(authors_settings(_probe()))),
    Part("hypothesis", "hypothesis_explicit_examples", lambda: vars(_probe()).get("hypothesis_explicit_examples")),
    Part("pytest", "Module.obj with a setter", lambda: _has_setter(pytest.Module)),
    Part("pytest", "Function.obj with a setter", lambda: _has_setter(pytest.Function)),
)
"""In the order in which they are looked for."""


def _provider() -> type:
    found: type = _providers().HypothesisProvider
    return found
