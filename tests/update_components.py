"""Writes the fields of components into docs/components.md again: python -m tests.update_components."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterator
from pathlib import Path

from graders.checking.components.calling.functions import Functions
from graders.checking.components.calling.layers import Layer
from graders.checking.components.cases.variation import Check
from graders.checking.components.chance.chance import Chance
from graders.checking.components.description import Component
from graders.checking.components.networks.network import Network
from graders.checking.components.optimizers.calling import Optimizer, Update
from graders.checking.components.optimizers.description import Optimising
from tests.made_parts import between, descriptions
from tests.support import ROOT

PAGE = ROOT / "docs/components.md"
BEGIN, END = "<!-- fields -->\n", "<!-- end -->\n"
TABLES = {
    Component: "Of every layer, loss and activation",
    Functions: "Of `Functions`",
    Layer: "Of `Layer`",
    Network: "Of `Network`",
    Check: "Of `Check`",
    Chance: "Of `Chance`",
    Optimising: "Of every optimiser",
    Optimizer: "Of `Optimizer`",
    Update: "Of `Update`",
}


def fields(kind: type) -> Iterator[tuple[str, str]]:
    """Each field that a class adds, and what it is for: the text below it in the source; KeyError for one without."""
    said = descriptions(Path(inspect.getfile(kind)), kind.__name__)
    inherited = {
        field.name for base in kind.__mro__[1:] if dataclasses.is_dataclass(base) for field in dataclasses.fields(base)
    }
    for field in dataclasses.fields(kind):
        if field.name not in inherited:
            yield field.name, said[field.name]


def tables() -> str:
    """All fields, a table for each class."""
    return "\n".join(
        "\n".join(
            [f"{title}:\n", "| field | |", "|---|---|", *(f"| `{name}` | {text} |" for name, text in fields(kind))]
        )
        + "\n"
        for kind, title in TABLES.items()
    )


def updated(text: str) -> str:
    """The page's text with the tables as they should be."""
    return between(text, BEGIN, END, tables())


if __name__ == "__main__":
    PAGE.write_text(updated(PAGE.read_text("utf-8")), "utf-8")
