"""Trusted side: how long student code may take, in seconds of the machine on which the limits were chosen."""

from __future__ import annotations

import math
from dataclasses import dataclass

WITH_KERNEL_FOR_CPU = 3.0
"""With the kernel's work, code has this many times its own processor time. Memory that a virtual machine hands out
for the first time costs ten times as much as later: 1 GiB took 0.2 s and 2.1 s on one machine, by turns."""
WALL_FOR_CPU = 30.0 * WITH_KERNEL_FOR_CPU
"""The wall clock is a last resort: thirty times the processor time that code has with the kernel's work."""
WALL_FOR_IMPORT = 30.0
"""The same for the import of a submission, whose processor time has the kernel's work in it."""
IDLE_FOR_CPU = 5.0
"""Code that waits for nothing is waited for this many times the processor time that it has."""


@dataclass(frozen=True)
class Allowance:
    """What code may take in a session: processor time, time in which it only waits, time by the clock.

    The numbers are nominal, and those that a student is told: on a slow machine, `slowness` times as much computing and
    waiting for us is allowed. By the clock no more than `left` is, what is left of the run.
    """

    cpu_seconds: int
    idle_seconds: float
    seconds: float
    slowness: float = 1.0
    left: float = math.inf

    @property
    def computing_seconds(self) -> float:
        """Of the code's own."""
        return self.cpu_seconds * self.slowness

    @property
    def processor_seconds(self) -> int:
        """With the kernel's work for it."""
        return math.ceil(WITH_KERNEL_FOR_CPU * self.computing_seconds)

    @property
    def wall_seconds(self) -> float:
        """By this machine's clock."""
        return min(self.seconds * self.slowness, self.left)
