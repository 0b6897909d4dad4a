"""How good are the packs that `gradmark new` makes of folders that it has never seen?

`python -m tests.benchmarks.drafting [--mechanical 50] [-n 2] [FOLDER]...` drafts a pack of each folder of
fixtures/drafting, or of those that are named, and prints a row for each: layers that it recognised, the marks of its
own solution, mistakes that are caught. It ends with status 1 where a solution hasn't full marks, or fewer than nine in
ten mechanical mistakes are caught.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from pathlib import Path

from tests.cli.program import gradmark
from tests.support import ROOT

FOLDERS = ROOT / "fixtures" / "drafting"
LEAST = 0.9
HEAD = "| folder | sections | left over | own solution | mutants.toml | mechanical | s |\n|---|---|---|---|---|---|---|"


def drafted(source: Path, mechanical: int, processes: int) -> tuple[str, bool]:
    """The row of one folder, and whether it is good enough."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as place:
        options = ["-o", place, "--yes", "--mechanical", str(mechanical), "-n", str(processes)]
        done = gradmark("new", "pack", "--from", source, *options, timeout=7200)
    if done.returncode == 2:
        return f"| {source.name} | {done.stderr.strip()} |", False
    text = done.stdout
    marks = re.search(r"^the worked solution: ([\d.]+)/([\d.]+)", text, re.MULTILINE)
    caught = re.search(r"^wrong versions of it: (\d+) of (\d+)", text, re.MULTILINE)
    small = re.search(r"^small mistakes in the solution: (\d+) of (\d+)", text, re.MULTILINE)
    assert marks is not None
    assert caught is not None
    left = len(re.findall(r"^TODO ", text, re.MULTILINE))
    sections = text[: text.index("the worked solution")].strip().count("\n") + 1 - left
    good = marks[1] == marks[2] and (small is None or int(small[1]) >= LEAST * int(small[2]))
    cells = [source.name, sections, left, f"{marks[1]}/{marks[2]}", f"{caught[1]}/{caught[2]}"]
    cells += [f"{small[1]}/{small[2]}" if small else "-", round(time.monotonic() - began)]
    return f"| {' | '.join(map(str, cells))} |", good


def main() -> int:
    """Draft them all."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.drafting")
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--mechanical", type=int, default=50)
    parser.add_argument("-n", type=int, default=2)
    options = parser.parse_args()
    print(HEAD)
    rows = []
    for folder in options.folders or _folders():
        row, good = drafted(folder, options.mechanical, options.n)
        print(row, flush=True)
        rows.append(good)
    return 0 if all(rows) else 1


def _folders() -> list[Path]:
    """One for each style; a package is the folder that has its __init__.py."""
    found = [path for path in sorted(FOLDERS.iterdir()) if path.is_dir()]
    return [next((one.parent for one in path.glob("*/__init__.py")), path) for path in found]


if __name__ == "__main__":
    sys.exit(main())
