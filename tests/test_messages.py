"""Every message that a student can meet stands in the list that is read, in plain words, and is short."""

from __future__ import annotations

import re

import pytest

from graders.reports.brief import MAX_LINES
from tests.messages import FOLDER, ROOMS, texts

PRIVATE = re.compile(
    r"(?<!one )of (its|one's|their|our|his) own\b|\blies\b|\bso many\b|that is none\b|which is none\b|"
    r"than everybody|\bsay[.:]?$|\bof gradmark's\b|"
    r"(?<!there )\bis no (notebook|file|folder|number|array|function|submission|pack)\b|"
    r"\bof the call before\b|\bnobody\b|\bfor nothing\b|\bis asked for\b(?! )|\bto be had\b"
)
"""Phrases that read as translated: each has plainer words."""
KNOWN = {
    "nobody is there to answer {message[0]}",
    "Several steps, each with gradients of its own, go on from what the step before has left.",
    "{name} is written in q1.py, not in a file of its own.",
    "none of the networks",
    "breakpoint() waits for someone at a keyboard, and nobody is there.",
    "input() waits for someone at a keyboard, and nobody is there.",
}
"""Idiomatic here; titles of checks, on which scripts may rely; and one of ours."""


@pytest.mark.parametrize("room", ROOMS)
def test_the_list_has_every_message(room: str) -> None:
    kept = (FOLDER / f"{room}.txt").read_text(encoding="utf-8")
    assert texts(room) == kept, "read the difference that `python -m tests.update_messages` makes, as a tired student"


@pytest.mark.parametrize("room", ROOMS)
def test_messages_are_in_plain_words_and_short(room: str) -> None:
    lines = [line for line in texts(room).splitlines() if not line.startswith("#") and line not in KNOWN]
    assert [line for line in lines if PRIVATE.search(line)] == []
    assert [line for line in lines if line.count("\\n") >= MAX_LINES] == []


@pytest.mark.parametrize("line", ["Each row has a sum of its own.", "data.csv is no file", "use a loop, say"])
def test_a_phrase_that_reads_as_translated_is_found(line: str) -> None:
    assert PRIVATE.search(line)
