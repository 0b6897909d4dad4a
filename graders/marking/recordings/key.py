"""The key of recordings: it changes with the pack, gradmark, NumPy, PyTorch, the seed and the profile."""

from __future__ import annotations

import hashlib
import importlib.metadata
import sys
from collections.abc import Iterator
from pathlib import Path

import graders
from graders.coursework.bundled import bundled
from graders.coursework.packs.bundle import FOR_VALIDATION, files_of
from graders.coursework.packs.layers import PLACES
from graders.coursework.packs.pack import WORKED, Homework
from graders.marking.profiles import EFFORT, Profile

FORM = 2
"""Counts the forms that recordings have had."""
DECIDING = ("checking", "coursework", "gradcheck", "judging", "marking", "sandbox")
"""The rooms of gradmark's that decide what is asked, and what is right."""
PACKAGES = ("numpy", "torch", "hypothesis")
_LETTERS = 32
_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


def key(homework: Homework, seed: int, profile: Profile) -> str:
    """The key of a pack's recordings; the same wherever the pack and gradmark lie."""
    found = hashlib.blake2b(digest_size=_LETTERS // 2)
    cases = EFFORT[profile].cases
    for word in (FORM, graders.__version__, _PYTHON, *map(_version, PACKAGES), seed, cases):
        _add(found, str(word).encode())
    for name, file in [*_of_pack(homework), *_of_gradmark()]:
        _add(found, name.encode())
        _add(found, file.read_bytes())
    return found.hexdigest()


def _version(package: str) -> str:
    return importlib.metadata.version(package)


def _add(found: hashlib.blake2b, content: bytes) -> None:
    found.update(len(content).to_bytes(8))
    found.update(content)


def _of_pack(homework: Homework) -> Iterator[tuple[str, Path]]:
    """What goes along with a pack wherever it is taken: its mutants and its worked submission decide nothing."""
    included = dict.fromkeys(one.folder for layer in homework.layers for one in layer.included)
    for place, folder in enumerate([*(layer.folder for layer in homework.layers), *included]):
        for file in files_of(folder, {*FOR_VALIDATION, WORKED, PLACES}):
            yield f"pack {place}/{file.relative_to(folder).as_posix()}", file


def _of_gradmark() -> Iterator[tuple[str, Path]]:
    root = Path(graders.__file__).parent
    for folder in (*(root / room for room in DECIDING), bundled("reference")):
        for file in files_of(folder, set()):
            if file.suffix == ".py":
                yield f"{folder.name}/{file.relative_to(folder).as_posix()}", file
