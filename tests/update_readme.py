"""Writes the table of homeworks into docs/homeworks.md again: python -m tests.update_readme."""

from __future__ import annotations

from graders.coursework.packs.pack import homework_ids, load_homework
from graders.reports.catalogue import markdown
from tests.made_parts import between
from tests.support import ROOT

PAGE = ROOT / "docs/homeworks.md"
BEGIN, END = "<!-- gradmark sections --markdown -->\n", "<!-- end -->\n"


def updated(text: str) -> str:
    """The page's text with the table as it should be."""
    return between(text, BEGIN, END, markdown(map(load_homework, homework_ids())))


if __name__ == "__main__":
    PAGE.write_text(updated(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
