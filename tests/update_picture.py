"""Takes the pictures of the documentation again, of a real run: python -m tests.update_picture.

The terminal is an SVG made by rich, the student's page a screenshot by Chromium.
"""

from __future__ import annotations

import io
import re
import tempfile
from pathlib import Path

import msgspec
from rich.console import Console

from graders.coursework.record import Report
from graders.reports import terminal
from graders.reports.news import NONE
from tests.cli.program import gradmark
from tests.support import ROOT, copy_of_worked, replace_in

PICTURES = ROOT / "docs/pictures"
TERMINAL, PAGE = PICTURES / "grade.svg", PICTURES / "page.png"
FILE, RIGHT = "mytorch/nn/batchnorm.py", "np.var(Z, axis=0, keepdims=True)"
WRONG = "np.var(Z, axis=0, keepdims=True, ddof=1)"
COLUMNS, WIDTH, HEIGHT = 104, 1180, 900
FONT = "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace"


def marked(folder: Path) -> tuple[Report, Path]:
    """The record and the page of a submission whose batch normalisation divides a variance by N - 1."""
    replace_in(copy_of_worked(folder / "my_homework") / FILE, RIGHT, WRONG)
    done = gradmark("grade", "my_homework", "--json", "-", "--html", "page.html", cwd=folder)
    return msgspec.json.decode(done.stdout, type=Report), folder / "page.html"


def pictured(report: Report) -> str:
    """What a terminal shows of it, as an SVG that loads no font from anywhere."""
    console = Console(record=True, width=COLUMNS, force_terminal=True, file=io.StringIO(), color_system="truecolor")
    console.print("[bold]$ gradmark grade my_homework[/]")
    terminal.show(report, console, changes=NONE)
    svg = console.export_svg(title="gradmark", unique_id="gradmark")
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    return "\n".join(line.rstrip() for line in svg.replace("Fira Code, monospace", FONT).splitlines()) + "\n"


def photograph(page: Path, target: Path) -> None:
    """What the page says about the section that failed, as a reader with a light screen sees it."""
    from tests.reports.browser import browsing  # here and not above: the terminal's picture needs no browser

    with browsing() as browser:
        shown = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        shown.goto(page.as_uri())
        shown.get_by_role("link", name="Batch normalisation").first.click()
        shown.evaluate("document.querySelector(location.hash).scrollIntoView({behavior: 'instant'})")
        shown.screenshot(path=target)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        report, page = marked(Path(place))
        PICTURES.mkdir(exist_ok=True)
        TERMINAL.write_text(pictured(report), encoding="utf-8")
        photograph(page, PAGE)
