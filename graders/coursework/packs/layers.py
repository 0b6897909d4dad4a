"""The layers of a pack: its own folder, and those that it extends, each with the folders that it includes.

What a layer's rubric.toml names takes the place of what the layer below says: tables are merged, sections by their ids,
other values replaced.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import msgspec

import graders
from graders import UsageError
from graders.coursework.packs.finding import find_id
from graders.coursework.rubric import CHECKS_FOLDER, RUBRIC_FILE, RubricFile

PLACES = "places.toml"
"""Beside the rubric of a pack that was taken elsewhere: where the packs are that it extends by their ids."""

Table = Mapping[str, object]
"""A table of rubric.toml, not looked at yet."""


class Heading(msgspec.Struct, frozen=True):
    """What a rubric.toml says about other folders, and about the gradmark that it is for."""

    id: str = ""
    requires: str = ""
    extends: str = ""
    without: list[str] = []
    include: list[str] = []
    modules: dict[str, object] = {}
    titles: dict[str, object] = {}


@dataclass(frozen=True)
class Included:
    """A folder whose modules a pack may import, and its checks, where these are included."""

    folder: Path
    checks: Path | None = None


@dataclass(frozen=True)
class Layer:
    """One folder of a pack, with what its rubric.toml says."""

    folder: Path
    content: bytes
    heading: Heading
    included: tuple[Included, ...]
    by_id: bool = False
    """Whether the layer above names it by its id, and not by a path."""

    @property
    def rubric_path(self) -> Path:
        """Where its rubric is."""
        return self.folder / RUBRIC_FILE

    @property
    def checks(self) -> Path:
        """Where its checks are."""
        return self.folder / CHECKS_FOLDER


def read_layers(folder: Path) -> tuple[Layer, ...]:
    """The pack's own layer, and those that it extends; UsageError where one can't be read or doesn't suit."""
    layers = [_read(folder)]
    while layers[-1].heading.extends:
        base, by_id = _extended(layers[-1])
        folders = [layer.folder for layer in layers]
        if base in folders:
            circle = " -> ".join(str(place) for place in [*folders[folders.index(base) :], base])
            raise UsageError(f"{layers[-1].rubric_path}: extends goes round in a circle: {circle}")
        layers.append(_read(base, by_id))
    return tuple(layers)


def read_layer(folder: Path) -> Layer:
    """A pack's own layer alone; UsageError where it can't be read."""
    return _read(folder)


def merged_rubric(layers: Sequence[Layer]) -> RubricFile:
    """What the layers' rubrics say together; an entry of a wrong kind is reported with the id of its section."""
    contents = tuple(layer.content for layer in layers)
    path = layers[0].rubric_path
    try:
        return _rubric(contents)
    except msgspec.ValidationError as error:
        raise UsageError(f"{path}: {_section_of(error, _merged(contents))}{error}") from None
    except KeyError as error:
        raise UsageError(f"{path}: without names {error.args[0]!r}, but what it extends has no such section") from None


def _section_of(error: msgspec.ValidationError, table: Table) -> str:
    row = re.search(r"\$\.sections\[(\d+)\]", str(error))
    sections = table.get("sections")
    section = sections[int(row[1])] if row and isinstance(sections, list) else None
    return f"section {section.get('id', '?')!r}: " if isinstance(section, dict) else ""


@lru_cache(maxsize=64)
def _rubric(contents: tuple[bytes, ...]) -> RubricFile:
    """A class asks for the same rubrics with every submission."""
    return msgspec.convert(_merged(contents), type=RubricFile)


def _merged(contents: Sequence[bytes]) -> Table:
    own, *bases = [msgspec.toml.decode(content) for content in contents]
    return over(_merged(contents[1:]), own) if bases else own


ALONE = ("version", "requires", "extends", "without", "include")
"""What a rubric says about its own folder, and not for those that extend it."""


def over(base: Table, own: Table) -> Table:
    """A rubric with what one that extends it names; KeyError for a section to leave out that isn't there."""
    left = {name: value for name, value in base.items() if name not in ALONE}
    gone = own.get("without", [])
    if isinstance(gone, list):
        left = _without(left, gone)
    return _laid_over(left, own) | {"sections": _sections(left.get("sections"), own.get("sections", []))}


