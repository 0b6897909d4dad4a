"""Which vector units NumPy has kernels for besides its plainest, and which of them a process uses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping

from numpy._core import _multiarray_umath

ALL_VECTORS = " ".join(_multiarray_umath.__cpu_dispatch__)
"""What `NPY_DISABLE_CPU_FEATURES` is to say for none of them; their names are others in each version of NumPy."""

_ASK = """
import json
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__
print(json.dumps([name for name in __cpu_dispatch__ if __cpu_features__[name]]))
"""


def vectors_in_use(settings: Mapping[str, str]) -> list[str]:
    """Those that a process with these settings uses on this machine."""
    command = [sys.executable, "-W", "ignore", "-c", _ASK]
    done = subprocess.run(command, env={**os.environ, **settings}, capture_output=True, text=True, check=True)
    found: list[str] = json.loads(done.stdout)
    return found
