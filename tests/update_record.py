"""Writes the record's fields into docs/record.md, and docs/record.schema.json, again: python -m tests.update_record."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from graders.coursework import record
from tests.made_parts import between, descriptions
from tests.support import ROOT

PAGE = ROOT / "docs/record.md"
SCHEMA = ROOT / "docs/record.schema.json"
BEGIN, END = "<!-- fields -->\n", "<!-- end -->\n"
TABLES = (
    record.Report,
    record.SectionResult,
    record.CheckResult,
    record.Look,
    record.Cause,
    record.Code,
    record.ErrorMap,
)
"""In the order in which they are shown."""
INTERNAL = ("sign", "reasoning")
"""Fields of a check that are there while a submission is marked, and in no report."""


def schema() -> dict[str, Any]:
    """The JSON schema of a record, without what is in no report."""
    made: dict[str, Any] = msgspec.json.schema(record.Report)
    for name in INTERNAL:
        del made["$defs"]["CheckResult"]["properties"][name]
    made["$defs"] = {name: made["$defs"][name] for name in sorted(_reachable(made["$defs"], "Report"))}
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "gradmark's record"}
    return head | made


def _reachable(definitions: dict[str, Any], name: str) -> set[str]:
    """The definitions that this one needs, and itself."""
    found = {name}
    for other in re.findall(r'"#/\$defs/(\w+)"', json.dumps(definitions[name])):
        found |= _reachable(definitions, other)
    return found


def tables() -> str:
    """All fields, a table for each kind of record."""
    return "\n".join(_table(kind) for kind in TABLES)


def _table(kind: type[msgspec.Struct]) -> str:
    said = descriptions(Path(record.__file__), kind.__name__)
    rows = [f"| `{name}` | {of} | {there} | {said.get(name, '')} |" for name, of, there in _fields(kind)]
    about = " ".join((kind.__doc__ or "").split())
    return "\n".join([f"### {kind.__name__}\n\n{about}\n", "| field | type | | |", "|---|---|---|---|", *rows]) + "\n"


def _fields(kind: type[msgspec.Struct]) -> Iterator[tuple[str, str, str]]:
    for field in msgspec.structs.fields(kind):
        if field.name not in INTERNAL:
            optional = field.default is msgspec.UNSET
            of = kind.__annotations__[field.name].removesuffix(" | msgspec.UnsetType")
            yield field.name, f"`{of}`".replace("|", "\\|"), "may be missing" if optional else ""


def updated(text: str) -> str:
    """The page's text with the tables as they should be."""
    return between(text, BEGIN, END, tables())


def written() -> str:
    """The schema's file."""
    return json.dumps(schema(), indent=1) + "\n"


if __name__ == "__main__":
    PAGE.write_text(updated(PAGE.read_text("utf-8")), "utf-8")
    SCHEMA.write_text(written(), "utf-8")
