"""Deals out to the arguments of forward what the command gives, and what their names say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from graders import UsageError
from graders.probe import words
from graders.probe.anatomy import Parameter
from graders.probe.arguments import CONSTANT, CONTEXT, INPUT, LABELS, PARAMETER, WHOLE, Plan, Slot
from graders.probe.request import Request, Shape
from graders.probe.subject import Subject


def plan(subject: Subject, request: Request, *, with_open: bool = False) -> Plan:
    """Give every argument of forward a shape or a value; UsageError says which is without, or left over.

    `with_open` gives labels to an argument of that name with the default None, too.
    """
    dealer = _Dealer(subject, request, with_open)
    found = Plan(tuple(dealer.deal()), dealer.doubt)
    if not subject.is_object and not found.of(INPUT, PARAMETER):
        raise UsageError(f"{subject.forward} is called without an array: give its shape, as in --input 5,3")
    if request.labels and not found.labels:
        raise UsageError(f"--labels: every argument of {subject.forward} has a value already")
    return found


class _Dealer:
    """What is left to be dealt out."""

    def __init__(self, subject: Subject, request: Request, with_open: bool) -> None:
        self._subject = subject
        self._labelled = bool(request.labels)
        self._shapes = list(request.inputs)
        self._params = {} if subject.is_object else dict(request.params)
        self._wholes = dict(request.wholes)
        self._constants = dict(request.constants)
        self._with_open = with_open
        self.doubt = ""

    def deal(self) -> list[Slot]:
        """A slot for every argument that is given; by name where one before it keeps its default."""
        takes = self._taken()
        named = {p.name: slot for p in takes if (slot := self._by_option(p)) is not None}
        named |= {p.name: [Slot(p.name, CONTEXT, False)] for p in takes[:1] if p.required and words.is_context(p.name)}
        rest = [p for p in takes if p.name not in named]
        dealt = {
            **named,
            **self._by_shape([p for p in rest if self._needed(p)], [p for p in rest if not self._needed(p)]),
        }
        self._refuse_left_over()
        slots: list[Slot] = []
        gap = False
        for p in takes:
            given = dealt.get(p.name, [])
            gap |= not given
            slots += [replace(slot, by_name=gap or p.kind == "KEYWORD_ONLY") for slot in given]
        return slots

    def _needed(self, p: Parameter) -> bool:
        return p.required or (self._with_open and p.is_open and words.truth(p.name) >= 2)

    def _taken(self) -> list[Parameter]:
        found: list[Parameter] = []
        count = len(self._shapes)
        for p in self._subject.takes:
            if p.kind == "VAR_POSITIONAL":
                left = range(max(count - sum(one.required for one in found), 0))
                found += [Parameter(f"{p.name}{k}", "POSITIONAL_ONLY", True) for k in left]
            elif p.kind != "VAR_KEYWORD":
                found.append(p)
        return found

    def _by_option(self, p: Parameter) -> list[Slot] | None:
        """What an option gives an argument by its name."""
        name = p.name
        if name in self._constants:
            return [Slot(name, CONSTANT, False, constant=self._constants.pop(name))]
        if name in self._wholes:
            whole = self._wholes.pop(name)
            return [Slot(name, WHOLE, False, whole.shape, below=whole.below)]
        if name in self._params:
            return [Slot(name, PARAMETER, False, self._params.pop(name))]
        return self._as_dict(name) if words.is_parameters(name) and not self._is_needed_elsewhere() else None

    def _is_needed_elsewhere(self) -> bool:
        """Whether an argument of forward has the name of something that --param gives."""
        return any(p.name in self._params for p in self._subject.takes)

    def _as_dict(self, name: str) -> list[Slot] | None:
        """Everything that --param gives, in a dict, for an argument such as `params`."""
        found = [
            Slot(f"{name}[{key!r}]", PARAMETER, False, shape, part_of=name, key=key)
            for key, shape in self._params.items()
        ]
        self._params.clear()
        return found or None

    def _by_shape(self, needed: Sequence[Parameter], others: Sequence[Parameter]) -> dict[str, list[Slot]]:
        """What is given by place: the shapes in order, and something usual where a shape is lacking."""
        dealt = self._without_shape(needed)
        waiting = [p for p in needed if p.name not in dealt]
        if len(waiting) > len(self._shapes):
            raise UsageError(_lacking(self._subject, waiting[len(self._shapes)].name))
        dealt |= self._with_states(waiting)
        for p in sorted(others, key=lambda p: p.default_type not in ("NoneType", "")):
            if self._shapes and not (p.is_flag or self._is_list(waiting)):
                dealt[p.name] = [Slot(p.name, INPUT, False, self._shapes.pop(0))]
        if self._shapes and self._is_list(waiting):
            self.doubt = "" if _is_plural(waiting[0].name) else self._no_argument()
            dealt[waiting[0].name] = self._as_list(dealt[waiting[0].name][0])
        return dealt

    def _with_states(self, waiting: Sequence[Parameter]) -> dict[str, list[Slot]]:
        """One shape for each; what is too many goes to the states of a recurrent cell, if one argument is these."""
        spare = len(self._shapes) - len(waiting)
        states = next((p.name for p in waiting[1:] if words.is_states(p.name)), "")
        dealt: dict[str, list[Slot]] = {}
        for p in waiting:
            shapes = [self._shapes.pop(0) for _ in range(1 + spare * (p.name == states))]
            dealt[p.name] = _slots(p.name, shapes) if len(shapes) > 1 else [Slot(p.name, INPUT, False, shapes[0])]
        return dealt

    def _is_list(self, waiting: Sequence[Parameter]) -> bool:
        """Whether all shapes go into the one argument that is needed: a list by its name, or for want of others."""
        others = [
            p
            for p in self._subject.takes
            if not p.required and not p.is_flag and p.default_type not in ("int", "float")
        ]
        return len(waiting) == 1 and (not others or _is_plural(waiting[0].name))

    def _as_list(self, first: Slot) -> list[Slot]:
        shapes = [first.shape, *self._shapes]
        self._shapes.clear()
        return _slots(first.name, shapes)

    def _without_shape(self, needed: Sequence[Parameter]) -> dict[str, list[Slot]]:
        """As many arguments as there are shapes too few: those whose names say what they are given."""
        lacking = len(needed) - len(self._shapes)
        dealt: dict[str, list[Slot]] = {}
        for p in needed:
            value = words.usual(p.name)
            if len(dealt) < lacking and value is not None:
                dealt[p.name] = [Slot(p.name, CONSTANT, False, constant=value)]
        labels = self._labels([p.name for p in needed if p.name not in dealt])
        if len(dealt) < lacking and labels:
            dealt[labels] = [Slot(labels, LABELS, False)]
        for p in reversed(needed):
            if len(dealt) < lacking and p.name not in dealt and (words.is_mask(p.name) or words.is_lengths(p.name)):
                dealt[p.name] = [Slot(p.name, WHOLE, False)]
        return dealt

    def _labels(self, names: Sequence[str]) -> str:
        """Which of these is taken for the labels: by name, or, where the command says that there are some, by place."""
        known = list(names)
        if not self._subject.is_object and len(known) == 1:  # all others have values by an option
            known += [p.name for p in self._subject.takes if p.name not in known]
        found = words.labels_among(known)
        if not found and self._labelled and len(self._shapes) < len(names):
            return names[-1] if len(names) > 1 or self._params else ""
        return found if found in names else ""

    def _refuse_left_over(self) -> None:
        """UsageError where something was given that no argument takes."""
        if self._shapes:
            raise UsageError(self._no_argument())
        forward, names = self._subject.forward, self._names()
        elsewhere = {p.name for p in self._subject.backward_takes} | self._subject.constructed_with
        for option, rest in (("--param", self._params), ("--arg", self._constants), ("--int", self._wholes)):
            for name in rest:
                if option != "--arg" or name not in elsewhere:
                    raise UsageError(f"{forward} has no argument for {option} {name}; it takes {names}")

    def _no_argument(self) -> str:
        shape = ",".join(map(str, self._shapes[0]))
        return f"{self._subject.forward} has no argument for --input {shape}; it takes {self._names()}"

    def _names(self) -> str:
        return ", ".join(p.name for p in self._subject.takes) or "none"


def _slots(name: str, shapes: Sequence[Shape]) -> list[Slot]:
    """The parts of a list of inputs."""
    return [Slot(f"{name}[{k}]", INPUT, False, shape, part_of=name) for k, shape in enumerate(shapes)]


def _is_plural(name: str) -> bool:
    plain = words.bare(name)
    return plain.endswith(("s", "list"))


def _lacking(subject: Subject, name: str) -> str:
    names = [p.name for p in subject.takes if p.required]
    return (
        f"{subject.forward} takes {', '.join(names)}, but {name} has no shape: "
        f"give --input for each of them, --int {name}=SHAPE for whole numbers, or --arg {name}=VALUE"
    )
