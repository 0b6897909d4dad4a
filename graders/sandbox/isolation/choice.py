"""Which isolation a run has: the one asked for by hand; else bubblewrap where it works, or a process with limits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from graders import UsageError
from graders.sandbox.inside import landlock
from graders.sandbox.isolation import bubblewrap
from graders.sandbox.isolation.bubblewrap import BubblewrapSandbox
from graders.sandbox.isolation.place import Plan
from graders.sandbox.isolation.process import ProcessSandbox

Sandbox = BubblewrapSandbox | ProcessSandbox


class Isolation(StrEnum):
    """How far student code is kept away from everything else."""

    BUBBLEWRAP = "bubblewrap"
    """It sees neither files nor processes nor a network but its own."""
    PROCESS = "process"
    """It is limited in what it takes, and ended as a whole."""


_UNHELD = "under limits, but can read files and use the network: use Linux 5.13 or newer"


@dataclass(frozen=True)
class Choice:
    """The isolation in force, and what to say about it if it isn't the one that is wanted."""

    isolation: Isolation
    note: str = ""


def choose(wanted: Isolation | None) -> Choice:
    """The isolation that was asked for, or the strongest that works here; UsageError if what was asked for doesn't."""
    if wanted is Isolation.PROCESS:
        return Choice(wanted)
    reason = bubblewrap.failure()
    if not reason:
        return Choice(Isolation.BUBBLEWRAP)
    if wanted is Isolation.BUBBLEWRAP:
        raise UsageError(f"--isolation bubblewrap isn't available here: {reason}")
    held = "under limits and Landlock alone" if landlock.version() else _UNHELD
    return Choice(Isolation.PROCESS, f"no bubblewrap here ({reason}): student code runs {held}")


def start(isolation: Isolation, plan: Plan) -> Sandbox:
    """Start a worker without waiting for it."""
    return BubblewrapSandbox(plan) if isolation is Isolation.BUBBLEWRAP else ProcessSandbox(plan)
