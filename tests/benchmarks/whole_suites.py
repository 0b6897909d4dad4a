"""Marks all mutants and variants of a homework whole, as one class: python -m tests.benchmarks.whole_suites ID ...

`gradmark validate` marks each in the sections that it should lose; here it shows what else a mistake costs. As a class
is recorded in advance, it takes a fraction of the time, and no reasons are looked for. `ID:4` is one case in four.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from graders.classroom.store import Store
from graders.coursework.record import Report
from graders.marking.validation.outcome import failing, faults, points_lost, reasons
from graders.marking.validation.pack_suite import suite_of
from graders.marking.validation.suite import Case, Mutant


def marked(homework: str, cases: Mapping[str, Case], profile: str, folder: Path) -> Iterator[tuple[Case, Report]]:
    """The report of each case, written into a folder of this one."""
    for name, case in cases.items():
        case.changes.write(homework, folder / name)
    command = [sys.executable, "-m", "graders", "class", str(folder), "--homework", homework, "--marks-only"]
    subprocess.run([*command, "--profile", profile, "-n", "2"], check=True, stdout=subprocess.DEVNULL)
    with Store(folder / "gradmark.sqlite", writing=False) as store:
        for result in store.results():
            assert result.report is not None, f"{cases[result.name].name}: {result.message}"
            yield cases[result.name], result.report


def problem(case: Case, report: Report) -> str:
    """What is wrong with the marks of a case; empty if nothing is."""
    if faults(report):
        return f"gradmark itself failed in {', '.join(faults(report))}"
    lost = set(failing(report))
    if not isinstance(case, Mutant):
        return f"loses {points_lost(report):g} points: {reasons(report)[:2]}" if points_lost(report) or lost else ""
    wanted = case.loses & {section.id for section in report.sections}
    seen = {check.partition(".")[0] for check in case.marked} or {section.id for section in report.sections}
    if not lost & wanted:
        return "lives"
    return (
        "" if lost & seen == wanted & seen else f"fails {sorted(lost & seen)}, but should fail {sorted(wanted & seen)}"
    )


def suite(homework: str, share: int) -> bool:
    """Whether all is right with one homework; its figures, and a line for each case that isn't, are printed."""
    began, found = time.monotonic(), suite_of(homework)
    cases = {f"{place:04}": case for place, case in enumerate([*found.mutants, *found.variants][::share])}
    with tempfile.TemporaryDirectory(prefix="gradmark-suite-") as folder:
        problems = {
            (case.name, isinstance(case, Mutant)): problem(case, report)
            for case, report in marked(homework, cases, found.profile, Path(folder))
        }
    for (name, is_mutant), text in problems.items():
        if text:
            print(f"  {'mutant' if is_mutant else 'variant'} {name!r} {text}")
    mutants = [text for (_, is_mutant), text in problems.items() if is_mutant]
    variants = [text for (_, is_mutant), text in problems.items() if not is_mutant]
    print(
        f"{homework}: mutants killed {sum(text != 'lives' for text in mutants)}/{len(mutants)}, in other sections than "
        f"theirs {sum(bool(text) for text in mutants)}, variants {variants.count('')}/{len(variants)}, "
        f"{time.monotonic() - began:.0f} s",
        flush=True,
    )
    return not any(problems.values())


if __name__ == "__main__":
    asked = [word.partition(":") for word in sys.argv[1:]]
    right = [suite(name, int(share or 1)) for name, _, share in asked]
    sys.exit(0 if all(right) else 1)
