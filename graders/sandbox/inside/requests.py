"""Carries out what the trusted side asks of the submission in one check."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from . import scripts, stand_in
from .anatomy import anatomy
from .context import Context
from .counting import Lines
from .descent import Descent
from .errors import Missing, describe_error, last_own_place
from .forbidding import forbid
from .importing import Candidates, Submission
from .leftovers import Leftovers, Unknown
from .packing import Packed
from .refusing import Imports
from .state import State
from .suspect.looking import Looking
from .values import frozen
from .wire import Mapped, Message, Opaque
from .wrapping import Unwrapped, UnwrappedBackward, wrappers_of

Theirs = Any
"""A value of student code: it may have any attribute, item and method, or none."""
_Target = tuple[int]
"""The packed reference to the object that something is asked of."""


class RequestHandler:
    """Carries out batches of operations; a batch stops at the first exception of the student's code.

    The method `do_NAME` carries out the operation NAME.
    """

    def __init__(
        self,
        submission: Submission,
        ask: stand_in.Ask = stand_in.nobody,
        begin_case: Callable[[], None] = lambda: None,
    ) -> None:
        self.submission = submission
        self.ask = ask
        self.begin_case = begin_case
        self.slots: dict[int, Theirs] = {}
        self.replies: list[object] = []
        self.lines: Lines | None = None
        self.imports: Imports | None = None
        self.leftovers: Leftovers | None = None
        self.states: dict[int, State] = {}
        self.quiet = False
        """Whether an exception is passed over: what it leaves without a value has None."""
        self.looking: Looking | None = None
        self.can = {name[3:]: getattr(self, name) for name in dir(self) if name.startswith("do_")}

    def run(self, batch: Sequence[Sequence[Packed]]) -> Message:
        """What was read, the record of the exception that ended the batch (or None), and which operation it was.

        The batch is one that `unpack` gave.
        """
        self.replies = []
        for index, (operation, *operands) in enumerate(batch):
            try:
                self.carry_out(str(operation), operands)
            except BaseException as error:
                return [self.replies, Mapped(describe_error(error, self.submission.root)), index]
        return [self.replies, None, None]

    def carry_out(self, operation: str, operands: Sequence[Packed]) -> None:
        """One operation."""
        try:
            self.can[operation](*operands)
        except Exception:
            if not self.quiet:
                raise
            self._leave_empty(operands)

    def _leave_empty(self, operands: Sequence[Packed]) -> None:
        """Nothing is in the place in which an operation that failed would have put its value, if it has one."""
        if operands and isinstance(operands[0], int):
            self.slots[operands[0]] = None

    def resolve(self, value: Packed) -> Theirs:
        """What a packed operand stands for here."""
        if isinstance(value, tuple):
            return self._boxed(value)
        if isinstance(value, list):
            return [self.resolve(item) for item in value]
        if isinstance(value, dict):
            return {self.resolve(key): self.resolve(item) for key, item in value.items()}
        return value

    def _boxed(self, value: tuple[Any, ...]) -> Theirs:
        if len(value) == 3:
            dtype, shape, raw = value
            return np.ndarray(shape, dtype, raw).copy()
        (told,) = value
        if isinstance(told, tuple):
            return tuple(map(self.resolve, told))
        return self.slots[told] if isinstance(told, int) else Opaque(told)

    def named(self, pairs: Sequence[tuple[str, Packed]]) -> dict[str, Theirs]:
        """Keyword arguments or attributes, which travel as pairs."""
        return {name: self.resolve(value) for name, value in pairs}

    def owner(self, target: _Target) -> Theirs:
        """The object that something is asked of; a stub's None, `...` or NotImplemented has nothing to give."""
        value = self.slots[target[0]]
        if value is None or value is Ellipsis or value is NotImplemented:
            raise Missing("value", repr(value))
        return value

    # --- values and calls

    def do_forget(self) -> None:
        self.slots.clear()
        self.quiet = False
        self.begin_case()

    def do_quietly(self, on: bool) -> None:
        self.quiet = on

    def do_put(self, slot: int, value: Packed) -> None:
        self.slots[slot] = self.resolve(value)

    def do_tensor(self, slot: int, array: Packed) -> None:
        self.slots[slot] = sys.modules["torch"].tensor(self.resolve(array))

    def do_namespace(
        self, slot: int, attributes: Sequence[tuple[str, Packed]], name: str, candidates: Candidates
    ) -> None:
        self.slots[slot] = stand_in.plain(name, candidates, self.named(attributes))

    def do_context(self, slot: int) -> None:
        self.slots[slot] = Context()

    def do_descent(self, slot: int, rate: float) -> None:
        self.slots[slot] = Descent(rate)

    def do_wrapper(self, slot: int, function: Packed, place: int) -> None:
        found = wrappers_of(self.resolve(function))
        self.slots[slot] = found[place] if place < len(found) else None

    def do_wrapped(self, slot: int, wrapper: Packed) -> None:
        made = self.resolve(wrapper)
        self.slots[slot] = None if made is None else made.sample()

    def do_unwrapped(self, slot: int, function: Packed, wrapper: Packed, wraps: str) -> None:
        self.slots[slot] = Unwrapped(self.resolve(function), self.resolve(wrapper), wraps)

    def do_unwrapped_backward(self, slot: int, forward: Packed, function: Packed, method: str, style: str) -> None:
        self.slots[slot] = UnwrappedBackward(self.resolve(forward), self.resolve(function), method, style)

    def do_find(self, slot: int, candidates: Candidates) -> None:
        self.slots[slot] = self.submission.find(candidates)

    def do_call(self, slot: int, target: _Target, positional: Packed, keywords: Sequence[tuple[str, Packed]]) -> None:
        self.slots[slot] = self.owner(target)(*self.resolve(positional), **self.named(keywords))

    def do_get(self, slot: int, target: _Target, name: str) -> None:
        owner = self.owner(target)
        try:
            self.slots[slot] = getattr(owner, name)
        except AttributeError as error:
            if last_own_place(error, self.submission.root) is not None:
                raise
            raise Missing("attribute", name, owner) from None

    def do_set(self, target: _Target, name: str, value: Packed) -> None:
        setattr(self.owner(target), name, self.resolve(value))

    def do_item(self, slot: int, target: _Target, key: Packed) -> None:
        owner = self.owner(target)
        try:
            self.slots[slot] = owner[self.resolve(key)]
        except KeyError as error:
            vars(error)["obj"] = owner  # whose keys may be near
            raise

    def do_set_item(self, target: _Target, key: Packed, value: Packed) -> None:
        self.owner(target)[self.resolve(key)] = self.resolve(value)

    def do_fill(self, target: _Target, value: Packed) -> None:
        self.owner(target)[...] = self.resolve(value)

    # --- what is told

    def do_read(self, target: Packed) -> None:
        self.replies.append(frozen(self.resolve(target)))

    def do_length(self, target: _Target) -> None:
        self.replies.append(len(self.owner(target)))

    def do_has(self, target: _Target, name: str) -> None:
        self.replies.append(hasattr(self.owner(target), name))

    def do_defines(self, candidates: Candidates) -> None:
        try:
            self.submission.find(candidates)
        except Missing:
            self.replies.append(False)
        else:
            self.replies.append(True)

    def do_inspect(self, slot: int, target: Packed) -> None:
        self.slots[slot] = anatomy(self.resolve(target))

    # --- state and chance, to be put back before each call

    def do_keep_state(self, number: int, targets: Packed) -> None:
        self.states[number] = State(*self.resolve(targets))

    def do_put_back_state(self, number: int) -> None:
        self.states[number].put_back()

    def do_put_back_generators(self, number: int) -> None:
        self.states[number].put_back_generators()

    # --- what is changed and watched in this process

    def do_stand_in(self, part: str, candidates: Candidates, methods: stand_in.Methods) -> None:
        stand_in.install(part, candidates, methods, self.ask, self.submission.root)

    def do_forbid(self, names: Sequence[str]) -> None:
        for name in names:
            forbid(name, self.submission.root)

    def do_count(self) -> None:
        self.lines = Lines(self.submission.root)
        self.lines.start()

    def do_counted(self) -> None:
        lines = self.lines.stop() if self.lines is not None else None
        self.replies.append(None if lines is None else Mapped(lines))

    def do_refuse(self, modules: Sequence[str]) -> None:
        self.imports = Imports(self.submission.root, modules)
        self.imports.install()
        self.submission.load_again()

    def do_refused(self) -> None:
        self.replies.append(list(self.imports.refused) if self.imports is not None else [])

    def do_remember(self) -> None:
        with contextlib.suppress(Unknown):
            self.leftovers = Leftovers(self.submission.root)

    def do_unchanged(self) -> None:
        self.slots.clear()
        self.replies.append(self.leftovers is not None and self.leftovers.are_none())

    # --- which line is it: after the marks are final

    def do_look(self, what: str, *operands: Packed) -> None:
        self.looking = self.looking or Looking(self)
        answer = self.looking.answer(what, operands)
        self.replies = [answer]

    # --- scripts

    def do_folder(self, slot: int, files: Packed) -> None:
        self.slots[slot] = scripts.scratch_folder(self.submission.root, self.resolve(files))

    def do_script(self, slot: int, script: str, arguments: Sequence[str], files: Packed) -> None:
        folder = scripts.scratch_folder(self.submission.root, self.resolve(files))
        self.submission.roots.append(folder)
        self.slots[slot] = scripts.run(self.submission.root, folder, script, arguments)
