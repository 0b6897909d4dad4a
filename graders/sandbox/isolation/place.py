"""What both isolations are told about a worker, and how its interpreter is started."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from graders.sandbox.isolation import entry
from graders.sandbox.isolation.calls import refusing
from graders.sandbox.isolation.limits import Limits
from graders.sandbox.isolation.view import interpreter

ONE_THREAD = dict.fromkeys(
    ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "NUMEXPR_NUM_THREADS"], "1"
)
_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "MPLBACKEND": "Agg",
    **ONE_THREAD,
}
_BOOTSTRAP = "import sys; sys.path.append(sys.argv.pop(1)); import gradmark_entry; gradmark_entry.main()"
ENTRY = Path(str(entry.__file__))


@dataclass(frozen=True)
class Plan:
    """What a worker is to run: a submission's folder, the packages with the files that it imports, and its limits.

    `parts` are the files and folders that can be imported, each under its name; `control` is the descriptor of its
    socket to the trusted side.
    """

    submission: Path
    packages: Sequence[str]
    parts: dict[str, Path]
    control: int
    limits: Limits = field(default_factory=Limits)


def environment(place: str) -> dict[str, str]:
    """All that the worker knows of its surroundings; `place` is where it may write."""
    return _ENVIRONMENT | {"HOME": place, "TMPDIR": place}


def command(plan: Plan, packages_folder: str, root: str, **order: object) -> list[str]:
    """The worker's command line. `order` is what its first file does before it serves."""
    full = {
        "control": plan.control,
        "packages": list(plan.packages),
        "packages_folder": packages_folder,
        "root": root,
        "limits": plan.limits.table(),
        "parent": os.getpid(),
        "refusing": base64.b64encode(refusing()).decode("ascii"),
        **order,
    }
    return [str(interpreter()), "-P", "-s", "-S", "-c", _BOOTSTRAP, packages_folder, json.dumps(full)]
