"""Allowed errors are the same whichever kernels a processor has: settings make one processor compute like another."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from typing import Any

import numpy as np
import pytest

from tests.machine.vectors import ALL_VECTORS
from tests.support import ROOT

SETTINGS = {
    "torch without vector units": {"ATEN_CPU_CAPABILITY": "default"},
    "torch with AVX2": {"ATEN_CPU_CAPABILITY": "avx2"},
    "MKL for any processor": {"MKL_CBWR": "COMPATIBLE"},
    "OpenBLAS for Haswell": {"OPENBLAS_CORETYPE": "Haswell"},
    "OpenBLAS for Prescott": {"OPENBLAS_CORETYPE": "Prescott"},
    "NumPy without vector units": {"NPY_DISABLE_CPU_FEATURES": ALL_VECTORS},
    "other hashes": {"PYTHONHASHSEED": "7"},
    "two threads": {"OMP_NUM_THREADS": "2"},
}


@cache
def measured(name: str = "") -> dict[str, Any]:
    environment = {**os.environ, **SETTINGS.get(name, {})}
    command = [sys.executable, "-W", "ignore", "-m", "tests.machine.allowed_errors"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.sampled(one_in=4, whole_if_named=True)
@pytest.mark.parametrize("name", SETTINGS)
def test_no_allowed_error_hangs_on_a_processor(name: str):
    here, there = measured(), measured(name)
    assert list(here["allowed"]) == list(there["allowed"])
    for quantity, allowed in here["allowed"].items():
        np.testing.assert_allclose(there["allowed"][quantity], allowed, rtol=1e-6, err_msg=quantity)
    assert there["edge"] == pytest.approx(here["edge"], rel=1e-6)


def test_a_case_that_once_lay_at_the_edge_is_clearly_within():
    assert measured()["edge"] == pytest.approx(0.622, abs=1e-3)
