"""Writes the fields of rubric.toml into docs/rubric.md again: python -m tests.update_authoring."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from graders.coursework import rubric
from tests.made_parts import between, descriptions
from tests.support import ROOT

PAGE = ROOT / "docs/rubric.md"
BEGIN, END = "<!-- fields -->\n", "<!-- end -->\n"
TABLES = {
    rubric.RubricFile: "At the top",
    rubric.Section: "In each of `[[sections]]`",
    rubric.Dialect: "In each of `[[dialects]]`",
    rubric.HandIn: "In `[handin]`",
    rubric.StarterCode: "In `[handout]`",
    rubric.Late: "In `[late]`",
}
"""The tables of rubric.toml, in the order in which they are shown."""


def fields(kind: type[msgspec.Struct]) -> Iterator[tuple[str, str, str, str]]:
    """Of each field its name, its type, its default and what it is for: the text below it in the source."""
    said = descriptions(Path(rubric.__file__), kind.__name__)
    for field in msgspec.structs.fields(kind):
        yield field.encode_name, _type(kind.__annotations__[field.name]), _default(field), said[field.name]


def _type(annotation: str) -> str:
    plain = {"str": "text", "float": "number", "int": "whole number", "bool": "true or false"}
    text = re.sub(r"\blist\[(str|Manner)\]", "list of texts", annotation)
    text = re.sub(r"\bdict\[str, dict\[str, list of texts\]\]", "tables of lists", text)
    text = re.sub(r"\bdict\[str, (\w+)\]", lambda match: f"table of {plain[match[1]]}s", text).removesuffix(" | None")
    kind = getattr(rubric, text, None)
    if isinstance(kind, type):
        return "table" if issubclass(kind, msgspec.Struct) else "text"
    return {**plain, "list[Section]": "tables", "list[Dialect]": "tables"}.get(text, text)


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "required"
    value = field.default_factory() if field.default_factory is not msgspec.NODEFAULT else field.default
    if value is None or value == "" or value == [] or value == {} or isinstance(value, msgspec.Struct):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else _toml(value)}`"


def _toml(value: object) -> str:
    return msgspec.json.encode(value).decode()


def tables() -> str:
    """All fields, a table for each of the rubric's."""
    return "\n".join(_table(kind, title) for kind, title in TABLES.items())


def _table(kind: type[msgspec.Struct], title: str) -> str:
    rows = [f"| `{name}` | {of} | {default} | {_cell(text)} |" for name, of, default, text in fields(kind)]
    return "\n".join([f"{title}:\n", "| field | type | if it isn't there | |", "|---|---|---|---|", *rows]) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def updated(text: str) -> str:
    """The page's text with the tables as they should be."""
    return between(text, BEGIN, END, tables())


if __name__ == "__main__":
    PAGE.write_text(updated(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
