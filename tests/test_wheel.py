"""A built wheel, installed in another environment, marks a submission from an empty folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path
from typing import Any

import pytest

import graders
from tests.support import ROOT, copy_of_worked, replace_in

THEIRS = "theirs"


def run(*command: str | Path, cwd: Path, status: int = 0, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    """With nothing on Python's path but what is installed, and `path`."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    if path is not None:
        environment["PYTHONPATH"] = str(path)
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done


def marked(*command: str | Path, cwd: Path, path: Path | None = None) -> dict[str, Any]:
    """The report that a command prints, but for its times."""
    report: dict[str, Any] = json.loads(run(*command, cwd=cwd, status=1, path=path).stdout)
    for section in report["sections"]:
        for check in section["checks"]:
            del check["seconds"]
    return report


def built_wheel(folder: Path) -> Path:
    source = folder / "source"
    source.mkdir()
    for name in ("graders", "gradmark", "reference", "student_impl", "fixtures/data"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "constraints.txt"):
        shutil.copy(ROOT / name, source)
    script = "import hatchling.build, sys; print(hatchling.build.build_wheel(sys.argv[1]))"
    name = run(sys.executable, "-c", script, folder, cwd=source).stdout.split()[-1]
    return folder / name


def environment_with(wheel: Path, folder: Path) -> Path:
    """A virtual environment with the wheel; what the wheel depends on is lent by ours, gradmark itself is not."""
    run(sys.executable, "-m", "venv", folder, cwd=folder.parent)
    run(folder / "bin/python", "-m", "pip", "install", "--no-deps", "--no-index", wheel, cwd=folder.parent)
    library = folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    (library / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A wheel, and an environment with it and with somebody else's `reference`."""
    folder = tmp_path_factory.mktemp("wheel")
    wheel = built_wheel(folder)
    home = environment_with(wheel, folder / "environment")
    library = next((home / "lib").glob("python*/site-packages"))
    (library / "reference.py").write_text(f"whose = {THEIRS!r}\n", encoding="utf-8")
    return wheel, home


def test_a_wheel_marks_anywhere_exactly_as_a_checkout_does(installed: tuple[Path, Path], tmp_path: Path) -> None:
    _, home = installed
    submission = copy_of_worked(tmp_path / "submission")
    wrong = copy_of_worked(tmp_path / "wrong")
    replace_in(wrong / "mytorch/nn/batchnorm.py", "self.V + self.eps", "self.V")
    empty = tmp_path / "empty"
    empty.mkdir()
    where = run(home / "bin/python", "-P", "-c", "import graders; print(graders.__file__)", cwd=empty).stdout
    assert where.startswith(str(home)), where
    page = tmp_path / "page.html"
    done = run(home / "bin/gradmark", "grade", submission, "--json", "-", "--html", page, cwd=empty)
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    report = json.loads(done.stdout)
    assert (report["score"], report["max_score"]) == (100.0, 100.0)
    ours = marked(sys.executable, "-P", "-m", "graders", "grade", wrong, "--json", "-", cwd=empty, path=ROOT)
    assert marked(home / "bin/gradmark", "grade", wrong, "--json", "-", cwd=empty) == ours
    ships = "from graders.coursework.bundled import bundled as b; print([b(x).exists() for x in "
    ships += "('fixtures/data/digits/train-images-idx3-ubyte', 'student_impl/ai702/mytorch/nn/linear.py')])"
    assert run(home / "bin/python", "-P", "-c", ships, cwd=empty).stdout == "[True, True]\n"
    typed = "import gradmark, importlib.resources as r; print([r.files(n).joinpath('py.typed').is_file() for n in "
    typed += "('graders', 'gradmark')], gradmark.Report.__name__)"
    assert run(home / "bin/python", "-P", "-c", typed, cwd=empty).stdout == "[True, True] Report\n"
    assert list(empty.iterdir()) == []


def test_it_shares_the_environment_with_another_package_called_reference(installed: tuple[Path, Path]) -> None:
    wheel, home = installed
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.partition("/")[0] for name in archive.namelist()}
    assert tops == {"graders", "gradmark", f"gradmark-{graders.__version__}.dist-info"}
    assert THEIRS in run(home / "bin/python", "-P", "-c", "import reference; print(reference.whose)", cwd=home).stdout
    with_gradcheck = "import graders.gradcheck.check, reference; print(reference.whose)"
    assert THEIRS in run(home / "bin/python", "-P", "-c", with_gradcheck, cwd=home).stdout
    ours = "from graders.judging import expected; import reference.linear as found; print(found.__file__)"
    assert "/graders/_bundled/reference/" in run(home / "bin/python", "-P", "-c", ours, cwd=home).stdout
