"""What a worker may use. The numbers stand here once, with their reasons."""

from __future__ import annotations

import resource
from collections.abc import Sequence
from dataclasses import dataclass

MEMORY_MIB = 1024
"""What a submission may take on top of the interpreter and its packages."""

_BASE_MIB = 256
"""Address space of Python with NumPy: 105 MiB, and as much again for what it maps while it works."""
_HEAVY_MIB = {"torch": 1024, "matplotlib": 128}
"""What a package maps on top of that: torch 530 MiB, most of it code that is never resident."""

SCRATCH_MIB = 256
"""The writable place: figures, checkpoints of small networks."""
FILE_MIB = 128
OPEN_FILES = 256
OWN_PROCESSES = 64
"""Processes and threads, where only the worker's are counted."""
SHARED_PROCESSES = 1024
"""How many more the user may have where the kernel counts all of them: a browser may be started meanwhile."""


@dataclass(frozen=True)
class Limits:
    """What one worker may use; `processes` is the kernel's number, whoever it counts."""

    memory_mib: int = MEMORY_MIB
    processes: int = OWN_PROCESSES
    packages: Sequence[str] = ("numpy",)

    @property
    def address_space_mib(self) -> int:
        """What the kernel can limit is address space, not resident memory; code that is mapped counts too."""
        return self.memory_mib + _BASE_MIB + sum(_HEAVY_MIB.get(name, 0) for name in self.packages)

    @property
    def together_mib(self) -> int:
        """What all processes of a worker may hold together, the resident memory that counts there."""
        return self.address_space_mib + SCRATCH_MIB

    def table(self) -> list[list[int]]:
        """`[which, most]` for each limit, to be set before anything of the submission runs."""
        return [
            [resource.RLIMIT_AS, self.address_space_mib << 20],
            [resource.RLIMIT_CORE, 0],
            [resource.RLIMIT_FSIZE, FILE_MIB << 20],
            [resource.RLIMIT_NOFILE, OPEN_FILES],
            [resource.RLIMIT_NPROC, self.processes],
        ]
