"""The checks that a pack can list: its own, then those of what it includes, then those of what it extends.

A file of checks takes the place of the extended pack's file of that name, a check that of any later one of its id.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from graders import UsageError
from graders.coursework.check_sources import CheckSource, check_files, read_check_file
from graders.coursework.packs.layers import Layer


@dataclass
class Checks:
    """The checks by their ids; which of them are the pack's own; a line for whatever can't be used."""

    sources: dict[str, CheckSource] = field(default_factory=dict)
    own: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    clashes: list[tuple[str, str]] = field(default_factory=list)
    """Ids that are written twice, with a line for each."""
    whole: bool = True
    """Whether every file could be read."""


def gathered(layers: Sequence[Layer]) -> Checks:
    """The checks of all layers, read from their sources; nothing is run."""
    found = Checks()
    for rank, files in enumerate(_ranks(layers)):
        here = [check for file in files for check in _read(file, found) if check.id not in found.sources]
        found.clashes += _clashes(here)
        found.sources |= {check.id: check for check in here}
        if rank == 0:
            found.own = set(found.sources)
    return found


def _ranks(layers: Sequence[Layer]) -> Iterator[list[Path]]:
    """Files of checks of one rank after the other: what is found in a rank takes the place of what comes later."""
    taken: set[str] = set()
    for layer in layers:
        files = [file for file in check_files(layer.checks) if file.name not in taken]
        taken |= {file.name for file in files}
        yield files
        yield [file for one in layer.included if one.checks is not None for file in check_files(one.checks)]


def _read(file: Path, found: Checks) -> Sequence[CheckSource]:
    try:
        read = read_check_file(file)
    except UsageError as error:
        found.problems.append(str(error))
        found.whole = False
        return ()
    found.problems += read.doubled
    return read.checks


def _clashes(checks: Sequence[CheckSource]) -> Iterator[tuple[str, str]]:
    """The id and a line for each check that is written again in another file of its rank, or as another function."""
    first: dict[str, CheckSource] = {}
    for check in checks:
        other = first.setdefault(check.id, check)
        if other is not check and (other.file, other.function) != (check.file, check.function):
            where = f"{other.file}, line {other.line}"
            yield check.id, f"{check.file}, line {check.line}: check {check.id!r} is written twice, also in {where}"
