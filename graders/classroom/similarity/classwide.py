"""Compares a class on disk: folders and archives as they were handed in, against the homework's starter code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from graders import UsageError
from graders.classroom.similarity.compare import LEAST, Code, compare
from graders.classroom.similarity.sources import SUFFIXES, Source, sources_in, texts
from graders.classroom.similarity.winnowing import MAX_TOKENS, Text, text_of
from graders.coursework.clean import clean, one_line
from graders.coursework.finding import Submission, opened
from graders.coursework.handout import starter_code
from graders.coursework.packs.pack import read_homework
from graders.coursework.pair import Pair
from graders.coursework.submission import recognised
from graders.sandbox.apart import Unreadable, read_apart


@dataclass(frozen=True)
class Found:
    """The pairs, and a line for whatever couldn't be read."""

    pairs: list[Pair]
    words: list[str]


def similar(
    submissions: Sequence[Submission],
    homeworks: Sequence[str] = (),
    starter: Path | None = None,
    least: float = LEAST,
    on_read: Callable[[], None] = lambda: None,
) -> Found:
    """The pairs of a class. Where its homeworks aren't given, each submission's own is recognised.

    UsageError where there is no folder `starter`.
    """
    if starter is not None and not starter.is_dir():
        raise UsageError(f"there is no folder {starter}")
    words: list[str] = []
    codes, known = [], set(homeworks)
    for submission in submissions:
        code, homework = _read(submission, homeworks, words)
        codes.append(code)
        known |= {homework} if homework else set()
        on_read()
    handed_out = _of_folder(starter, words) if starter else _starters(sorted(known), words)
    return Found(compare(codes, handed_out, least), words)


def _read(submission: Submission, homeworks: Sequence[str], words: list[str]) -> tuple[Code, str | None]:
    """A submission's code and homework, where that isn't known; one that can't be read has no code."""
    own: list[str] = []
    found: list[Text] = []
    homework = None
    try:
        with opened(submission.path, homeworks[0] if len(homeworks) == 1 else None) as folder:
            read = read_apart(partial(_sources, folder), _Sources)
            own += read.words
            found = _bounded(map(text_of, read.sources), own)
            homework = None if homeworks else recognised(folder)
    except (UsageError, OSError, Unreadable) as error:
        own.append(str(error))
    words += [one_line(clean(f"{submission.name}: {word}")) for word in own]
    return Code(submission.name, found, frozenset(filter(None, submission.student.split(", ")))), homework


class _Sources(NamedTuple):
    """The code of a submission, and a line for whatever couldn't be read."""

    sources: list[Source]
    words: list[str]


def _sources(folder: Path) -> _Sources:
    words: list[str] = []
    return _Sources(sources_in(folder, words), words)


def _bounded(found: Iterable[Text], words: list[str]) -> list[Text]:
    kept, left = [], MAX_TOKENS
    for text in found:
        left -= len(text.hashes)
        if left < 0:
            words.append(f"{text.name} and what follows is left out: more than {MAX_TOKENS} names and signs")
            break
        kept.append(text)
    return kept


def _starters(homeworks: Sequence[str], words: list[str]) -> list[Text]:
    """What `gradmark handout` would write for these homeworks."""
    found: list[Text] = []
    for homework in homeworks:
        pack = read_homework(homework)
        if pack.worked is not None:
            found += _texts(starter_code(pack.worked, pack.rubric.handout.without, list(pack.rubric.flags)))
        else:
            words.append(f"{pack.id} has no worked submission, so no starter code is taken out: give it as --starter")
    return found


def _of_folder(folder: Path, words: list[str]) -> list[Text]:
    return [text_of(source) for source in sources_in(folder, words)]


def _texts(files: dict[str, bytes]) -> list[Text]:
    found: list[Text] = []
    for name, content in files.items():
        if name.endswith(SUFFIXES):
            found += map(text_of, texts(content, name))
    return found
