"""Names similar to a missing one, each with the line of the submission that defines it."""

from __future__ import annotations

import ast
import builtins
import difflib
import inspect
import linecache
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from types import CodeType, FrameType, ModuleType

from ..hints import assignment
from ..origin import is_below
from .places import parsed
from .values import NOWHERE, found

_MAX_NAMES, _MAX_NAME = 400, 60
MOST = 2
"""Names that are offered."""
_NEAR, _STRICT = 0.6, 0.8
_SHORT, _LEAST = 6, 2
Near = list[list[str]]
"""Each name with the place that makes it, `mytorch/nn/linear.py, line 12`, or "" where that isn't known."""


def near_name(name: str, frame: FrameType, root: str) -> Near:
    """For a name that isn't defined: an attribute of `self` called so, else what is called nearly so."""
    here, owner = frame.f_locals, frame.f_locals.get("self", NOWHERE)
    of_self = {f"self.{attribute}": attribute for attribute in _attributes(owner)}
    exact = [said for said, attribute in of_self.items() if attribute == name]
    code = frame.f_code
    local = [one for one in here if one != name]
    known = [*local, *of_self, *frame.f_globals]
    chosen = exact or _closest(name, known, "self.") or _closest(name, vars(builtins), near=1.0)
    return [[one, _where(one, code, owner, local, root)] for one in chosen[:MOST]]


def _where(name: str, code: CodeType, owner: object, local: list[str], root: str) -> str:
    if name.startswith("self."):
        return _made(owner, name.removeprefix("self."), root)
    if name not in local:
        return _in_file(code.co_filename, name, root)
    line = _line(code.co_filename, rf"\b{re.escape(name)}\b", code.co_firstlineno)
    return f"{os.path.relpath(code.co_filename, root)}, line {line}" if line else ""


def _in_file(path: str, name: str, root: str) -> str:
    """Where a file of the submission defines a name for all of it."""
    if not is_below(path, root):
        return ""
    line = _line(path, rf"^(?:class|def)\s+{re.escape(name)}\b|^{re.escape(name)}\s*=", 1)
    return f"{os.path.relpath(path, root)}, line {line}" if line else ""


def near_attribute(owner: object, name: str, root: str) -> Near:
    """For an attribute that an object, a class or a module hasn't."""
    chosen = _closest(name, [one for one in _attributes(owner) if one != name], near=_STRICT)
    return [[one, _made(owner, one, root)] for one in chosen[:MOST]]


def misspelt(name: str, known: Iterable[str]) -> str:
    """The one of these names that is meant by one that isn't among them; empty where none is near enough."""
    return next(iter(_closest(name, known, near=_STRICT)), "")


def near_key(keys: object, wanted: object, code: CodeType | None, root: str) -> Near:
    """For a key that a dict hasn't."""
    if type(keys) is not dict or type(wanted) is not str:
        return []
    known = [key for key in list(keys)[:_MAX_NAMES] if type(key) is str]
    chosen = _closest(wanted, known, near=_STRICT)
    return [[repr(one), _of_key(one, code, root)] for one in chosen[:MOST]]


def keys_of(source: str, frame: FrameType) -> object:
    """The dict that an expression takes an item of, or NOWHERE."""
    node = parsed(source)
    return found(node.value, frame) if isinstance(node, ast.Subscript) else NOWHERE


def _of_key(key: str, code: CodeType | None, root: str) -> str:
    if code is None or not is_below(code.co_filename, root):
        return ""
    line = _line(code.co_filename, rf"""["']{re.escape(key)}["']\s*(?:\]\s*=[^=]|:)""", 1)
    return f"{os.path.relpath(code.co_filename, root)}, line {line}" if line else ""


def _line(path: str, pattern: str, first: int) -> int:
    """The number of the first line that has it, from a line on; 0 where none has."""
    lines = linecache.getlines(path)[first - 1 : first + 4000]
    return next((first + index for index, line in enumerate(lines) if re.search(pattern, line[:500])), 0)


def _attributes(owner: object) -> Iterator[str]:
    """What an object holds, and its class, as far as both are looked at without running anything."""
    if owner is NOWHERE:
        return
    if issubclass(type(owner), ModuleType):
        yield from _names(object.__getattribute__(owner, "__dict__"))
        return
    held = inspect.getattr_static(owner, "__dict__", None)
    own = object.__getattribute__(owner, "__dict__") if held is not None and not issubclass(type(owner), type) else None
    if type(own) is dict:
        yield from _names(own)
    kind = owner if issubclass(type(owner), type) else type(owner)
    for each in type.__dict__["__mro__"].__get__(kind)[:-1]:
        yield from _names(type.__dict__["__dict__"].__get__(each))


def _names(held: Mapping[str, object]) -> Iterable[str]:
    plain = (name for name in list(held)[: 4 * _MAX_NAMES] if type(name) is str and not name.startswith("__"))
    return [name for name in plain if len(name) <= _MAX_NAME][:_MAX_NAMES]


def _closest(name: str, known: Iterable[str], prefix: str = "", near: float = _NEAR) -> list[str]:
    """Those called alike but for case and underscores; else those with letters more or less; else the nearest.

    Short names that have another letter in one place are other names: dLdb isn't a dLdW that is misspelt.
    """
    plain = {one: _folded(one.removeprefix(prefix)) for one in dict.fromkeys(known)}
    wanted = _folded(name[:_MAX_NAME])
    alike = [one for one, said in plain.items() if said == wanted]
    return alike or _related(wanted, plain) or _nearest(wanted, plain, near)


def _related(wanted: str, plain: Mapping[str, str]) -> list[str]:
    found = [one for one, said in plain.items() if _is_slip(wanted, said)]
    return sorted(found, key=lambda one: -difflib.SequenceMatcher(None, wanted, plain[one]).ratio())


def _nearest(wanted: str, plain: Mapping[str, str], near: float) -> list[str]:
    by_said = {said: one for one, said in reversed(list(plain.items())) if near < _STRICT or len(said) > _SHORT}
    return [by_said[said] for said in difflib.get_close_matches(wanted, by_said, n=MOST, cutoff=near)]


def _folded(name: str) -> str:
    return name.casefold().replace("_", "")


def _is_slip(wanted: str, said: str) -> bool:
    """Whether one has a letter or two more than the other, or the same ones in another order."""
    short, long = sorted((wanted, said), key=len)
    if len(short) < _LEAST or len(long) - len(short) > _LEAST:
        return False
    if len(short) == len(long):
        return len(short) > _LEAST and sorted(short) == sorted(long)
    letters = iter(long)
    return all(letter in letters for letter in short)


def _made(owner: object, name: str, root: str) -> str:
    """Where an attribute is assigned, or a method defined."""
    if isinstance(owner, ModuleType):
        return _in_file(str(getattr(owner, "__file__", "")), name, root)
    known = assignment(owner, name, root).get("assigned", "")
    if known:
        return known
    code = getattr(inspect.getattr_static(owner, name, None), "__code__", None)
    if isinstance(code, CodeType) and is_below(code.co_filename, root):
        return f"{os.path.relpath(code.co_filename, root)}, line {code.co_firstlineno}"
    return ""
