"""Which homework a folder is a submission of, by its files and by what they define. Rubrics are read, and no checks.

A homework fits a folder if at least one of its files is there, and if the files that are there define at least half of
the names that the homework looks for in them; an empty file has nothing to define, and counts for the homework. So
other courses' `layers.py` isn't taken for one of ours, and a submission of which half is missing still is. Where
several homeworks fit, the one wins of which the folder has most: a point for each file and for each name in it, and one
less for each name that its file lacks. Years of a course have the same files: what these define tells them apart, and
the signs that their rubrics name: all of a homework's signs decide for it, and it has a point less without them.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from graders.coursework.rubric import RubricFile

ENOUGH = 0.5
"""The share of the names that files have to define to be a homework's."""
MAX_READ = 1024 * 1024
"""Of a file that is looked at."""


@dataclass(frozen=True)
class Likeness:
    """How much of a homework a folder has: files that are there, and of the names in these, `found` and `lacking`."""

    files: tuple[str, ...] = ()
    found: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    is_signed: bool | None = None
    """Whether all signs are there that the homework's rubric names; None where it names none."""

    @property
    def fits(self) -> bool:
        """Whether the folder may be a submission of it."""
        return bool(self.files) and len(self.found) >= ENOUGH * (len(self.found) + len(self.lacking))

    @property
    def score(self) -> int:
        """What tells homeworks apart of which the folder has something."""
        unsigned = self.is_signed is False
        return max(len(self.files) + len(self.found) - len(self.lacking) - unsigned, 1) if self.files else 0


def likeness(folder: Path, rubric: RubricFile, place: str = "") -> Likeness:
    """How much of a homework is in a folder, in the places where it belongs; the folder may be `place` of the whole."""
    paths = {file: folder / file.removeprefix(f"{place}/") for file in rubric.files}
    texts = {file: _text(path) for file, path in paths.items() if path.is_file()}
    looked_for = list(_looked_for(texts, rubric))
    found = tuple(name for name, is_there in looked_for if is_there)
    lacking = tuple(name for name, is_there in looked_for if not is_there)
    return Likeness(tuple(texts), found, lacking, _is_signed(texts, rubric))


def _is_signed(texts: Mapping[str, str], rubric: RubricFile) -> bool | None:
    signs = [(texts.get(file, ""), sign) for file, found in rubric.signs.items() for sign in found]
    return all(_has(text, sign) for text, sign in signs) if signs else None


def _has(text: str, sign: str) -> bool:
    """Whether a source has one of the alternatives, however it is spaced."""
    close = "".join(text.split())
    return any("".join(one.split()) in close for one in sign.split("|"))


def _looked_for(texts: Mapping[str, str], rubric: RubricFile) -> Iterator[tuple[str, bool]]:
    """Each name that belongs into one of these files, unless they are empty, and whether it is there."""
    for name, paths in _names(rubric):
        written = [texts[path] for path in paths if texts.get(path, "").strip()]
        if written:
            yield name, any(_mentions(text, name) for text in written)


def best(likenesses: Mapping[str, Likeness]) -> list[str]:
    """The homeworks that fit, and fit best: one, several that fit equally well, or none."""
    fitting = {name: (one.is_signed is True, one.score) for name, one in likenesses.items() if one.fits}
    most = max(fitting.values(), default=None)
    return [name for name, how in fitting.items() if how == most]


def nearest_by_file_names(names: Iterable[str], rubrics: Mapping[str, RubricFile]) -> str | None:
    """The homework that has most files of these names, wherever they are; None where no file is called so."""
    called = set(names)
    counts = {homework: len(called.intersection(_plain(rubric.files))) for homework, rubric in rubrics.items()}
    most = max(counts, key=lambda homework: counts[homework], default=None)
    return most if most is not None and counts[most] else None


def _plain(files: Sequence[str]) -> set[str]:
    return {Path(file).name for file in files}


def _names(rubric: RubricFile) -> list[tuple[str, list[str]]]:
    return [(name, paths) for names in rubric.modules.values() for name, paths in names.items()]


def _mentions(text: str, name: str) -> bool:
    """Whether a source has the name by itself: `class ReLU` or an import, not `torch.nn.ReLU`."""
    return re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", text) is not None


def _text(path: Path) -> str:
    with contextlib.suppress(OSError), path.open("rb") as file:
        return file.read(MAX_READ).decode(errors="replace")
    return ""
