"""What marking a mutant should say about its mistake: read and approved, kept in the pack's diagnoses.toml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from graders import UsageError
from graders.coursework.packs.layers import Layer
from graders.coursework.packs.pack import Homework, read_homework
from graders.marking.validation.pack_suite import MODULE, case_layers

FILE = "diagnoses.toml"


def approved_of(name: str) -> Mapping[str, list[str]]:
    """Of each mutant of a homework the explanations that fit it, the best one first; none where nobody has looked."""
    found: dict[str, list[str]] = {}
    for path in _files(read_homework(name)):
        found = _read(path) | found
    return found


def is_read(name: str) -> bool:
    """Whether a homework has approved explanations itself: then each of its mutants has to have an entry.

    What it extends may have some: mutants that it adds to these are read when its author is ready for it.
    """
    return any(path.is_file() for path in _places(read_homework(name).layers[0]))


def _files(homework: Homework) -> Iterator[Path]:
    """Its own first, then those of what it has cases of."""
    yield from (path for layer in case_layers(homework) for path in _places(layer) if path.is_file())


def _places(layer: Layer) -> tuple[Path, Path]:
    """Beside the rubric, or in the folder of its module."""
    return layer.folder / FILE, layer.folder / MODULE / FILE


def _read(path: Path) -> dict[str, list[str]]:
    try:
        return msgspec.toml.decode(path.read_bytes(), type=dict[str, list[str]])
    except (msgspec.MsgspecError, ValueError, OSError) as error:
        raise UsageError(f"{path}: {error}") from None
