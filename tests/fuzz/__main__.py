"""`python -m tests.fuzz [--count N] [--first N] [TARGET ...]`: the whole amount, with progress.

`python -m tests.fuzz --growth [READER ...]` measures instead how time and memory of what reads student files grow.

Each target has its own process, one after another. The exit status is 1 where one broke its word; it stops there.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import sys
import tempfile
import time
import traceback
from pathlib import Path

from graders.coursework import archives
from tests.fuzz import growth
from tests.fuzz.readers import READERS
from tests.fuzz.running import feed
from tests.fuzz.targets import TARGETS, UNPACKED_BYTES, Target
from tests.fuzz.watching import SEEN

AT_ONCE = 10_000
MOST_MEMORY = 4 << 30
"""Of addresses, for a process: what is far over a target's bound isn't had, rather than measured."""
IN_MEMORY = Path("/dev/shm")


def main() -> int:
    """How it ended."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=100_000, help="inputs for each target")
    parser.add_argument("--first", type=int, default=0, help="number of the first; a number is always the same input")
    parser.add_argument("--growth", action="store_true", help="how readers grow with the size of what they read")
    parser.add_argument("targets", nargs="*")
    asked = parser.parse_args()
    known = {reader.name for reader in READERS} if asked.growth else {target.name for target in TARGETS}
    if unknown := set(asked.targets) - known:
        parser.error(f"there is no {min(unknown)}, but {', '.join(sorted(known))}")
    if asked.growth:
        return growth.main(asked.targets)
    chosen = [target for target in TARGETS if not asked.targets or target.name in asked.targets]
    return max([_in_its_own(target, asked.first, asked.count) for target in chosen])


def _in_its_own(target: Target, first: int, count: int) -> int:
    """A forked process: what one target takes isn't the next one's."""
    process = multiprocessing.get_context("fork").Process(target=_run, args=(target, first, count))
    process.start()
    process.join()
    if process.exitcode:
        print(f"{target.name}: broken", flush=True)
    return 1 if process.exitcode else 0


def _run(target: Target, first: int, count: int) -> None:
    archives.MAX_BYTES = UNPACKED_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    started = time.monotonic()
    for start in range(0, count, AT_ONCE):
        end = min(start + AT_ONCE, count)
        try:
            with tempfile.TemporaryDirectory(prefix="fuzz-", dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as folder:
                feed(target, range(first + start, first + end), Path(folder))
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)
        print(f"{target.name}: {end} of {count}, {time.monotonic() - started:.0f} s", end="\r", flush=True)
    raised = ", ".join(f"{number} {name}" for name, number in SEEN.exceptions.most_common())
    print(
        f"{target.name}: {count} inputs, {time.monotonic() - started:.0f} s; {raised or 'nothing'} raised;"
        f" {SEEN.memory / (1 << 20):.1f} MiB at most",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
