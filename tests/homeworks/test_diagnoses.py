"""Every line that is approved in a diagnoses.toml is one that a catalogue, or the general diagnosis, can say."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from graders.coursework.packs.pack import load_homework
from graders.judging.diagnosis.catalogue import Catalogue
from graders.judging.guarded_oracle import says
from reference.guards import GUARDS
from tests.support import ROOT

HOMEWORKS = ROOT / "graders" / "homeworks"
GENERAL = [ROOT / "graders" / folder for folder in ("judging/diagnosis", "checking/rules", "checking/components")]
QUANTITY = r"(?:\w+|h turned by 90 degrees)"
FILES = sorted(HOMEWORKS.glob("*/diagnoses.toml"))


def approved(file: Path) -> list[str]:
    """All lines of a file."""
    found = tomllib.loads(file.read_text(encoding="utf-8"))
    return [text for texts in found.values() for text in texts]


def said(catalogue: Catalogue) -> set[str]:
    """The words of a homework's misconceptions, of each quantity of its oracles."""
    entries = list(catalogue.entries)
    for oracle, of in catalogue.general.items():
        quantities = {entry.quantity for entry in catalogue.entries if entry.oracle == oracle}
        entries += [entry for quantity in quantities for entry in of(quantity)]
    return {entry.says for entry in entries}


def patterns(*folders: Path) -> Iterator[str]:
    """What the code in these folders can say, as regular expressions: its texts, with anything in their braces."""
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            yield from patterns_of(path)


@cache
def patterns_of(path: Path) -> list[str]:
    """The same of one file; whole sentences are documentation."""
    found = _patterns(path.read_text(encoding="utf-8"))
    return [
        text
        for text in found
        if not text.endswith(r"\.")
        and r"\
"
        not in text
    ]


def _patterns(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            words = [one.value for one in node.values if isinstance(one, ast.Constant)]
            if len(re.findall(r"[a-z]+", " ".join(words))) > 1:
                yield "".join(re.escape(one.value) if isinstance(one, ast.Constant) else ".+" for one in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            yield re.escape(node.value)


def general(homework: str) -> re.Pattern[str]:
    """The general diagnosis, the expectations of checks, and this homework's own; `is` with the name of a quantity."""
    own = sorted(set(patterns(*GENERAL, HOMEWORKS / homework, *_extended(homework))))
    told = rf"(?:.+ )?(?:has moved by a step that )?(?:{'|'.join(own)})"
    sizes = "|".join(sorted(_with_sizes()))
    guarded = rf".+ has (?:too large a guard|a guard with the wrong sign): (?:{sizes})"
    return re.compile(rf"{told}|{guarded}|.+ is (?:the transpose of )?{QUANTITY}")


def _extended(homework: str) -> list[Path]:
    """The folders of shared checks that a homework includes."""
    return [layer.folder for layer in load_homework(homework).layers]


def _with_sizes() -> Iterator[str]:
    """The words of every guard, added or taken off."""
    for guard in GUARDS:
        said = re.escape(says(guard)).replace(r"\{\}", r"[\d.e-]+")
        yield from (said, said.replace(r"is\ added\ to", r"is\ taken\ off").replace(r"is\ added", r"is\ taken\ off"))


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES, ids=[file.parent.name for file in FILES])
def test_every_approved_line_is_one_that_a_catalogue_can_say(file: Path) -> None:
    known, others = said(load_homework(file.parent.name).misconceptions), general(file.parent.name)
    unknown = [text for text in approved(file) if not text.endswith(tuple(known)) and not others.fullmatch(text)]
    assert unknown == []


@pytest.mark.parametrize("file", FILES, ids=[file.parent.name for file in FILES])
def test_no_mutant_has_an_approved_line_twice(file: Path) -> None:
    entries = tomllib.loads(file.read_text(encoding="utf-8"))
    assert [name for name, texts in entries.items() if len(set(texts)) < len(texts)] == []


@pytest.mark.parametrize("text", ["linear.dLdW is a wrong sum", "linear.forward(A) is without the biases", "is"])
def test_a_line_that_nothing_says_is_found(text: str) -> None:
    known = said(load_homework("ai702").misconceptions)
    assert not text.endswith(tuple(known))
    assert not general("ai702").fullmatch(text)
