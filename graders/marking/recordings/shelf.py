"""Recordings on disk: a folder for each key, in it a file for each section, written whole and checked by its digest.

A file is a line of JSON that says what it is, and the recordings as bytes. Whoever can write there decides what counts
as right: so a folder is used only where student code can't, see `trusted`.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from graders.coursework.packs.pack import Homework
from graders.coursework.whole_file import write_whole

if TYPE_CHECKING:
    from graders.marking.recordings.recording import Recording

SUFFIX = ".recordings"
LOOKS = ".looks"
"""Of the files with the cases in which a look for the line at fault is taken, which are made where one is taken."""
MAX_BYTES = 64 << 20
"""Of one file, packed."""
_HEADING_BYTES = 1 << 16


class Heading(msgspec.Struct):
    """What a file's first line says: which checks were tried, and how many of them could be recorded."""

    homework: str
    section: str
    profile: str
    seed: str
    """Its number, or that it is private."""
    key: str
    checks: list[str]
    recorded: int
    digest: str = ""


@dataclass
class _Section:
    """The checks of a section that were tried, and what was recorded of them, as bytes until it is asked for."""

    tried: set[str] = field(default_factory=set)
    content: bytes = b""

    @cached_property
    def recordings(self) -> Mapping[str, Recording]:
        """ValueError where they can't be read."""
        from graders.marking.recordings import form  # here and not above: workers start first

        return form.read(self.content) if self.content else {}


class Unusable(Exception):
    """A file that is damaged, or isn't what its place says."""


@dataclass
class Shelf:
    """The recordings of a pack with one key, in the first of these folders that has a section's file.

    New ones go to `own`, if that is given. What is wrong with a file is told in a line, `told`, and costs nothing.
    """

    homework: Homework
    key: str
    places: Sequence[Path]
    own: Path | None = None
    told: list[str] = field(default_factory=list)
    _held: dict[str, _Section] = field(default_factory=dict)

    def of(self, checks: Sequence[str]) -> Mapping[str, Recording]:
        """Those of these checks that there are."""
        found: dict[str, Recording] = {}
        for section in self._sections(checks):
            try:
                found.update(self._section(section).recordings)
            except ValueError as error:
                self.told.append(f"{self._file(self.places[0], section)}: {error}")
        return {check: found[check] for check in checks if check in found}

    def missing(self, checks: Sequence[str]) -> list[str]:
        """The sections of these checks in which one hasn't been tried."""
        wanted = self._sections(checks)
        return [section for section, listed in wanted.items() if not listed <= self._section(section).tried]

    def keep(self, heading: Heading, recordings: Mapping[str, Recording]) -> None:
        """Keep those of a section; OSError where that can't be done."""
        if self.own is None:
            return
        from graders.marking.recordings import form

        self._held.pop(heading.section, None)
        content = form.written(recordings)
        if len(content) > MAX_BYTES:
            content, heading.recorded = form.written({}), 0
        _write(self._file(self.own, heading.section), heading, content)

    def look(self, section: str, checks: Sequence[str]) -> bytes:
        """What a section's look asks, if that is of these checks; empty where it isn't there."""
        for place in self.places:
            with contextlib.suppress(Unusable):
                heading, content = read(self._file(place, section, LOOKS), self.key)
                if heading.checks == list(checks):
                    return content
        return b""

    def keep_look(self, section: str, checks: Sequence[str], content: bytes) -> None:
        """Keep that, if it can be kept: else it is made again the next time."""
        if self.own is None or len(content) > MAX_BYTES:
            return
        heading = Heading(self.homework.id, section, "", "", self.key, list(checks), 0)
        with contextlib.suppress(OSError):
            _write(self._file(self.own, section, LOOKS), heading, content)

    def use(self) -> None:
        """Note that these were used now: others go first where room is needed."""
        for place in self.places:
            with contextlib.suppress(OSError):
                os.utime(place / self.key)

    def _sections(self, checks: Sequence[str]) -> dict[str, set[str]]:
        wanted: dict[str, set[str]] = {}
        for check in checks:
            wanted.setdefault(self.homework.section_of(check).id, set()).add(check)
        return wanted

    def _section(self, section: str) -> _Section:
        """What there is of a section."""
        if section not in self._held:
            self._held[section] = self._read(section)
        return self._held[section]

    def _read(self, section: str) -> _Section:
        for file in self._files(section):
            try:
                heading, content = read(file, self.key)
                return _Section(set(heading.checks), content)
            except Unusable as error:
                self.told.append(f"{file}: {error}; it is made anew")
                with contextlib.suppress(OSError):
                    file.unlink()
        return _Section()

    def _files(self, section: str) -> Iterator[Path]:
        return (file for place in self.places if (file := self._file(place, section)).is_file())

    def _file(self, place: Path, section: str, suffix: str = SUFFIX) -> Path:
        return place / self.key / f"{hashlib.blake2b(section.encode(), digest_size=8).hexdigest()}{suffix}"


def heading_of(file: Path) -> Heading:
    """What a file says it is; Unusable where it says nothing."""
    try:
        with file.open("rb") as opened:
            return _heading(opened.readline(_HEADING_BYTES))
    except OSError as error:
        raise Unusable(f"it can't be read ({error.strerror})") from None


def read(file: Path, key: str) -> tuple[Heading, bytes]:
    """A file's heading, and its recordings as bytes; Unusable for a damaged one, or one of another key."""
    try:
        line, _, content = file.read_bytes().partition(b"\n")
    except OSError as error:
        raise Unusable(f"it can't be read ({error.strerror})") from None
    heading = _heading(line)
    if heading.key != key:
        raise Unusable("it is of something else")
    if heading.digest != _digest(content):
        raise Unusable("it is damaged")
    return heading, content


def _heading(line: bytes) -> Heading:
    try:
        return msgspec.json.decode(line, type=Heading)
    except msgspec.MsgspecError:
        raise Unusable("it is damaged") from None


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=32).hexdigest()


def _write(file: Path, heading: Heading, content: bytes) -> None:
    """In a folder that is the user's alone."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    heading.digest = _digest(content)
    write_whole(file, msgspec.json.encode(heading) + b"\n" + content)
