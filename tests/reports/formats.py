"""How each format of graders/reports/formats.py is read: by its platform's schema, and for its fields and its text."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

from graders.coursework.record import Report
from graders.reports.formats import Format, Marked
from tests.reports.records import validate
from tests.reports.runner import commands

TOKEN = "0123456789abcdef"
RUNNER = {
    "CLASSROOM": "cs",
    "ASSIGNMENT": "hw1",
    "SUBMISSION_TAG": "submit/2026-10-24T18-00-00Z-a1b2c3d",
    "USERNAME": "ada",
    "COMMIT_URL": "https://example.org/c",
    "RELEASE_URL": "https://example.org/r",
}


def written(form: Format, report: Report) -> bytes:
    """The format of this record, as a platform would get it."""
    now = datetime(2026, 10, 24, 18, tzinfo=UTC)
    return form.write(Marked(report=report, counted=report, environment=RUNNER, now=now, token=TOKEN))


def tree(element: ElementTree.Element) -> dict[str, Any]:
    """An element as plain data."""
    children = [tree(child) for child in element]
    return {"tag": element.tag, "attributes": dict(element.attrib), "text": element.text or "", "children": children}


class _Page(HTMLParser):
    """The elements of a page with the names of their attributes, and its text; what a script holds is no text."""

    def __init__(self) -> None:
        super().__init__()
        self.shape: set[str] = set()
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.shape |= {tag, *(f"{tag}.{name}" for name, _ in attrs)}

    def handle_data(self, data: str) -> None:
        self.said.append(data)


_NUMBER = re.compile(r"-[\d.]+")
Read = tuple[set[str], str]
"""The structure of what was written, of which no text may be a part, and its text."""


def _data(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Each value with its place in the structure; of a list every item has the same."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _data(inner, f"{path}/{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from _data(inner, f"{path}/*")
    else:
        yield path, str(value)


def _plain(value: object) -> Read:
    pairs = list(_data(value))
    return {path for path, _ in pairs}, "\n".join(text for _, text in pairs)


def _json(schema: str) -> Callable[[bytes], Read]:
    def read(content: bytes) -> Read:
        value = json.loads(content)
        if schema:
            validate(value, schema)
        return _plain(value)

    return read


def _record(content: bytes) -> Read:
    value = json.loads(content)
    assert value["schema_version"] == 1
    return _plain({**value, "sections": [_named(section) for section in value["sections"]]})


def _named(section: dict[str, Any]) -> dict[str, Any]:
    """Counterexamples have names of the student's as keys: what the contract fixes is the rest."""
    return {**section, "checks": [{**check, "counterexample": ""} for check in section["checks"]]}


def _sarif(content: bytes) -> Read:
    value = json.loads(content)
    assert value["version"] == "2.1.0"
    assert value["runs"][0]["tool"]["driver"]["name"] == "gradmark"
    return _plain(value)


def _junit(content: bytes) -> Read:
    value = tree(ElementTree.fromstring(content))
    validate(value, "junit")
    _, text = _plain(value)
    return {each.tag for each in ElementTree.fromstring(content).iter()}, text


def _html(content: bytes) -> Read:
    page = _Page()
    text = content.decode()
    page.feed(text)
    assert text.startswith("<!doctype html>")
    return page.shape, "\n".join(page.said)


def _csv(schema: str) -> Callable[[bytes], Read]:
    def read(content: bytes) -> Read:
        rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
        validate(rows, schema)
        cells = [cell for row in rows for cell in row.values()]
        assert [cell for cell in cells if cell[:1] in tuple("=+-@\t\r\n＝") and not _NUMBER.fullmatch(cell)] == []
        return {*rows[0], f"{len(rows)} rows"}, "\n".join(cells)

    return read


def _autolab(content: bytes) -> Read:
    *before, presentation, scores = content.decode().splitlines()
    validate(json.loads(presentation), "autolab-presentation")
    validate(json.loads(scores), "autolab-scores")
    shape, _ = _plain(json.loads(scores))
    return shape, "\n".join([*before, presentation])


def _github(content: bytes) -> Read:
    text = content.decode()
    found = commands(text)
    validate(found, "github")
    assert text.startswith(f"::stop-commands::{TOKEN}\n")
    shape, _ = _plain(found)
    return {*shape, f"{len(found)} commands"}, text


def _markdown(content: bytes) -> Read:
    """Outside of fences each character of text that means something is escaped; in a summary, which is HTML, `<` is."""
    text = content.decode()
    assert text.startswith("### ")
    bare = re.sub(r"^(`{3,})text\n.*?\n\1$", "", text, flags=re.DOTALL | re.MULTILINE)
    bare = re.sub(r"<summary>[^<]*</summary>", "<summary></summary>", bare)
    unescaped = re.sub(r"\\.", "", bare)
    return set(re.findall(r"[<>`\[\]#_!|]|</?\w+", unescaped)), re.sub(r"\\(.)", r"\1", text)


READERS: dict[str, Callable[[bytes], Read]] = {
    "json": _record,
    "html": _html,
    "junit": _junit,
    "gradescope": _json("gradescope"),
    "prairielearn": _json("prairielearn"),
    "sarif": _sarif,
    "classroom50": _json("classroom50"),
    "csv": _csv("gradebook"),
    "canvas": _csv("canvas"),
    "autolab": _autolab,
    "github": _github,
    "summary": _markdown,
}
