"""`gradmark grade` with recordings: the same marks, and for right work neither PyTorch nor Hypothesis."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import gradmark, timeless
from tests.support import ROOT, WORKED, copy_of_worked, replace_in

ONLY = "linear,sgd"
BOTH = [WORKED, "--only", ONLY, "--profile", "quick"]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder with the recordings of two sections."""
    folder = tmp_path_factory.mktemp("cache")
    done = grade(folder, *BOTH)
    assert done.returncode == 0, done.stderr
    assert list(folder.rglob("*.recordings"))
    return folder


def grade(cache: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """`gradmark grade` with the user's cache there."""
    return gradmark("grade", *arguments, GRADMARK_RECORDINGS="yes", XDG_CACHE_HOME=str(cache))


def report(cache: Path, *arguments: str | Path) -> dict[str, Any]:
    """Its report, without times."""
    done = grade(cache, *arguments, "--json", "-")
    assert done.stderr == ""
    return timeless(json.loads(done.stdout))


def modules_of(cache: Path, *arguments: str | Path) -> set[str]:
    """The modules that the program has when it has marked."""
    ending = "import atexit, sys; atexit.register(lambda: print(*sys.modules));"
    program = f"{ending} from graders.cli.app import main; main()"
    command = [sys.executable, "-c", program, "grade", *map(str, arguments)]
    environment = os.environ | {"GRADMARK_RECORDINGS": "yes", "XDG_CACHE_HOME": str(cache)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_what_is_right_is_marked_without_pytorch_hypothesis_and_pytest(cache: Path) -> None:
    found = modules_of(cache, *BOTH)
    assert {"torch", "hypothesis", "pytest"} & found == set()
    assert "graders.marking.recordings.repeating" in found


def test_other_right_code_is_marked_without_them_too(cache: Path, tmp_path: Path) -> None:
    other = copy_of_worked(tmp_path / "other")
    replace_in(other / "mytorch/nn/linear.py", "self.dLdW = dLdW / self.N", "self.dLdW = (1 / self.N) * dLdW")
    only = ("linear.backward_weight", "linear.backward_input")
    assert "torch" not in modules_of(cache, other, "--only", ",".join(only), "--profile", "quick")


def test_reports_are_those_without_recordings(cache: Path, tmp_path: Path) -> None:
    wrong = copy_of_worked(tmp_path / "wrong")
    replace_in(wrong / "mytorch/nn/linear.py", "self.dLdW = dLdW / self.N", "print('here')\n        self.dLdW = dLdW")
    for submission in (WORKED, wrong):
        options = [submission, "--only", ONLY, "--profile", "quick"]
        assert report(cache, *options) == report(cache, *options, "--no-recordings")


def test_a_damaged_file_is_one_line_and_costs_nothing(cache: Path, tmp_path: Path) -> None:
    for file in cache.rglob("*.recordings"):
        copy = tmp_path / file.relative_to(cache)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes()[:-20])
    done = grade(tmp_path, *BOTH)
    assert done.returncode == 0
    assert "Total 25/25" in done.stdout
    lines = [line for line in done.stderr.splitlines() if "damaged" in line]
    assert len(lines) == len(list(cache.rglob("*.recordings")))
    assert "damaged" not in grade(tmp_path, *BOTH).stderr


def test_a_cache_that_cannot_be_written_costs_a_line(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    done = grade(tmp_path / "cache", WORKED, "--only", "sgd", "--profile", "quick")
    assert done.returncode == 0
    assert "no recordings are kept" in done.stderr


def test_recordings_may_be_taken_from_a_folder_alone(cache: Path, tmp_path: Path) -> None:
    (folder,) = cache.rglob("recordings")
    done = grade(tmp_path, *BOTH, "--recorded", folder)
    assert done.returncode == 0
    done = grade(tmp_path, WORKED, "--only", "batchnorm", "--profile", "quick", "--recorded", folder)
    assert done.returncode == 0
    assert not list(tmp_path.rglob("*.recordings"))


def test_in_a_bare_process_that_nothing_holds_none_are_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    from graders.marking.recordings import places
    from graders.sandbox.isolation.choice import Isolation

    monkeypatch.setattr(places, "own_user", lambda: None)
    monkeypatch.setattr(places.landlock, "version", lambda: 0)
    assert not places.trusted(Isolation.PROCESS)
    assert places.trusted(Isolation.BUBBLEWRAP)
    monkeypatch.setattr(places.landlock, "version", lambda: 1)
    assert places.trusted(Isolation.PROCESS)
    monkeypatch.setattr(places, "why_all_is_told", lambda *_: "it can be read")
    assert not places.trusted(Isolation.PROCESS, secret=True)
