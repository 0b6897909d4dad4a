"""Marks a submission as another machine would: with other kernels, another hash seed, in another folder.

Run by the tests beside it as a program: `python -m tests.machine.marked_under SUBMISSION NAME=VALUE ...`, which prints
the report as JSON. The settings reach the process that marks through its environment, and the worker, which knows
nothing of that, through its own.
"""

from __future__ import annotations

import sys

from graders.cli.app import main
from graders.sandbox.isolation import place


def mark(submission: str, settings: list[str]) -> None:
    """Print the report of the submission; the worker gets these settings on top of its own."""
    place._ENVIRONMENT.update(setting.split("=", 1) for setting in settings)
    sys.argv = ["gradmark", "grade", submission, "--json", "-", "-n", "1", "--isolation", "process"]
    main()


if __name__ == "__main__":
    mark(sys.argv[1], sys.argv[2:])
