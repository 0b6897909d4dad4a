"""Makes small edits of the submission's statements, one at a time, until everything is right."""

from __future__ import annotations

import ast
import time
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from ..replacing import Functions
from ..running import Aims, Runner, Sequence_
from ..statements import read
from .slots import Slot
from .small import Edit, Place, further, small, statements

SECONDS = 0.15
"""For one run with an edit."""
MOST_NAMES = 16
Target = tuple[str, int]
"""A file and a line in it."""
_BESIDE = (ast.Assert, ast.Expr, ast.Delete, ast.Raise)
"""Statements that have no values themselves."""


class Hit(NamedTuple):
    """An edit that makes everything right, in this function of this file, at this line."""

    unit: Unit
    place: Place
    edit: Edit

    @property
    def told(self) -> list[object]:
        """As plain data: file, function, first and last line, and the kind of edit."""
        return [self.unit.file, self.unit.node.lineno, self.place.first, self.place.last, self.edit.kind]


class Unit:
    """A function with what stands around it, so that it can be compiled by itself."""

    def __init__(self, file: str, path: str, around: Sequence[ast.ClassDef], node: ast.FunctionDef) -> None:
        self.file, self.path = file, path
        self.node = node
        self.places = list(statements(node))
        scope: ast.AST = around[-1] if around else node
        kept = [name for name in read(scope) if name.startswith("self.")]
        own = [one.arg for one in node.args.args if one.arg != "self"]
        self.names = list(dict.fromkeys([*own, *_assigned(node), *kept]))[:MOST_NAMES]
        body: list[ast.stmt] = [node]
        for one in reversed(around):
            body = [ast.copy_location(ast.ClassDef(one.name, [], [], body, []), one)]
        self.module = ast.Module(body, [])

    def has(self, file: str, line: int) -> bool:
        """Whether a line is the function's."""
        return file == self.file and self.node.lineno <= line <= (self.node.end_lineno or 0)

    def near(self, line: int) -> list[Place]:
        """The statements of a line, and what is decided before them."""
        return [one for one in self.places if one.first <= line <= one.last or (one.has_others and one.first <= line)]

    @property
    def beside(self) -> list[Place]:
        """Its statements that have no values themselves."""
        return [one for one in self.places if isinstance(one.node, _BESIDE)]


class Editing:
    """Tries edits of a submission's functions in the order in which these lines are given."""

    def __init__(self, runner: Runner, functions: Functions, sequences: Sequence[Sequence_]) -> None:
        self._runner, self._functions, self._sequences = runner, functions, sequences
        self._units = [one for file, path in functions.by_name.items() for one in self._of(file, path)]
        self.found: list[Hit] = []
        self.whole = True
        """Whether there was time for all of them."""

    def search(self, aims: Sequence[Aims], targets: Sequence[Target], trials: Sequence[int], seconds: float) -> None:
        """Look for edits with which these trials are right, one for each statement at most."""
        end = time.process_time() + seconds
        places = self._places(targets)
        done: set[int] = set()
        for kinds in (small, further):
            for unit, place in places:
                if id(place.node) not in done and self._try(unit, place, kinds, aims, trials, end):
                    done.add(id(place.node))

    def also_right(self, index: int, aims: Sequence[Aims], places: Sequence[int]) -> list[bool]:
        """Which of these sequences are right with an edit that was found."""
        unit, _, edit = self.found[index]
        old = edit.slot.held
        self._make(unit, edit.slot, edit.new)
        right = [self._runner.meets(self._sequences[place], aims[place], 0.5) for place in places]
        self._make(unit, edit.slot, old)
        return right

    def _of(self, file: str, path: str) -> Iterator[Unit]:
        tree = self._functions.tree(path)
        for around, node in _functions(tree.body, []) if tree is not None else ():
            yield Unit(file, path, around, node)

    def _places(self, targets: Sequence[Target]) -> list[tuple[Unit, Place]]:
        """The statements of the targets, what is decided before them in the same function, and what has no value."""
        found: dict[int, tuple[Unit, Place]] = {}
        units = [(unit, line) for file, line in targets for unit in self._units if unit.has(file, line)]
        for unit, line in units:
            found |= {id(place.node): (unit, place) for place in unit.near(line) if id(place.node) not in found}
        for unit, _ in units:
            found |= {id(one.node): (unit, one) for one in unit.beside if id(one.node) not in found}
        return list(found.values())

    def _try(
        self,
        unit: Unit,
        place: Place,
        kinds: Callable[[Place, Sequence[str]], Iterator[Edit]],
        aims: Sequence[Aims],
        trials: Sequence[int],
        end: float,
    ) -> bool:
        found = False
        for edit in kinds(place, unit.names):
            if time.process_time() > end:
                self.whole = False
                break
            old = edit.slot.held
            if self._make(unit, edit.slot, edit.new) and self._is_right(aims, trials):
                self.found.append(Hit(unit, place, edit))
                found = True
            edit.slot.put(old)
            if found:
                break
        self._make(unit, place.slot, place.node)
        return found

    def _is_right(self, aims: Sequence[Aims], trials: Sequence[int]) -> bool:
        return all(self._runner.meets(self._sequences[place], aims[place], SECONDS) for place in trials)

    def _make(self, unit: Unit, slot: Slot, new: object) -> bool:
        """Have a slot hold this; False where that is no Python."""
        slot.put(new)
        try:
            self._functions.put(unit.module, unit.path)
        except (SyntaxError, ValueError, TypeError, RecursionError):
            return False
        return True


def _functions(
    body: Sequence[ast.stmt], around: Sequence[ast.ClassDef]
) -> Iterator[tuple[Sequence[ast.ClassDef], ast.FunctionDef]]:
    """The functions that stand in none, each with the classes around it."""
    for one in body:
        if isinstance(one, ast.FunctionDef):
            yield around, one
        elif isinstance(one, ast.ClassDef):
            yield from _functions(one.body, [*around, one])
        elif isinstance(one, ast.If | ast.Try):
            yield from _functions(one.body, around)


def _assigned(node: ast.FunctionDef) -> list[str]:
    return [one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)]
