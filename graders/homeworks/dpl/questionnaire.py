"""Scores a questionnaire: tasks that a paper belongs to, marked by a student, against the instructor's key.

Both files are TOML. The key's `q1.toml` has a table for each paper, with the options that should be marked:

    [papers.1]
    tasks = ["a", "c", "g"]

The submission's `q1_answers.toml` has those that were marked, each with its explanation:

    [papers.1]
    a = "Images are drawn independently."
    c = "Every image has a label."
"""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graders import UsageError
from graders.checking import CheckFailed, content_of, reads_files

KEY = "q1.toml"
ANSWERS = "q1_answers.toml"
OPTIONS = string.ascii_lowercase[:16]
WRONG = 0.1
"""What each missing and each extra task costs."""
UNEXPLAINED = 0.05
"""What each marked task without an explanation costs."""
MAX_BYTES = 1 << 20
MAX_PARTS = 16
"""Of a key that dots divide: tomllib takes memory by the square of their number."""
_TOKEN = re.compile(
    r"""
      (?: \"\"\"(?:[^"\\]|\\.|"(?!""))*+(?:"{3,5}|\Z) | '''(?:[^']|'(?!''))*+(?:'{3,5}|\Z) )
    | (?P<part> "(?:[^"\\\n]|\\.)*+"? | '[^'\n]*+'? | [A-Za-z0-9_-]++ )
    | (?P<dot> [ \t]*+\.[ \t]*+ )
    | \#[^\n]*+
    | .
    """,
    re.VERBOSE | re.DOTALL,
)
"""Texts, parts of keys and the dots between them, comments, and any other character."""

Papers = Mapping[str, Any]


@dataclass(frozen=True)
class Score:
    """One paper's points, and what they were lost for."""

    points: float
    missing: list[str]
    extra: list[str]
    unexplained: list[str]

    def __str__(self) -> str:
        parts = [
            f"{len(options)} {word} ({', '.join(options)})"
            for word, options in (
                ("missing", self.missing),
                ("too many", self.extra),
                ("not explained", self.unexplained),
            )
            if options
        ]
        return "; ".join(parts) or "all as the key has it"


def score(marked: Mapping[str, str], tasks: set[str], points: float) -> Score:
    """A paper's points: `points` less 0.1 for each missing or extra task, 0.05 for each unexplained; never below 0."""
    missing = sorted(tasks - marked.keys())
    extra = sorted(marked.keys() - tasks)
    unexplained = sorted(option for option, explanation in marked.items() if not explanation.strip())
    lost = WRONG * (len(missing) + len(extra)) + UNEXPLAINED * len(unexplained)
    return Score(max(0.0, round(points - lost, 10)), missing, extra, unexplained)


def check_paper(submission: Path, keys: Path, paper: str, points: float) -> None:
    """CheckFailed with the share that a paper earns, unless it earns all of its points."""
    key = key_of(keys, paper)
    found = score(answers_of(submission, paper), key, points)
    if found.points < points:
        raise CheckFailed(f"paper {paper}: {found.points:g} of {points:g} points: {found}", share=found.points / points)


def key_of(keys: Path, paper: str) -> set[str]:
    """The tasks that the instructor's key has for a paper; UsageError where the key can't be used."""
    path = keys / KEY
    try:
        tasks = _papers(path)[paper]["tasks"]
        wrong = [task for task in tasks if task not in OPTIONS or len(task) != 1]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path}: the tasks of paper {paper} can't be read: {error}") from None
    if wrong:
        raise UsageError(f"{path}: paper {paper} has {wrong[0]!r}, but should have letters from a to {OPTIONS[-1]}")
    return set(tasks)


@reads_files
def answers_of(submission: Path, paper: str) -> dict[str, str]:
    """What the student marked for a paper, with explanations; a paper that isn't there has no marks."""
    path = submission / ANSWERS
    if not path.is_file():
        raise CheckFailed(f"there is no {ANSWERS}", "The starter code has one, and says in it what goes where.")
    try:
        found = _papers(path).get(paper, {})
    except (ValueError, TypeError) as error:
        raise CheckFailed(f"{ANSWERS} can't be read: {error}", "It has to be TOML.") from None
    if not isinstance(found, dict):
        raise CheckFailed(f"{ANSWERS}: papers.{paper} should be a table: [papers.{paper}]")
    return {option: _explanation(option, value, paper) for option, value in found.items()}


def _explanation(option: str, value: Any, paper: str) -> str:
    if option not in OPTIONS or len(option) != 1:
        raise CheckFailed(f"{ANSWERS}: paper {paper} marks {option!r}, but the options are a to {OPTIONS[-1]}")
    if not isinstance(value, str):
        raise CheckFailed(f"{ANSWERS}: paper {paper}, {option}: an explanation is a text in quotation marks")
    return value


def _has_long_key(text: str) -> bool:
    """Whether dots join more parts than a key may have; outside of texts and comments nothing else has as many."""
    dots = 0
    for token in _TOKEN.finditer(text):
        if token["dot"]:
            dots += 1
        elif not token["part"]:
            dots = 0
        if dots >= MAX_PARTS:
            return True
    return False


def _papers(path: Path) -> Papers:
    content = content_of(path.parent, path.name, MAX_BYTES)
    if len(content) > MAX_BYTES:
        raise ValueError(f"it has more than {MAX_BYTES >> 20} MiB")
    text = content.decode("utf-8-sig")
    if _has_long_key(text):
        raise ValueError(f"a key has more than {MAX_PARTS} parts")
    try:
        papers = tomllib.loads(text).get("papers", {})
    except RecursionError:
        raise ValueError("its brackets go too deep") from None
    if not isinstance(papers, dict):
        raise TypeError("papers should be tables: [papers.1]")
    return papers
