"""Reads submission_metadata.yml of a Gradescope export: who handed in each submission, and when."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from graders import UsageError
from graders.coursework.clean import printable
from graders.coursework.reading import read_ordinary
from graders.coursework.term.moments import moment

GRADESCOPE = "submission_metadata.yml"
MAX_METADATA = 64 * 1024 * 1024
_SUBMISSION = re.compile(r"(?P<name>submission_[^:\s]*):\s*")
_KEY = re.compile(r"  :(?P<key>\w+):\s*(?P<value>.*?)\s*")
"""Of a submission: what its results print is indented by more."""
_ABOUT = re.compile(r"  (?P<first>- )?\s*:(?P<key>name|email|sid):\s*(?P<value>.*?)\s*")


@dataclass(frozen=True)
class Author:
    """One of those who handed a submission in, as the platform knows them."""

    name: str = ""
    address: str = ""
    id: str = ""

    @property
    def called(self) -> str:
        """By the address, which is the surest."""
        return self.address or self.name


@dataclass
class About:
    """What the export says about one submission; `handed_in` is a time with its zone, or empty."""

    authors: list[Author] = field(default_factory=list)
    handed_in: str = ""

    @property
    def student(self) -> str:
        """Who it is from: everybody's address, or everybody's name where one has none."""
        whole = [author.address for author in self.authors if author.address]
        return ", ".join(whole or [author.name for author in self.authors if author.name])


def read_export(metadata: Path) -> Mapping[str, About]:
    """Of each submission's folder what the file says, in the lines that Gradescope writes; it is no YAML reader."""
    found: dict[str, About] = {}
    lines = read_ordinary(metadata, MAX_METADATA).decode("utf-8", "replace").splitlines()
    for name, inside in _submissions(lines):
        found[name] = _about(inside)
    return found


def _submissions(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Each submission's name with its lines."""
    name, inside = "", list[str]()
    for line in lines:
        if begun := _SUBMISSION.fullmatch(line):
            if name:
                yield name, inside
            name, inside = begun["name"], []
        else:
            inside.append(line)
    if name:
        yield name, inside


def _about(lines: list[str]) -> About:
    authors: list[dict[str, str]] = []
    handed_in, section = "", ""
    for line in lines:
        if section == "submitters" and (about := _ABOUT.fullmatch(line)):
            if about["first"] or not authors:
                authors.append({})
            authors[-1][about["key"]] = printable(_unquoted(about["value"]))
        elif key := _KEY.fullmatch(line):
            section = key["key"]
            if section == "created_at":
                handed_in = _time(_unquoted(key["value"]))
    return About([Author(one.get("name", ""), one.get("email", ""), one.get("sid", "")) for one in authors], handed_in)


def _time(text: str) -> str:
    """As it is stored; nothing for what is no time with a zone."""
    try:
        return moment(text).isoformat()
    except UsageError:
        return ""


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"" else value
