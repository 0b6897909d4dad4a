"""The same submission gets the same report on every machine: whole reports are compared, under other kernels too."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import pytest

from graders.sandbox.isolation.entry import below
from tests.machine.vectors import ALL_VECTORS, vectors_in_use
from tests.support import ROOT, copy_of_worked, replace_in

MISTAKES = {
    "mytorch/nn/linear.py": ("self.dLdW = dLdW / self.N", "self.dLdW = getattr(self, 'dLdW', 0) + dLdW / self.N"),
    "mytorch/nn/activation.py": ("return self.A - self.A * self.A", "return self.A - self.A"),
    "mytorch/nn/batchnorm.py": ("self.eps = 1e-8", "self.eps = 1e-5"),
    "mytorch/optim/sgd.py": (
        "self.mu * self.v_W[i] + layer.dLdW",
        "self.mu * self.v_W[i] + (1 - self.mu) * layer.dLdW",
    ),
}
"""A mistake for each of several sections: an unmistakable one, and some that show in certain regimes only."""

Report = dict[tuple[str, str], Any]

SETTINGS: Mapping[str, Mapping[str, str]] = {
    "plain kernels of torch": {"ATEN_CPU_CAPABILITY": "default"},
    "AVX2 kernels of torch": {"ATEN_CPU_CAPABILITY": "avx2"},
    "compatible kernels of MKL": {"MKL_CBWR": "COMPATIBLE"},
    "OpenBLAS for Haswell": {"OPENBLAS_CORETYPE": "Haswell"},
    "OpenBLAS for an old processor": {"OPENBLAS_CORETYPE": "Prescott"},
    "NumPy without vectors": {"NPY_DISABLE_CPU_FEATURES": ALL_VECTORS},
    "another hash seed": {"PYTHONHASHSEED": "4711"},
}


def report(
    submission: Path, settings: Mapping[str, str], place: Path, meanwhile: Callable[[int], None] = lambda pid: None
) -> Report:
    """What a run says, by section or check and field; without the times and the versions.

    `meanwhile` is called again and again with the number of the process that marks.
    """
    command = [sys.executable, "-m", "tests.machine.marked_under", str(submission)]
    command += [f"{name}={value}" for name, value in settings.items()]
    environment = {**os.environ, **settings, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=place, env=environment, text=True, **pipes) as process:
        with ThreadPoolExecutor(1) as pool:
            output = pool.submit(process.communicate)
            while not output.done():
                meanwhile(process.pid)
                wait([output], 0.05)
        printed, complaint = output.result()
    assert process.returncode in (0, 1), complaint
    sections = json.loads(printed)["sections"]
    checks = [check for section in sections for check in section.pop("checks")]
    found = {(row["id"], field): value for row in (*sections, *checks) for field, value in row.items()}
    return {key: value for key, value in found.items() if key[1] != "seconds"}


def differences(one: Report, other: Report) -> Report:
    """What two runs say differently, by section or check and field."""
    return {key: (one.get(key), other.get(key)) for key in one.keys() | other.keys() if one.get(key) != other.get(key)}


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copy_of_worked(tmp_path_factory.mktemp("wrong") / "submission")
    for file, (old, new) in MISTAKES.items():
        replace_in(folder / file, old, new)
    return folder


@pytest.fixture(scope="module")
def plain(wrong: Path) -> Report:
    return report(wrong, {}, ROOT)


def test_numpy_can_be_had_without_vectors() -> None:
    if vectors_in_use({}):
        assert vectors_in_use({"NPY_DISABLE_CPU_FEATURES": ALL_VECTORS}) == []


def test_the_mistakes_cost_their_sections(plain: Report) -> None:
    failed = {name for (name, field), value in plain.items() if field == "status" and value == "failed"}
    assert {"linear", "activations", "batchnorm", "sgd"} <= failed


@pytest.mark.sampled(one_in=3, whole_if_named=True)
@pytest.mark.parametrize("name", SETTINGS)
def test_the_report_is_the_same_with(name: str, wrong: Path, plain: Report, tmp_path: Path) -> None:
    assert differences(report(wrong, SETTINGS[name], tmp_path), plain) == {}


def halt_workers(pid: int) -> None:
    """Stop whatever runs below the process that marks for a fifth of a second."""
    halted = list(below(pid))
    for number, seconds in ((signal.SIGSTOP, 0.2), (signal.SIGCONT, 0.0)):
        for process in halted:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, number)
        time.sleep(seconds)


@pytest.mark.slow
def test_the_report_is_the_same_where_the_worker_is_stopped_now_and_then(
    wrong: Path, plain: Report, tmp_path: Path
) -> None:
    assert differences(report(wrong, {}, tmp_path, halt_workers), plain) == {}
