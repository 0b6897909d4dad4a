"""A private seed: cases are drawn from it, and no report tells it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from graders import UsageError
from graders.cli import seeds
from graders.cli.seeds import Seed, must_be_kept, seed_of
from graders.sandbox.isolation.choice import Isolation
from tests.cli.program import gradmark
from tests.support import ROOT

SECRET = "918273645"
ONLY = (ROOT / "student_impl" / "cs189", "--only", "relu", "--profile", "quick")


def test_a_number_or_a_file_that_holds_one(tmp_path: Path) -> None:
    file = tmp_path / "seed"
    file.write_text(" 12\n")
    assert seed_of(3, None) == Seed(3)
    assert seed_of(0, "0") == Seed(0, private=True)
    assert seed_of(0, str(file)) == Seed(12, private=True, file=file)


@pytest.mark.parametrize("content", ["", "twelve", "1 2", "-1", "4294967296", "9" * 2000, "\xff"])
def test_a_file_that_holds_something_else(tmp_path: Path, content: str) -> None:
    file = tmp_path / "seed"
    file.write_text(content)
    with pytest.raises(UsageError, match="--private-seed"):
        seed_of(0, str(file))


@pytest.mark.parametrize("given", ["nowhere", "-3", "4294967296", "\0", ""])
def test_what_is_neither_a_number_nor_a_file(given: str) -> None:
    with pytest.raises(UsageError, match="--private-seed"):
        seed_of(0, given)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="not a regular file"):
        seed_of(0, str(tmp_path / "pipe"))


def test_one_of_both_seeds() -> None:
    with pytest.raises(UsageError, match="give one of them"):
        seed_of(1, "2")


def _marked(tmp_path: Path, *options: str) -> tuple[dict[str, Any], str]:
    file = tmp_path / "report.json"
    outputs = ["--html", tmp_path / "page.html", "--gradescope", tmp_path / "g.json", "--junit", tmp_path / "j.xml"]
    more = ["--prairielearn", tmp_path / "p.json", "--autolab", "--verbose"]
    run = gradmark("grade", *ONLY, "--json", file, *outputs, *more, *options)
    written = "".join(path.read_text() for path in tmp_path.iterdir())
    return msgspec.json.decode(file.read_bytes()), run.stdout + run.stderr + written


def test_no_report_tells_it(tmp_path: Path) -> None:
    report, written = _marked(tmp_path, "--private-seed", SECRET)
    assert report["environment"]["seed"] == "private"
    assert SECRET not in written
    assert report["score"] == 10


def test_the_variable_of_a_pipeline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(seeds.VARIABLE, SECRET)
    report, written = _marked(tmp_path)
    assert report["environment"]["seed"] == "private"
    assert SECRET not in written
    monkeypatch.setenv(seeds.VARIABLE, "")  # a secret that isn't set
    assert _marked(tmp_path)[0]["environment"]["seed"] == 0


def test_it_is_guarded_like_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "seed"
    file.write_text(SECRET)
    must_be_kept(seed_of(0, SECRET), Isolation.BUBBLEWRAP, [])
    must_be_kept(Seed(3), Isolation.PROCESS, [])
    monkeypatch.setattr(seeds, "why_all_is_told", lambda isolation, packages: "it runs as you")
    with pytest.raises(UsageError, match="could read the private seed: it runs as you"):
        must_be_kept(seed_of(0, SECRET), Isolation.PROCESS, [])
    monkeypatch.setattr(seeds, "why_all_is_told", lambda isolation, packages: "")
    with pytest.raises(UsageError, match="every process may read a command line"):
        must_be_kept(seed_of(0, SECRET), Isolation.PROCESS, [])
    monkeypatch.setenv(seeds.VARIABLE, SECRET)
    must_be_kept(seed_of(0, SECRET), Isolation.PROCESS, [])
