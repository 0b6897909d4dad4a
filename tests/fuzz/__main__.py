"""`python -m tests.fuzz [--count N] [TARGET ...]`: the whole amount, with progress.

The exit status is 1 where a target broke its word; it is left there.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from pathlib import Path

from graders import archives
from tests.fuzz.running import fuzz
from tests.fuzz.targets import TARGETS, UNPACKED_BYTES, Target

AT_ONCE = 2000
"""Hypothesis remembers what it has tried in one run: so that memory doesn't grow, there are many."""


def main() -> int:
    """How it ended."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=100_000, help="inputs for each target")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("targets", nargs="*", choices=[[], *(target.name for target in TARGETS)])
    asked = parser.parse_args()
    archives.MAX_BYTES = UNPACKED_BYTES
    chosen = [target for target in TARGETS if not asked.targets or target.name in asked.targets]
    return max([_run(target, asked.count, asked.seed) for target in chosen])


def _run(target: Target, count: int, seed: int) -> int:
    done, started = 0, time.monotonic()
    while done < count:
        some = min(AT_ONCE, count - done)
        try:
            with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
                fuzz(target, some, Path(folder), seed * 1_000_000 + done)
        except Exception:
            traceback.print_exc()
            print(f"{target.name}: broken after {done} inputs", flush=True)
            return 1
        done += some
        print(f"{target.name}: {done} of {count}, {time.monotonic() - started:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
