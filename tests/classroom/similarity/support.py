"""Submissions as texts, and what of them is alike."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from textwrap import dedent

from graders.classroom.similarity.compare import Code
from graders.classroom.similarity.sources import Source, sources_in, texts
from graders.classroom.similarity.winnowing import Text, text_of
from graders.coursework.handout import starter_code
from graders.coursework.packs.pack import load_homework
from tests.support import WORKED


def code(name: str, files: Mapping[str, str], *students: str) -> Code:
    """A submission with these files."""
    return Code(name, [text_of(Source(file, dedent(text))) for file, text in files.items()], frozenset(students))


@cache
def worked() -> dict[str, str]:
    """The worked submission of ai702."""
    return {source.name: source.text for source in sources_in(WORKED, [])}


@cache
def starter() -> list[Text]:
    """The starter code of ai702."""
    homework = load_homework("ai702")
    files = starter_code(WORKED, homework.rubric.handout.without, list(homework.rubric.flags))
    found = [source for name, content in files.items() if name.endswith(".py") for source in texts(content, name)]
    return [text_of(source) for source in found]
