"""`gradmark similar`, and `gradmark class --similar`: what they print and keep."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from graders.classroom.store import Store
from graders.coursework.pair import POINTER
from tests.classroom.similarity.independent import ADA, BOB
from tests.classroom.support import class_of, mark_class
from tests.cli.program import gradmark
from tests.support import write_tree


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, files in {"ada": ADA, "bob": BOB, "copy": ADA}.items():
        write_tree(tmp_path / "class" / name, files)
    return tmp_path / "class"


def test_a_pair_is_a_line_that_says_it_is_a_pointer(folder: Path) -> None:
    done = gradmark("similar", folder, "--json", folder / "pairs.json")
    assert (done.returncode, done.stderr) == (0, "")
    line, last = done.stdout.splitlines()
    assert line.startswith("ada  copy  100 %  100 %  mytorch/")
    assert last == f"1 pair alike. {POINTER}"
    written = json.loads((folder / "pairs.json").read_text())
    assert written["note"] == POINTER
    with Store(folder / "gradmark.sqlite", writing=False) as store:
        (pair,) = store.pairs()
    assert (pair.first, pair.second, pair.first_share) == ("ada", "copy", 1.0)
    (as_json,) = written["pairs"]
    assert as_json["passages"][0]["first_lines"] == list(pair.passages[0].first_lines)


def test_json_may_be_all_that_is_printed(folder: Path) -> None:
    (folder / "copy").rename(folder.parent / "copy")
    done = gradmark("similar", folder, "--homework", "ai702", "--json", "-")
    assert json.loads(done.stdout) == {"note": POINTER, "pairs": []}
    assert gradmark("similar", folder).stdout == "No submissions are suspiciously alike.\n"


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--homework", "none"], "there is no homework 'none'"),
        (["--starter", "none"], "there is no folder none"),
        (["--json", "none/pairs.json"], "can't be written"),
    ],
)
def test_what_cannot_be_used_is_said_in_a_line(folder: Path, options: list[str], word: str) -> None:
    done = gradmark("similar", folder, *options)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert word in done.stderr


def test_a_class_shows_pairs_when_asked(tmp_path: Path) -> None:
    folder = class_of(tmp_path / "class", "ada", "bob")
    done = mark_class(folder, "--similar")
    assert done.returncode == 0, done.stderr
    assert "ada  bob  100 %  100 %" in done.stdout
    assert POINTER in done.stdout
    with Store(folder / "gradmark.sqlite", writing=False) as store:
        assert [(pair.first, pair.second) for pair in store.pairs()] == [("ada", "bob")]
