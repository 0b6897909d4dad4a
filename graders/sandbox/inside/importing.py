"""Imports the submission so that a module that fails does not take the others along."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import NoReturn

from .absent import Absent, is_misspelt
from .asking import is_guarded
from .elsewhere import Elsewhere
from .errors import BrokenModule, Missing, Record, describe_error
from .late import Late
from .origin import is_below, modules_below
from .piecewise import run_by_statements
from .placeholders import NotAllowed

Candidates = Sequence[Sequence[str]]
"""Where a name may be defined, as `(module, name)`, the likeliest place first."""
Announce = Callable[[str | None], None]
"""Is told the name of each module before it runs, and None after it."""


class BrokenName:
    """Stands for any name of a module that could not be imported, and says so when it is used."""

    def __init__(self, record: Record) -> None:
        self.__dict__["_record"] = record

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise BrokenModule(self.__dict__["_record"])

    __call__ = __mro_entries__ = __getitem__ = __iter__ = _refuse

    def __getattr__(self, name: str) -> NoReturn:
        raise BrokenModule(self.__dict__["_record"])


class Submission(importlib.abc.MetaPathFinder):
    """The student's modules; `poisoned` are those that must not be run, with what happened when they were.

    `allowed` are the packages that it may import, in words; `late` those that aren't there yet.
    """

    def __init__(
        self,
        root: str,
        search: Sequence[str],
        poisoned: Mapping[str, Record],
        announce: Announce = lambda name: None,
        allowed: str = "NumPy",
        late: Late | None = None,
    ) -> None:
        self.root = root
        self.roots = [root]
        """The folders whose code is the submission's: its own, and those that its scripts run in."""
        self.search = [os.path.normpath(os.path.join(root, folder)) for folder in search]
        self.poisoned = poisoned
        self.announce = announce
        self.failed: dict[str, Record] = {}
        self.modules: Sequence[str] = ()
        self.tolerant = False
        """Whether a placeholder is put where a module fails."""
        self.under_way = 0
        """How many of its modules are being imported just now, each by the one before."""
        self._allowed = allowed
        self._late = Late({}) if late is None else late
        self._late.roots = self.roots
        self._own: Sequence[str] = ()

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,  # noqa: ARG002 - the import system passes it
    ) -> importlib.machinery.ModuleSpec | None:
        """The submission's module of that name, if it has one."""
        spec = importlib.machinery.PathFinder.find_spec(name, path if path is not None else self.search)
        if spec is None or not isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            return None
        if not is_below(spec.origin, self.root):
            return None
        spec.loader = _Loader(spec.loader.name, spec.loader.path, self)
        return spec

    def load(self, modules: Sequence[str]) -> None:
        """Import all `modules`: plainly if that works, else with a placeholder for each file that fails."""
        self.modules = modules
        sys.path[:0] = self.search
        sys.meta_path.insert(0, self)
        self._late.install()
        self._look_around(modules)
        before = set(sys.modules)
        if not self.poisoned and self._import_all():
            return
        for name in set(sys.modules) - before - self._late.brought:
            del sys.modules[name]
        self._import_tolerantly()

    def _look_around(self, modules: Sequence[str]) -> None:
        """Have names found that are elsewhere, and placeholders given for what isn't the submission's own."""
        elsewhere = Elsewhere(self.root, modules, self.roots)
        self._own = [*elsewhere.places, *{name.partition(".")[0].casefold() for name in modules}]
        sys.meta_path.append(elsewhere)
        Absent(self.roots, self.is_own, lambda: self.under_way > 0, self._allowed, elsewhere.places).install()

    def is_own(self, name: str) -> bool:
        """Whether a module of this name would be the submission's: one that it has, or nearly."""
        return name.casefold() in self._own or is_misspelt(name, self._own)

    def load_again(self) -> None:
        """Run the submission's modules once more, in an interpreter that has them."""
        own = {id(module) for module in modules_below(self.root)}
        for name in [name for name, module in sys.modules.items() if id(module) in own]:
            del sys.modules[name]
        self._import_tolerantly()

    def find(self, candidates: Candidates) -> object:
        """The first `(module, name)` that exists; its module's error if that is broken; else Missing."""
        for module, name in candidates:
            value = getattr(sys.modules.get(module), name, None)
            if isinstance(value, BrokenName):
                value._refuse()
            if value is not None:
                return value
        self._blame_a_broken_module(candidates)
        present = [sys.modules[module] for module, _ in candidates if module in sys.modules]
        files = [module for module in present if not hasattr(module, "__path__")]  # a package is no file of its own
        what, where = ("name", files[0]) if files else ("module", None)
        raise Missing(what, candidates[0][1], where, candidates[0][0])

    def _blame_a_broken_module(self, candidates: Candidates) -> None:
        for module, _ in candidates:
            record = self.failed.get(module) or self.poisoned.get(module)
            if record is not None:
                raise BrokenModule(record)

    def _import_tolerantly(self) -> None:
        self.tolerant = True
        self.failed.clear()
        self._import_all()

    def _import_all(self) -> bool:
        """Whether every module that exists could be imported."""
        imported = [imports(name) for name in self.modules]
        return all(imported)


class _Loader(importlib.machinery.SourceFileLoader):
    """Announces each module before it runs, and, if it may, puts a placeholder where one fails."""

    def __init__(self, name: str, path: str, submission: Submission) -> None:
        super().__init__(name, path)
        self._submission = submission

    def exec_module(self, module: ModuleType) -> None:
        name, submission = module.__name__, self._submission
        if name in submission.poisoned:
            return _become_placeholder(module, submission.poisoned[name])
        submission.announce(name)
        submission.under_way += 1
        try:
            self._run(module)
        except BaseException as error:
            record = describe_error(error, submission.root)
            record.setdefault("file", os.path.relpath(self.path, submission.root))
            submission.failed.setdefault(name, record)
            if not submission.tolerant or is_guarded(sys._getframe(), submission.roots):
                raise
            _become_placeholder(module, record)
        finally:
            submission.under_way -= 1
            submission.announce(None)

    def _run(self, module: ModuleType) -> None:
        """Run the module; where it uses what isn't available, once more, without the statements that do."""
        try:
            super().exec_module(module)
        except NotAllowed:
            if not self._submission.tolerant:
                raise
            run_by_statements(self.get_data(self.path), self.path, vars(module))


def _become_placeholder(module: ModuleType, record: Record) -> None:
    """Have every name of the module raise what its import ended in."""

    def broken(name: str) -> BrokenName:
        if name.startswith("__"):
            raise AttributeError(name)
        return BrokenName(record)

    for name in [name for name in vars(module) if not name.startswith("__")]:
        delattr(module, name)
    vars(module).update({"__getattr__": broken, "__all__": []})


def imports(name: str) -> bool:
    """Whether a module can be imported, or isn't there at all."""
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:
        return error.name is not None and (name == error.name or name.startswith(error.name + "."))
    except BaseException:
        return False
    return True
