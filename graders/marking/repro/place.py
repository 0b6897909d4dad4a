"""Where the submission defines a name, by its files alone, and where a check's script is written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from graders.coursework.reading import beginning


def defining(folder: Path, search: Sequence[str], candidates: Sequence[Sequence[str]]) -> tuple[str, str]:
    """The first (module, name) whose source seems to define the name, else the first whose file is there."""
    present = []
    for module, name in candidates:
        for at in search:
            path = folder / at / module.replace(".", "/")
            for file in (path.with_name(f"{path.name}.py"), path / "__init__.py"):
                if not file.is_file():
                    continue
                if _defines(beginning(file).decode("utf-8", "replace"), name):
                    return module, name
                present.append((module, name))
    first: tuple[str, str] = (candidates[0][0], candidates[0][1])
    return present[0] if present else first


def in_a_notebook(folder: Path, search: Sequence[str], candidates: Sequence[Sequence[str]]) -> bool:
    """Whether a name comes from a notebook, which Python can't import."""
    files = [folder / at / module.replace(".", "/") for module, _ in candidates for at in search]
    return any(
        file.with_name(f"{file.name}.ipynb").is_file() and not file.with_name(f"{file.name}.py").is_file()
        for file in files
    )


def _defines(source: str, name: str) -> bool:
    word = re.escape(name)
    statement = rf"^[^\S\n]*+(?:(?:class|def)\s+{word}\b|{word}\s*[:=]|(?:from|import)\b.*(?:\b{word}\b|\*))"
    return re.search(statement, source, re.MULTILINE) is not None
