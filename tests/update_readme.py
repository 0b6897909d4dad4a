"""Writes the README's table of homeworks anew: python -m tests.update_readme."""

from __future__ import annotations

from graders.coursework.packs.pack import homework_ids, load_homework
from graders.reports.catalogue import markdown
from tests.made_parts import between
from tests.support import ROOT

README = ROOT / "README.md"
BEGIN, END = "<!-- gradmark sections --markdown -->\n", "<!-- end -->\n"


def updated(text: str) -> str:
    """The README's text with the table as it should be."""
    return between(text, BEGIN, END, markdown(map(load_homework, homework_ids())))


if __name__ == "__main__":
    README.write_text(updated(README.read_text(encoding="utf-8")), encoding="utf-8")
