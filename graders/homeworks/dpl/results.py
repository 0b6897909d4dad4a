"""What a notebook shows that was handed in: the outputs that are saved with its cells.

A notebook is a file of the student's: whatever it holds in place of what nbformat says counts as not there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from graders.checking import CheckFailed, Student, content_of, reads_files

Output = Mapping[str, object]
"""What a cell shows: a text, or an image, by MIME type."""

MOST_BYTES = 64 << 20


def check_shown(student: Student, notebook: Path, images: int, numbers: int) -> None:
    """CheckFailed without any image, or with an error; fewer images or printed numbers than these give a warning."""
    shown, printed = _counts(notebook)
    for what, count, wanted in (("images", shown, images), ("printed numbers", printed, numbers)):
        if count < wanted:
            student.warn(f"the notebook shows {count} {what}: is all there that the question asks for?")


@reads_files
def _counts(notebook: Path) -> tuple[int, int]:
    """How many images it shows, and how many numbers are printed in it."""
    found = [output for cell in _cells(notebook) for output in _listed(cell.get("outputs")) if isinstance(output, dict)]
    if any(output.get("output_type") == "error" for output in found):
        raise CheckFailed("a cell of the notebook ended with an error", "Run all cells again before you hand it in.")
    others = [output for output in found if "image/png" not in _named(output.get("data"))]
    if len(others) == len(found):
        raise CheckFailed("the notebook shows no image", "Run all cells, save, and hand it in with its results.")
    return len(found) - len(others), sum(len(re.findall(r"\d+", _text(output))) for output in others)


def _cells(notebook: Path) -> list[Output]:
    try:
        written = content_of(notebook.parent, notebook.name, MOST_BYTES)
        if len(written) > MOST_BYTES:
            raise CheckFailed(f"{notebook.name} is larger than {MOST_BYTES >> 20} MiB")
        content = json.loads(written.decode("utf-8"))
    except OSError:
        raise CheckFailed(f"there is no {notebook.name}") from None
    except (ValueError, RecursionError):
        raise CheckFailed(f"{notebook.name} is not a notebook: it can't be read as JSON") from None
    cells = _named(content).get("cells")
    if not isinstance(cells, list):
        raise CheckFailed(f"{notebook.name} is not a notebook: it has no cells")
    return [cell for cell in cells if isinstance(cell, dict) and cell.get("cell_type") == "code"]


def _text(output: Output) -> str:
    """What it shows as text: of a stream, or of a value; lists have a line an item."""
    found = [output.get("text"), _named(output.get("data")).get("text/plain")]
    lines = [line for text in found for line in (text if isinstance(text, list) else [text])]
    return "".join(line for line in lines if isinstance(line, str))


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _named(value: object) -> Output:
    return value if isinstance(value, dict) else {}