def _without(table: Table, gone: Sequence[str]) -> dict[str, object]:
    """The rubric without these sections, and without the flags that turn them or their checks on."""
    sections, flags = table.get("sections"), table.get("flags")
    known = _by_id(sections)
    for name in gone:
        if name not in known:
            raise KeyError(name)
    left = [section for name, section in known.items() if name not in gone]
    found = dict(table) | {"sections": left}
    if isinstance(flags, dict):
        found["flags"] = {flag: on for flag, on in flags.items() if str(on).partition(".")[0] not in gone}
    return found


def _sections(base: object, own: object) -> object:
    """Rows by their ids: fields of an own one replace those of the base's, `also` goes on; new rows come last."""
    if not isinstance(own, list) or not all(isinstance(row, dict) for row in own):
        return own
    rows = _by_id(base)
    for row in own:
        name = str(row.get("id"))
        known = rows.get(name, {})
        rows[name] = {**known, **row, **_going_on("also", known, row)}
    return list(rows.values())


def _going_on(field: str, base: Table, own: Table) -> Table:
    """A field that is a list in both rows: the base's, then the own one's."""
    first, then = base.get(field), own.get(field)
    return {field: [*first, *then]} if isinstance(first, list) and isinstance(then, list) else {}


def _by_id(sections: object) -> dict[str, Table]:
    rows = sections if isinstance(sections, list) else []
    return {str(row.get("id")): row for row in rows if isinstance(row, dict)}


def _laid_over(base: Table, own: Table) -> dict[str, object]:
    return dict(base) | {name: _value_over(base.get(name), value) for name, value in own.items()}


def _value_over(base: object, own: object) -> object:
    return _laid_over(base, own) if isinstance(base, dict) and isinstance(own, dict) else own


def _read(folder: Path, by_id: bool = False) -> Layer:
    path = folder / RUBRIC_FILE
    try:
        content = path.read_bytes()
        heading = msgspec.convert(msgspec.toml.decode(content), type=Heading)
    except (msgspec.MsgspecError, ValueError, RecursionError, OSError) as error:
        raise UsageError(f"{path}: {error}") from None
    if heading.requires:
        _must_suit(heading.requires, path)
    included = tuple(_included(path, name) for name in heading.include)
    return Layer(folder, content, heading, included, by_id)


def _must_suit(requires: str, path: Path) -> None:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # here and not above: few packs ask for a version

    try:
        suits = SpecifierSet(requires).contains(graders.__version__, prereleases=True)
    except InvalidSpecifier:
        raise UsageError(f"{path}: requires is {requires!r}, but should be versions of gradmark, >=0.1 say") from None
    if not suits:
        text = f"{path}: requires gradmark {requires}, but this is {graders.__version__}"
        raise UsageError(f'{text}: pip install "gradmark{requires}"')


def _included(rubric: Path, name: str) -> Included:
    place = (rubric.parent / name).resolve()
    if not place.is_dir():
        raise UsageError(f"{rubric}: include names {name!r}, but there is no folder {place}")
    found = Included(place.parent, place) if place.name == CHECKS_FOLDER else Included(place)
    if not found.folder.name.isidentifier():
        text = f"{rubric}: include names {name!r}, but {found.folder.name!r} is no name that Python can import"
        raise UsageError(f"{text}: give that folder one of letters, digits and _")
    return found


def _extended(layer: Layer) -> tuple[Path, bool]:
    """The folder that a layer extends, and whether it is found by an id."""
    name = layer.heading.extends
    place = layer.folder / name
    if (place / RUBRIC_FILE).is_file():
        return place.resolve(), False
    carried = _carried(layer.folder).get(name)
    if carried is not None:
        return (layer.folder / carried).resolve(), True
    try:
        return find_id(name), True
    except UsageError as error:
        raise UsageError(f"{layer.rubric_path}: extends names {name!r}, but {error}") from None


def _carried(folder: Path) -> dict[str, str]:
    path = folder / PLACES
    if not path.is_file():
        return {}
    try:
        return msgspec.toml.decode(path.read_bytes(), type=dict[str, str])
    except (msgspec.MsgspecError, ValueError) as error:
        raise UsageError(f"{path}: {error}") from None
