"""Marks this homework: `python3 autograder/hw1p1_autograder.py`, from any working directory.

Options after the name go to `gradmark grade` as they are; `hw1p1_autograder_flags.py` selects the components.
"""

import importlib.util
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
FLAGS = HERE / "hw1p1_autograder_flags.py"


def gradmark_is_installed():
    """Say whether gradmark's package can be found, without importing it and outside of this folder."""
    sys.path[:] = [entry for entry in sys.path if Path(entry).resolve() != HERE]
    try:
        spec = importlib.util.find_spec("graders")
    except (ImportError, ValueError):
        return False
    return spec is not None and spec.origin is not None  # a bare folder of that name has no origin


def main():
    """Return the exit status of `gradmark grade`, or 2 where there is no gradmark."""
    if not gradmark_is_installed():
        print(
            "gradmark is not installed in this Python; "
            "in gradmark's folder, run: python -m pip install -c constraints.txt .",
            file=sys.stderr,
        )
        return 2
    command = [sys.executable, "-P", "-m", "graders", "grade", str(HERE.parent), "--homework", "cmu11785"]
    return subprocess.run([*command, "--flags", str(FLAGS), *sys.argv[1:]]).returncode


if __name__ == "__main__":
    sys.exit(main())
