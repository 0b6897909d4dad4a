"""Reads mutants.toml: mutants and variants of a pack's worked submission as plain replacements.

profile = "quick"                    # optional: what they are marked with
marked = ["linear", "mlp0"]          # optional: what is marked for cases that say nothing else
inherits = false                     # optional: the cases of what the pack extends are validated there alone

[[mutants]]
name = "linear: forgets the bias"
file = "mytorch/nn/linear.py"
old = "A @ self.W.T + self.b.T"      # stands there once
new = "A @ self.W.T"
loses = ["linear"]                   # the sections that fail
marked = ["linear", "mlp0"]          # optional: what is marked to see that; else what it loses

[[mutants]]                          # several in one file that cost the same
file = "mytorch/nn/linear.py"
loses = ["linear"]

[mutants.each]                       # by name, what gives way to what, in pairs
"linear: bias subtracted" = ["+ self.b.T", "- self.b.T"]
"linear: sums" = ["dLdZ.T @ self.A / N", "dLdZ.T @ self.A", "dLdZ.mean(axis=0)", "dLdZ.sum(axis=0)"]

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
from graders.marking.validation.changes import Changes, Edit, Rewriting
from graders.marking.validation.left import left, without
from graders.marking.validation.rewritten import with_crlf, with_outputs, without_outputs
from graders.marking.validation.suite import Mutant, Suite, Variant

FILE = "mutants.toml"


class PlainEdit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One replacement."""

    file: str
    old: str
    new: str


class Left(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Classes of a file that are left as starter code has them, or, with `deleted`, aren't there at all."""

    file: str
    classes: list[str]
    body: str = ""
    deleted: bool = False

    @property
    def rewriting(self) -> Rewriting:
        """What is done to the file's text."""
        return without(self.classes) if self.deleted else left(self.classes, self.body)


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mutant or a variant, or `each` of several in one file: by name, what is replaced in pairs of old and new.

    One replacement, or several as `edits`; whole `files`, files `copied` to these paths, and files that are `removed`;
    `left` is what its author hasn't written. With `everywhere`, `old` may stand there any number of times. `crlf` are
    files with the line endings of Windows, `cleared` notebooks without outputs, and `shows` has further ones of cells.
    """

    name: str = ""
    file: str = ""
    old: str = ""
    new: str = ""
    everywhere: bool = False
    edits: list[PlainEdit] = []
    each: dict[str, list[str]] = {}
    files: dict[str, str] = {}
    copied: dict[str, str] = {}
    removed: list[str] = []
    left: Left | None = None
    crlf: list[str] = []
    cleared: list[str] = []
    shows: dict[str, list[dict[str, object]]] = {}
    loses: list[str] = []
    marked: list[str] = []

    @property
    def cases(self) -> dict[str, Changes]:
        """By name, what makes it of the worked submission."""
        if self.each:
            return {name: self._changes(self._pairs(texts)) for name, texts in self.each.items()}
        own = [Edit(self.file, self.old, self.new, self.everywhere)] if self.file else []
        return {self.name: self._changes([*own, *(Edit(one.file, one.old, one.new) for one in self.edits)])}

    def _pairs(self, texts: list[str]) -> list[Edit]:
        pairs = zip(texts[::2], texts[1::2], strict=False)
        return [Edit(self.file, old, new, self.everywhere) for old, new in pairs]

    def _changes(self, edits: list[Edit]) -> Changes:
        rewritten = {self.left.file: self.left.rewriting} if self.left else {}
        rewritten |= dict.fromkeys(self.crlf, with_crlf) | dict.fromkeys(self.cleared, without_outputs)
        rewritten |= {name: with_outputs(outputs) for name, outputs in self.shows.items()}
        return Changes(tuple(edits), self.files, tuple(self.removed), self.copied, rewritten)

    @property
    def problems(self) -> Iterator[str]:
        """What its author has to mend."""
        odd = [name for name, texts in self.each.items() if len(texts) % 2 or not texts]
        yield from (f"{name!r} should be pairs of old and new" for name in odd)
        if self.each and (self.name or self.edits or self.old or not self.file):
            yield "with each it has a file, and neither a name nor edits"
        if not (self.each or self.name):
            yield "has no name"
        whole = (self.files, self.copied, self.removed, self.left, self.crlf, self.cleared, self.shows)
        if not (self.file or self.edits or any(whole)):
            yield "changes nothing: give it a file with old and new, or edits, files, copied, removed or left"


class MutantsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What mutants.toml may say."""

    mutants: list[Entry] = []
    variants: list[Entry] = []
    marked: list[str] = []
    profile: Profile = Profile.QUICK
    explains: bool = True
    inherits: bool = True


def inherits(path: Path) -> bool:
    """Whether a pack with this file has the cases of what it extends, too; UsageError where it can't be read."""
    return _read(path).inherits


def read_suite(path: Path, homework: Homework) -> Suite:
    """The suite of a file of the pack, or of what it extends; UsageError names the entry that can't be used."""
    found = _read(path)
    strangers = _strangers(found, homework) if path.parent == homework.folder else ()
    for problem in [*_problems(found), *strangers]:
        raise UsageError(f"{path}: {problem}")
    return Suite(
        [
            Mutant(name, changes, frozenset(one.loses), tuple(one.marked or found.marked))
            for one in found.mutants
            for name, changes in one.cases.items()
        ],
        [
            Variant(name, changes, tuple(one.marked or found.marked))
            for one in found.variants
            for name, changes in one.cases.items()
        ],
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
    for what, entry in _named(found):
        yield from (f"{what}: {problem}" for problem in entry.problems)
    for what, entry in _named(found):
        if what.startswith("mutant") and not entry.loses:
            yield f"{what}: loses no section"
        if what.startswith("variant") and entry.loses:
            yield f"{what}: loses sections, but a variant is right"
    names = [name for entry in [*found.mutants, *found.variants] for name in entry.cases]
    yield from (f"{name!r} is there twice" for name in dict.fromkeys(names) if names.count(name) > 1)


def _named(found: MutantsFile) -> Iterator[tuple[str, Entry]]:
    """Each entry with what it is called in messages."""
    for kind, entries in (("mutant", found.mutants), ("variant", found.variants)):
        yield from ((f"{kind} {next(iter(entry.cases))!r}", entry) for entry in entries)


def _strangers(found: MutantsFile, homework: Homework) -> Iterator[str]:
    """What isn't in the rubric: inherited cases may name sections that a pack leaves out, its own may not."""
    sections = [section.id for section in homework.sections]
    for what, entry in _named(found):
        gone = [name for name in entry.loses if name not in sections]
        yield from (f"{what}: loses {name!r}, but there is no such section" for name in gone)
        yield from (f"{what}: marked names {name!r}, but there is no such check" for name in _unknown(entry, homework))


def _unknown(entry: Entry, homework: Homework) -> list[str]:
    return [name for name in entry.marked if not any(selects(name, check) for check in homework.checks)]
