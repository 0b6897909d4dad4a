"""Gives the submission a placeholder for a missing module, unless its code is ready for an ImportError."""

from __future__ import annotations

import builtins
import difflib
import dis
import importlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import CodeType, FrameType, ModuleType, SimpleNamespace

from .asking import asking, is_guarded
from .elsewhere import NEARLY, Places, below_another_folder
from .placeholders import Origin, Placeholder

WITHOUT_DISPLAY = ("_tkinter", "_curses", "_curses_panel", "_sqlite3", "nis", "readline")
"""Modules of the standard library that some machines have and others haven't: here none has them."""
_WRITTEN = {"numpy": "NumPy", "torch": "PyTorch", "matplotlib": "Matplotlib"}
_STAR = "*"
_LOOKS_UP = frozenset({"LOAD_NAME", "LOAD_GLOBAL"})


def forget_what_some_machines_have() -> None:
    """So that a verdict is the same on each: importing one of them fails, for libraries too."""
    for name in WITHOUT_DISPLAY:
        sys.modules[name] = None  # type: ignore[assignment]  # how Python is told that there is none


def in_words(packages: Sequence[str]) -> str:
    """`NumPy and PyTorch`, as a student writes the names."""
    names = [_WRITTEN.get(name, name) for name in packages]
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def is_misspelt(name: str, own: Sequence[str]) -> bool:
    """Whether a name is nearly that of a file of the submission."""
    return bool(difflib.get_close_matches(name.casefold(), own, n=1, cutoff=NEARLY))


class Absent:
    """Stands in front of `__import__`; code in one of the `roots` gets placeholders, `places` is what is there."""

    def __init__(
        self,
        roots: Sequence[str],
        is_own: Callable[[str], bool],
        importing: Callable[[], bool],
        allowed: str,
        places: Places,
    ) -> None:
        self._places = places
        self._roots = roots
        self._is_own = is_own
        self._importing = importing
        self._allowed = allowed
        self._plain = builtins.__import__

    def install(self) -> None:
        """From here on."""
        builtins.__import__ = self._import  # type: ignore[assignment]  # a placeholder is no module

    def _import(
        self,
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> object:
        try:
            module = self._plain(name, globals, locals, fromlist, level)
        except (ImportError, OSError):
            frame = None if level else self._needs_placeholder(name)
            if frame is None:
                raise
            return self._instead_of(name, fromlist or (), frame)
        if fromlist and not level and any(not hasattr(module, part) for part in fromlist if part != _STAR):
            return self._with_the_rest(module, name, fromlist)
        return module

    def _needs_placeholder(self, name: str) -> FrameType | None:
        """The frame of the submission that would end with an error for want of this module."""
        if self._is_own(name.partition(".")[0]):
            return None
        frame = asking(self._roots)
        return None if frame is None or is_guarded(frame, self._roots) else frame

    def _instead_of(self, name: str, fromlist: Sequence[str], frame: FrameType) -> object:
        """What the statement binds, or takes names from."""
        top = name.partition(".")[0]
        meant = below_another_folder(name, self._places)
        if meant is not None:
            module = importlib.import_module(meant)
            return module if fromlist else _nested(name.split(".")[1:], module)
        if _STAR in fromlist:
            names = list(_unknown_names(frame))
            return SimpleNamespace(__all__=names, **{one: self._placeholder(f"{name}.{one}", frame) for one in names})
        if fromlist:
            return self._placeholder(name, frame)
        there = sys.modules.get(top)
        return self._placeholder(top, frame) if there is None else _Partly(there, self._placeholder(top, frame))

    def _with_the_rest(self, module: ModuleType, name: str, fromlist: Sequence[str]) -> object:
        """The names that `from name import a, b` asks for, with placeholders for those that aren't there."""
        frame = self._needs_placeholder(name)
        if frame is None:
            return module
        absent = self._placeholder(name, frame)
        return SimpleNamespace(**{part: getattr(module, part, getattr(absent, part)) for part in fromlist})

    def _placeholder(self, name: str, frame: FrameType) -> Placeholder:
        top = name.partition(".")[0]
        file = frame.f_code.co_filename
        folder = next((root for root in self._roots if file.startswith(root + os.sep)), "")
        imported = f"{os.path.relpath(file, folder or None)}, line {frame.f_lineno}"
        banned = top if sys.modules.get(top) is None else ""
        return Placeholder(name, Origin(banned, self._allowed, imported, self._importing))


def _nested(names: Sequence[str], module: ModuleType) -> object:
    """An object in whose attributes of these names, each in the one before, the module is."""
    found: object = module
    for name in reversed(names):
        found = SimpleNamespace(**{name: found})
    return found


class _Partly(ModuleType):
    """A module of which a part is missing, `sklearn` say after `import sklearn.preprocessing`."""

    def __init__(self, module: ModuleType, absent: Placeholder) -> None:
        super().__init__(module.__name__, module.__doc__)
        self.__dict__.update(_module=module, _absent=absent)

    def __getattr__(self, name: str) -> object:
        module, absent = self.__dict__["_module"], self.__dict__["_absent"]
        return getattr(module if hasattr(module, name) else absent, name)


def _unknown_names(frame: FrameType) -> Iterator[str]:
    """The global names in a module's code that neither it, so far, nor Python knows: a star import may be for them."""
    seen: set[str] = set()
    waiting = [frame.f_code]
    while waiting:
        code = waiting.pop()
        seen |= {one.argval for one in dis.get_instructions(code) if one.opname in _LOOKS_UP}
        waiting += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    return (name for name in sorted(seen) if name not in frame.f_globals and not hasattr(builtins, name))
