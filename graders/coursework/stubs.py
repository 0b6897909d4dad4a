"""Which of the classes and functions that a homework asks for aren't started in a submission."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graders.coursework.begun import Definition, Outlines, Part, is_begun
from graders.coursework.record import NotStarted
from graders.coursework.rubric import RubricFile


@dataclass(frozen=True)
class Stub:
    """A function that is asked for, `Linear.backward` or `conv_forward_naive`, from its first to its last line.

    In the line `begins` its last statement begins, which is where it is to be written. `idle` if it does nothing yet,
    `whole` if nothing of its class does anything.
    """

    module: str
    name: str
    method: str
    file: str
    first: int
    begins: int
    last: int
    idle: bool
    whole: bool

    @property
    def part(self) -> NotStarted:
        """As reports name it: a class of which nothing is started by its own name."""
        is_all = self.whole or self.method in ("", "__init__")
        name = self.name if is_all else f"{self.name}.{self.method}"
        return NotStarted(part=name, file=self.file, line=self.begins)

    def has(self, file: str, line: int) -> bool:
        """Whether a line is in it; a notebook's are those of the module that is made of it."""
        return file.removesuffix(".py") == _stem(self.file) and self.first <= line <= self.last


def around(outlines: Outlines, file: str, line: int) -> Stub | None:
    """The function of a file in which a line is, whatever it is asked for."""
    found = (stub for name in outlines(file) or {} for stub in _stubs(outlines, "", name, [file]))
    return next((stub for stub in found if stub.has(file, line)), None)


def script(file: str, last: int) -> Stub:
    """A file that does nothing yet when it is run."""
    return Stub("", file, "", file, 1, last, last, idle=True, whole=True)


def stubs(outlines: Outlines, rubric: RubricFile) -> list[Stub]:
    """The functions of the names that a homework asks for, in its order: which of them do nothing yet."""
    return [
        stub
        for module, names in rubric.modules.items()
        for name, files in names.items()
        for stub in _stubs(outlines, module, name, files)
    ]


def _stem(file: str) -> str:
    return file.removesuffix(".py").removesuffix(".ipynb")


def _stubs(outlines: Outlines, module: str, name: str, files: Sequence[str]) -> Iterator[Stub]:
    for file in files:
        found = (outlines(file) or {}).get(name)
        if found is None:
            continue
        whole = not is_begun(outlines, Part(name, "", files)) and _is_defined(found)
        idle = _idle(found, whole)
        for method, (first, begins, last) in found.lines.items():
            yield Stub(module, name, method, file, first, begins, last, method in idle, whole)


def _is_defined(found: Definition) -> bool:
    """Whether it is a function, or a class with its own methods: one that only inherits is somewhere else."""
    return bool(found.lines)


def _idle(found: Definition, whole: bool) -> list[str]:
    """The methods that do nothing yet, "" for a function; a constructor may do nothing where others do something."""
    if not found.is_class or "" in found.lines:
        return [""] if (found.idle or found.is_class) and found.lines else []
    idle = [name for name, is_idle in found.methods.items() if is_idle and name in found.lines]
    return [name for name in idle if whole or (name != "__init__" and name not in found.keeping)]
