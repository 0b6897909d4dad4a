"""What a homework says about the code under check: which gradients it averages, and what its layers are made from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from graders.checking.components import Functions, Layer
from graders.checking.components.cases import sizes as _sizes
from graders.checking.components.cases.drawing import ONE_HOT, kinds_in
from graders.checking.components.description import Component
from graders.checking.components.networks.network import Network
from graders.coursework.packs.pack import Homework, load_homework, read_rubric, recognisable_ids
from graders.coursework.recognising import Likeness, best, likeness
from graders.probe.request import Labels, Request, Target

MAX_DEPTH = 4
"""Of a file in a submission's folder."""
MORE_THAN_ONE = 2
"""Files of a homework that a folder has, to be one of its submissions."""


@dataclass(frozen=True)
class Known:
    """A component of a homework, and what follows from it for a check: target, request, and how to say so."""

    homework: str
    component: Component

    def target(self, target: Target) -> Target:
        """With what its constructor is given, unless it is given."""
        one = self.component
        if target.called or not isinstance(one, Layer):
            return target
        needed = {name: word for name, word in one.made_from.items() if name not in one.defaults}
        made = {name: self._sizes(target).get(word) for name, word in needed.items()}
        known = {name: size for name, size in made.items() if size is not None}
        return replace(target, positional=tuple(known.values()), called=True) if known.keys() == made.keys() else target

    def request(self, request: Request, target: Target) -> Request:
        """With its conventions, unless others are said, and with the shapes of its inputs."""
        one = self.component
        words = next(iter(one.inputs.values()), "").split()
        axis = words.index(one.batch) if one.batch in words else 0
        return replace(
            request,
            divided_by_batch=request.divided_by_batch or tuple(sorted(one.divided_by_batch)),
            times_batch=request.times_batch or tuple(sorted(one.multiplied_by_batch)),
            batch_axis=request.batch_axis or axis,
            labels=request.labels or self._labels,
            inputs=request.inputs or self._inputs(target),
        )

    def _sizes(self, target: Target) -> Mapping[str, int]:
        """A size for each name, that of the target's constructor where it has one."""
        one = self.component
        drawn = {name: sizes[0] for name, sizes in one.pools.items()}
        sizes = dict(_sizes.apart(drawn, one.pools) or drawn)
        names = list(one.made_from.items()) if isinstance(one, Layer) else []
        given = dict(zip((name for name, _ in names), target.positional, strict=False)) | dict(target.keywords)
        return sizes | {word: size for name, word in names if word in sizes and type(size := given.get(name)) is int}

    def _inputs(self, target: Target) -> tuple[tuple[int, ...], ...]:
        """The shapes of what forward takes, where that is nothing but arrays of floats."""
        one = self.component
        takes = one.forward_takes if isinstance(one, Layer | Functions) else []
        given = [name for name in takes if not self._is_label(name)]
        if not one.inputs.keys() - one.whole.keys() >= set(given):
            return ()
        return tuple(_sizes.shape(one.inputs[name], self._sizes(target)) for name in given)

    def _is_label(self, name: str) -> bool:
        """Whether an array holds classes, each as a one and zeros."""
        return ONE_HOT in kinds_in(self.component.kinds.get(name, ()))

    @property
    def _labels(self) -> Labels | None:
        """The kind of its labels, where no others are right."""
        return "one-hot" if any(map(self._is_label, self.component.inputs)) else None

    @property
    def line(self) -> str:
        """What is said about it: `as ai702 has it: the gradients of W and b are averaged over the batch`."""
        said = list(self._conventions()) or ["gradients are neither averaged nor multiplied by the batch size"]
        return f"as {self.homework} has it: {', and '.join(said)} (--no-homework ignores that)"

    def _conventions(self) -> Iterator[str]:
        if self.component.divided_by_batch:
            yield f"{_gradients(sorted(self.component.divided_by_batch))} averaged over the batch"
        if self.component.multiplied_by_batch:
            yield f"{_gradients(sorted(self.component.multiplied_by_batch))} not divided by the batch size"


def _gradients(names: list[str]) -> str:
    *others, last = names
    several = f"the gradients of {', '.join(others)} and {last} are"
    return several if others else f"the gradient of {last} is"


def known(target: Target) -> Known | None:
    """The component that a target is, if its file belongs to a submission of a homework that has it."""
    file = target.file.resolve()
    found = _homework_of(file)
    if found is None:
        return None
    homework, path = found
    for standard in homework.components.by_key.values():
        component = getattr(standard, "component", None)
        if (
            isinstance(component, Layer | Functions)
            and not isinstance(component, Network)
            and _is(component, target.name)
            and _defines(homework, component, path)
        ):
            return Known(homework.id, component)
    return None


def _is(component: Component, name: str) -> bool:
    return name in component.asks_for[1]


def _defines(homework: Homework, component: Component, path: str) -> bool:
    """Whether the homework looks for it in this file."""
    module, names = component.asks_for
    known_files = homework.rubric.modules.get(module, {})
    return any(path in known_files.get(name, ()) for name in names)


def _homework_of(file: Path) -> tuple[Homework, str] | None:
    """The one homework that a folder above the file is a submission of, and the file's path in that."""
    rubrics = {name: read_rubric(name) for name in recognisable_ids()}
    for folder in list(file.parents)[:MAX_DEPTH]:
        path = file.relative_to(folder).as_posix()
        near: dict[str, Likeness] = {}
        for name, rubric in rubrics.items():
            if path in rubric.files:
                near[name] = likeness(folder, rubric)
        fitting = [name for name in best(near) if len(near[name].files) >= MORE_THAN_ONE]
        if len(fitting) == 1:
            return load_homework(fitting[0]), path
    return None
