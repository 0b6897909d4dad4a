"""Mutants for a drafted pack: slips and mechanical mistakes, of which those stay that are caught."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from graders.coursework.packs.pack import WORKED
from graders.marking.drafted.files import Component
from graders.marking.profiles import Profile
from graders.marking.validation.changes import Changes
from graders.marking.validation.mechanical.operators import Source
from graders.marking.validation.mechanical.slips import slips
from graders.marking.validation.outcome import Outcome
from graders.marking.validation.run import Task, validate
from graders.marking.validation.suite import Mutant, Suite
from graders.probe.drafting.inventory import modules_in
from graders.probe.drafting.solutions import Solutions, Written

EACH = 3
"""Mutants that are kept for a section."""
TRIED_SLIPS, TRIED_OTHERS = 3, 1
"""Mistakes that are made for each: what students get wrong, and what a program changes."""
MOST_LINES = 8
"""Lines that a change is told apart by, at most."""


def made(folder: Path, drafts: Sequence[Component]) -> list[Task]:
    """Mistakes in the worked solution of the pack in this folder, for each section some."""
    modules = modules_in(folder / WORKED)
    written = Solutions(modules, {d.section: (d.piece, d.passes) for d in drafts}).functions()
    found: list[Task] = []
    for module in modules:
        own = [one for one in written if one.file == module.file]
        if own:
            found += _in_file(str(folder), module.file, Source(module.text), own)
    chosen: dict[str, Task] = {}
    for draft in drafts:
        kinds = [[t for t in found if draft.section in t.case.loses and _is_slip(t) == slip] for slip in (True, False)]
        for tasks, count in zip(kinds, (TRIED_SLIPS, TRIED_OTHERS), strict=True):
            drawn = random.Random(draft.section).sample(tasks, min(count, len(tasks)))
            chosen |= {task.case.name: task for task in drawn}
    return list(chosen.values())


def _is_slip(task: Task) -> bool:
    return task.suite.explains


def _in_file(homework: str, file: str, source: Source, written: Sequence[Written]) -> Iterator[Task]:
    for changes, is_slip in ((slips(source), True), (source.changes(), False)):
        suite = Suite([], [], profile=str(Profile.QUICK), explains=is_slip)
        for change in changes:
            sections = sorted({s for one in written if one.first <= change.line <= one.last for s in one.sections})
            if sections:
                name = json.dumps([file, change.start, change.end, change.new])
                text = Changes(files={file: change.apply(source.text)})
                yield Task(homework, suite, Mutant(name, text, frozenset(sections), tuple(sections)))


def caught(tasks: Sequence[Task], processes: int, done: Callable[[], None]) -> list[Outcome]:
    """Those that lose something, the ones that are named first."""
    found = []
    for outcome in validate(tasks, processes):
        done()
        if outcome.fails and not outcome.faults:
            found.append(outcome)
    return sorted(found, key=lambda outcome: (not outcome.said, outcome.name))


def mutants_text(folder: Path, outcomes: Sequence[Outcome]) -> str:
    """mutants.toml: for each section some of what was caught, with all the sections that these lose."""
    counts: dict[str, int] = {}
    names: dict[str, int] = {}
    groups: dict[tuple[str, ...], list[str]] = {}
    for outcome in outcomes:
        section = outcome.fails[0]
        file = json.loads(outcome.name)[0]
        entry = _entry(folder, outcome, names) if counts.get(section, 0) < EACH else ""
        if entry:
            counts[section] = counts.get(section, 0) + 1
            groups.setdefault((file, *outcome.fails), []).append(entry)
    head = "# Wrong versions of worked/, each of which has to lose its sections: gradmark validate marks them.\n"
    return head + "".join(_group(file, loses, entries) for (file, *loses), entries in groups.items())


def _group(file: str, loses: Sequence[str], entries: Sequence[str]) -> str:
    table = f"file = {_toml(file)}\nloses = {json.dumps(loses)}\n\n[mutants.each]\n"
    return "\n[[mutants]]\n" + table + "".join(entries)


def _entry(folder: Path, outcome: Outcome, names: dict[str, int]) -> str:
    """By its name what gives way to what, and above it how gradmark names the mistake."""
    file, start, end, new = json.loads(outcome.name)
    text = (folder / WORKED / file).read_text(encoding="utf-8")
    old = _told_apart(text, start, end)
    if old is None:
        return ""
    first, last = old
    changed = text[first:start] + new + text[end:last]
    name = _named(outcome.fails[0], text[first:last], changed, names)
    said = f"# {outcome.said[0].splitlines()[0]}\n" if outcome.said else ""
    return f"{said}{_toml(name)} = [{_toml(text[first:last])}, {_toml(changed)}]\n"


def _told_apart(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The whole lines around a change, as many before it as it takes to be there once; None where that are too many."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    last = len(text) if last < 0 else last
    for _ in range(MOST_LINES):
        if text.count(text[first:last]) == 1:
            return first, last
        if first == 0:
            return None
        first = text.rfind("\n", 0, first - 1) + 1
    return None


def _named(section: str, old: str, new: str, names: dict[str, int]) -> str:
    """`dense: self.dW = self.x.T @ dout`: the wrong line, or the right one that is gone; each once."""
    pairs = list(zip(old.splitlines(), new.splitlines(), strict=False))
    before, after = next(((b.strip(), a.strip()) for b, a in pairs if b != a), (old.strip(), new.strip()))
    said = f"{section}: without {before}" if after == "pass" else f"{section}: {after}"
    names[said] = names.get(said, 0) + 1
    return said if names[said] == 1 else f"{said} ({names[said]})"


def _toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
