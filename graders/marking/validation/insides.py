"""What students are told in a report, and gradmark's internals that no such text may show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from graders.coursework.record import CheckResult, Report

_WORDS = ("graders", "gradmark_worker", "homeworks", "Opaque", "SimpleNamespace", "detach", "torch", "arg0")
_NEVER = re.compile(r"(?<![\w.])(?:/submission|/packages|/tmp|/dev/shm|/proc)(?=/|\b)|\bgradmark-[\w-]+/")
"""Places inside the sandbox, and those of ours outside."""
_WORD = re.compile(rf"(?<![\w-])(?:{'|'.join(_WORDS)})(?![\w-])")


def insides(report: Report, submission: Path) -> list[str]:
    """Each text of a report for students that shows an inside of ours, with what it shows.

    A word from the submission itself may be used: `torch` where it is imported, say; where files are named, a word from
    these.
    """
    paths = [path for path in sorted(submission.rglob("*")) if path.suffix in (".py", ".ipynb")]
    sources: dict[str, str] = {}
    for path in paths:
        sources[path.name] = sources.get(path.name, "") + path.read_text(encoding="utf-8", errors="replace")
    found = []
    for place, text in told_to_students(report):
        theirs = " ".join([source for name, source in sources.items() if name in text] or sources.values())
        shown = [word for word in _WORD.findall(text) if word not in theirs] + _NEVER.findall(text)
        found += [f"{place} shows {word!r}: {text}" for word in dict.fromkeys(shown)]
    return found


def told_to_students(report: Report) -> Iterator[tuple[str, str]]:
    """Every text of a report that a student reads, with the section or check that it belongs to."""
    for section in report.sections:
        yield from ((section.id, text) for text in (section.title, section.note) if text)
        for check in section.checks:
            yield from ((check.id, text) for text in _of_check(check) if text)


def _of_check(check: CheckResult) -> Iterator[str]:
    yield from (check.title, check.message, check.hint, check.parts)
    yield from check.diagnosis
    yield from check.warnings
    yield from map(str, check.counterexample.get("calls", ()))
    yield from map(str, check.counterexample.get("inputs", {}))
