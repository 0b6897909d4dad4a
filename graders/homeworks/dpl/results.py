"""What a notebook shows that was handed in: the outputs that are saved with its cells."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from graders.checking import CheckFailed, Student


def check_shown(student: Student, notebook: Path, images: int, numbers: int) -> None:
    """CheckFailed without any image, or with an error; fewer images or printed numbers than these give a warning."""
    found = [output for cell in _cells(notebook) for output in cell.get("outputs", []) if isinstance(output, dict)]
    if any(output.get("output_type") == "error" for output in found):
        raise CheckFailed("a cell of the notebook ended with an error", "Run all cells again before you hand it in.")
    pictures = [output for output in found if "image/png" in output.get("data", {})]
    if not pictures:
        raise CheckFailed("the notebook shows no image", "Run all cells, save, and hand it in with its results.")
    printed = sum(len(re.findall(r"\d+", _text(output))) for output in found if output not in pictures)
    for what, count, wanted in (("images", len(pictures), images), ("printed numbers", printed, numbers)):
        if count < wanted:
            student.warn(f"the notebook shows {count} {what}: is all there that the question asks for?")


def _cells(notebook: Path) -> list[dict[str, Any]]:
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    except FileNotFoundError:
        raise CheckFailed(f"there is no {notebook.name}") from None
    except (ValueError, KeyError, TypeError):
        raise CheckFailed(f"{notebook.name} is no notebook: it can't be read as JSON") from None
    return [cell for cell in cells if isinstance(cell, dict) and cell.get("cell_type") == "code"]


def _text(output: dict[str, Any]) -> str:
    found = [output.get("text", ""), output.get("data", {}).get("text/plain", "")]
    return "".join("".join(text) if isinstance(text, list) else str(text) for text in found)
