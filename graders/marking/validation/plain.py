"""Reads mutants.toml: mutants and variants of a pack's worked submission as plain replacements.

profile = "quick"                    # optional: what they are marked with

[[mutants]]
name = "linear: forgets the bias"
file = "mytorch/nn/linear.py"
old = "A @ self.W.T + self.b.T"      # stands there once
new = "A @ self.W.T"
loses = ["linear"]                   # the sections that fail
marked = ["linear", "mlp0"]          # optional: what is marked to see that; else what it loses

[[variants]]
name = "linear: einsum"
edits = [{ file = "mytorch/nn/linear.py", old = "...", new = "..." }]
marked = ["linear"]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from graders import UsageError
from graders.coursework.packs.pack import Homework
from graders.coursework.rubric import selects
from graders.marking.profiles import Profile
from graders.marking.validation.changes import Changes, Edit
from graders.marking.validation.suite import Mutant, Suite, Variant

FILE = "mutants.toml"


class PlainEdit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One replacement."""

    file: str
    old: str
    new: str


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mutant or a variant: one replacement, or several as `edits`; whole `files`, and files that are `removed`."""

    name: str
    file: str = ""
    old: str = ""
    new: str = ""
    edits: list[PlainEdit] = []
    files: dict[str, str] = {}
    removed: list[str] = []
    loses: list[str] = []
    marked: list[str] = []

    @property
    def changes(self) -> Changes:
        """What makes it of the worked submission."""
        own = [PlainEdit(self.file, self.old, self.new)] if self.file else []
        edits = tuple(Edit(one.file, one.old, one.new) for one in [*own, *self.edits])
        return Changes(edits, self.files, tuple(self.removed))


class MutantsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What mutants.toml may say."""

    mutants: list[Entry] = []
    variants: list[Entry] = []
    profile: Profile = Profile.QUICK
    explains: bool = True


def read_suite(path: Path, homework: Homework) -> Suite:
    """The suite of a file of the pack, or of what it extends; UsageError names the entry that can't be used."""
    found = _read(path)
    strangers = _strangers(found, homework) if path.parent == homework.folder else ()
    for problem in [*_problems(found), *strangers]:
        raise UsageError(f"{path}: {problem}")
    return Suite(
        [Mutant(one.name, one.changes, frozenset(one.loses), tuple(one.marked)) for one in found.mutants],
        [Variant(one.name, one.changes, tuple(one.marked)) for one in found.variants],
        profile=found.profile,
        explains=found.explains,
    )


def _read(path: Path) -> MutantsFile:
    try:
        content = path.read_bytes()
        return msgspec.toml.decode(content, type=MutantsFile)
    except msgspec.ValidationError as error:
        raise UsageError(f"{path}: {_entry_of(error, content)}{error}") from None
    except (msgspec.DecodeError, ValueError, RecursionError, OSError) as error:
        raise UsageError(f"{path}: {error}") from None


def _entry_of(error: msgspec.ValidationError, content: bytes) -> str:
    place = re.search(r"\$\.(mutants|variants)\[(\d+)\]", str(error))
    if place is None:
        return ""
    entry = msgspec.toml.decode(content)[place[1]][int(place[2])]
    name = entry.get("name", "?") if isinstance(entry, dict) else "?"
    return f"{place[1].removesuffix('s')} {name!r}: "


def _problems(found: MutantsFile) -> Iterator[str]:
    for entry in found.mutants:
        yield from (f"mutant {entry.name!r}: {problem}" for problem in _of_mutant(entry))
    for entry in found.variants:
        yield from (f"variant {entry.name!r}: {problem}" for problem in _of_variant(entry))
    names = [entry.name for entry in [*found.mutants, *found.variants]]
    yield from (f"{name!r} is there twice" for name in dict.fromkeys(names) if names.count(name) > 1)


def _of_mutant(entry: Entry) -> Iterator[str]:
    yield from _of_changes(entry)
    if not entry.loses:
        yield "loses no section"


def _of_variant(entry: Entry) -> Iterator[str]:
    yield from _of_changes(entry)
    if entry.loses:
        yield "loses sections, but a variant is right"


def _of_changes(entry: Entry) -> Iterator[str]:
    if not (entry.file or entry.edits or entry.files or entry.removed):
        yield "changes nothing: give it a file with old and new, or edits, files or removed"


def _strangers(found: MutantsFile, homework: Homework) -> Iterator[str]:
    """What isn't in the rubric: inherited cases may name sections that a pack leaves out, its own may not."""
    sections = [section.id for section in homework.sections]
    kinds = (("mutant", found.mutants), ("variant", found.variants))
    for what, entry in ((f"{kind} {entry.name!r}", entry) for kind, entries in kinds for entry in entries):
        gone = [name for name in entry.loses if name not in sections]
        yield from (f"{what}: loses {name!r}, but there is no such section" for name in gone)
        yield from (f"{what}: marked names {name!r}, but there is no such check" for name in _unknown(entry, homework))


def _unknown(entry: Entry, homework: Homework) -> list[str]:
    return [name for name in entry.marked if not any(selects(name, check) for check in homework.checks)]
