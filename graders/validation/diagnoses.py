"""What marking a mutant should say about its mistake: read and approved, kept in the homework's diagnoses.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

FILE = "diagnoses.toml"


def expected(homework: str, mutant: str) -> list[str] | None:
    """The explanations that fit the mutant, the best one first; None where nobody has approved any."""
    return _approved(homework).get(mutant)


@cache
def _approved(homework: str) -> dict[str, list[str]]:
    path = files("graders.homeworks") / homework / "validation" / FILE
    if not path.is_file():
        return {}
    found: dict[str, list[str]] = tomllib.loads(path.read_text(encoding="utf-8"))
    return found
