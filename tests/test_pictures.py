"""The documentation's pictures: they show what its words are about, load nothing, and are of the program as it is."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from tests.support import ROOT
from tests.update_picture import PAGE, TERMINAL, marked, pictured

SHOWN = html.unescape(re.sub(r"<[^>]+>", "", TERMINAL.read_text(encoding="utf-8"))).replace("\xa0", " ")


def test_the_rows_that_students_are_told_of_are_in_the_picture() -> None:
    text = (ROOT / "docs/students.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \*\*([^*]+)\*\* \|", text, re.MULTILINE)
    assert len(rows) >= 6
    assert [row for row in rows if row not in SHOWN] == []


def test_the_pictures_load_nothing() -> None:
    for path in (TERMINAL, TERMINAL.with_name("architecture.svg")):
        svg = path.read_text(encoding="utf-8")
        assert "url(" not in svg.replace("url(#", "")
        assert not re.search(r"@font-face|@import|<script|<image|href=", svg), path.name
    assert PAGE.stat().st_size < 200_000


@pytest.mark.slow
def test_the_picture_is_what_a_terminal_shows(tmp_path: Path) -> None:
    report, _ = marked(tmp_path)
    assert pictured(report) == TERMINAL.read_text(encoding="utf-8"), "run python -m tests.update_picture"
