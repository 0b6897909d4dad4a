"""What a word of `--only` means: a section or check by its name, by the beginning of one, or by a title."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Sequence

from graders.coursework.packs.pack import Homework
from graders.coursework.rubric import selects

SHORTEST = 2
"""Letters of a beginning that is taken for a name."""
_BEGINNING = re.compile(r"[\w.]*\w")


def meant(homework: Homework, word: str) -> list[str]:
    """The sections and checks that the word means; none where it means nothing.

    The first of these ways in which it means something: a name; the beginning of sections' names; checks by their own
    name (`relu` is `activations.relu_forward` and others), in sections by a beginning, too (`mlp.backward`); a title;
    the beginning of a check's name.
    """
    if _is_named(homework, word):
        return [word]
    ways: list[Callable[[Homework, str], Iterator[str]]] = [_by_title, _titled_so]
    if _BEGINNING.fullmatch(word) and len(word) >= SHORTEST:
        ways = [_sections_that_begin, _checks_called, *ways, _checks_that_begin]
    return next((found for way in ways if (found := list(way(homework, word)))), [])


def suggestion(word: str, known: Sequence[str]) -> str:
    """The closest of the names, as the end of an error's line; nothing where none is close."""
    by_lower = {name.lower(): name for name in reversed(known)}
    close = difflib.get_close_matches(word.lower(), list(by_lower), n=1)
    return f"; did you mean {by_lower[close[0]]}?" if close else ""


def short_names(homework: Homework) -> list[str]:
    """What checks are called without their section, and the first word of that: `relu_forward`, `relu`."""
    own = [check.partition(".")[2] for check in homework.checks]
    return list(dict.fromkeys([*(name.partition("_")[0] for name in own), *own]))


def _is_named(homework: Homework, word: str) -> bool:
    return any(section.id == word for section in homework.sections) or any(
        selects(word, check) for check in homework.checks
    )


def _sections_that_begin(homework: Homework, word: str) -> Iterator[str]:
    return (section.id for section in homework.sections if section.id.startswith(word))


def _checks_called(homework: Homework, word: str) -> Iterator[str]:
    beginning, dot, name = word.partition(".")
    for check in homework.checks:
        section, _, own = check.partition(".")
        if section.startswith(beginning) and selects(name, own) if dot else selects(word, own):
            yield check


def _by_title(homework: Homework, word: str) -> Iterator[str]:
    """Those of exactly this title, however it is written."""
    wanted = _plain(word)
    yield from (section.id for section in homework.sections if _plain(section.title) == wanted)
    yield from (check for check in homework.checks if _plain(homework.title_of(check)) == wanted)


def _titled_so(homework: Homework, word: str) -> Iterator[str]:
    """Those whose title has this at its beginning, as whole words in these letters; sections before checks."""
    begins = re.compile(rf"{re.escape(word.strip())}(?!\w)")
    found = [section.id for section in homework.sections if begins.match(section.title)]
    yield from found or [check for check in homework.checks if begins.match(homework.title_of(check))]


def _checks_that_begin(homework: Homework, word: str) -> Iterator[str]:
    return (check for check in homework.checks if check.startswith(word) or check.partition(".")[2].startswith(word))


def _plain(title: str) -> str:
    return " ".join(title.casefold().split()).rstrip(".")
