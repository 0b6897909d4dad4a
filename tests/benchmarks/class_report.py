"""Times the web page of a class with many stored results: writing it, its size, and opening it in Chromium.

`python -m tests.benchmarks.class_report [--count 10000] [--folder DIR]`

The records are those of one wrong submission of ai702, in which a random choice of sections is made right, so they are
as large as real ones. Opening takes the wall clock and the page's own processor time.
"""

from __future__ import annotations

import argparse
import random
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec

from graders.classroom.result import Result, State
from graders.classroom.store import Store
from graders.cli.report import report as write_pages
from graders.coursework.packs.pack import load_homework
from graders.coursework.record import Report, SectionResult, SectionStatus, Status
from graders.coursework.selection import select
from graders.marking.profiles import Profile
from graders.marking.run import Request, mark
from tests.reports.browser import browsing, processor
from tests.support import copy_of_worked, replace_in

MISTAKES = {
    "linear": ("self.dLdW = dLdW / self.N", "self.dLdW = dLdW"),
    "batchnorm": ("dLdV = -0.5", "dLdV = 0.5"),
}


def wrong_report(folder: Path) -> Report:
    """What marking a submission with several mistakes gives."""
    copy = copy_of_worked(folder / "wrong")
    for layer, (right, wrong) in MISTAKES.items():
        replace_in(copy / "mytorch" / "nn" / f"{layer}.py", right, wrong)
    homework = load_homework("ai702")
    return mark(Request(copy, homework, select(homework, [], {}), Profile.QUICK, name="wrong"))


def right(section: SectionResult) -> SectionResult:
    """The section with full marks."""
    blank: dict[str, Any] = {"status": Status.PASSED, "message": "", "diagnosis": [], "counterexample": {}}
    checks = [msgspec.structs.replace(check, errors=msgspec.UNSET, **blank) for check in section.checks]
    return msgspec.structs.replace(section, score=section.max_score, status=SectionStatus.PASSED, checks=checks)


def fill(file: Path, wrong: Report, count: int) -> None:
    """A store with so many results."""
    chosen = random.Random(0)
    mended = {section.id: right(section) for section in wrong.sections}
    with Store(file) as store:
        for k in range(count):
            sections = [section if chosen.random() < 0.3 else mended[section.id] for section in wrong.sections]
            score = sum(section.score for section in sections)
            found = msgspec.structs.replace(wrong, submission=f"student{k}", sections=sections, score=score)
            address, when = f"student{k}@example.edu", "2026-01-01T10:00:00"
            store.keep(Result(f"student{k}", address, 1, "-", "{}", State.MARKED, "", found, when, 3.0))


def measure(folder: Path, count: int) -> None:
    """Print what it takes."""
    file, page = folder / "gradmark.sqlite", folder / "class.html"
    if not file.is_file():
        fill(file, wrong_report(folder), count)
    begin, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_utime
    write_pages(folder, page)
    used = resource.getrusage(resource.RUSAGE_SELF).ru_utime - before
    print(f"{count} results, {file.stat().st_size >> 20} MiB stored")
    print(
        f"written in {time.monotonic() - begin:.1f} s ({used:.1f} s of the processor), {page.stat().st_size >> 10} KiB"
    )
    with browsing() as browser:
        for _ in range(3):
            opened = browser.new_page()
            begin = time.monotonic()
            opened.goto(page.as_uri())
            place = opened.inner_text("#place")
            took = time.monotonic() - begin
            print(f"opened in {took:.2f} s ({processor(opened):.2f} s of the processor): {place}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    if asked.folder is not None:
        measure(asked.folder, asked.count)
    else:
        with tempfile.TemporaryDirectory() as place:
            measure(Path(place), asked.count)
