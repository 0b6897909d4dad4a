"""A class on disk: archives, exports, and what hostile students hand in, none of which keeps the others back."""

from __future__ import annotations

import json
import os
import shutil
import tarfile
import time
from pathlib import Path

import pytest

from graders import UsageError
from graders.classroom.similarity.classwide import Found, similar
from graders.classroom.similarity.sources import Source
from graders.coursework.finding import find
from graders.sandbox.apart import Bounds, bounded
from tests.classroom.similarity.disguise import disguised
from tests.classroom.similarity.independent import ADA, BOB, EVE
from tests.classroom.similarity.support import worked
from tests.support import copy_of_worked, starter_of_worked, write_tree

BATCHNORM = "mytorch/nn/batchnorm.py"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A class in which ada and eve are alike."""
    write_tree(tmp_path / "class/ada", ADA)
    write_tree(tmp_path / "class/bob", BOB)
    write_tree(tmp_path / "class/eve", {**EVE, BATCHNORM: ADA[BATCHNORM]})
    return tmp_path / "class"


def names(found: Found) -> list[tuple[str, str]]:
    return [(pair.first, pair.second) for pair in found.pairs]


def notebook(*cells: str) -> str:
    made = [
        {"cell_type": "code", "metadata": {}, "source": cell, "outputs": [], "execution_count": None} for cell in cells
    ]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})


def test_the_alike_are_found_among_folders_and_archives(folder: Path) -> None:
    with tarfile.open(folder / "eve.tar.gz", "w:gz") as archive:
        archive.add(folder / "eve", "handin")
    shutil.rmtree(folder / "eve")
    found = similar(find(folder), ["ai702"])
    assert names(found) == [("ada", "eve.tar.gz")]
    assert found.pairs[0].passages[0].second_file == BATCHNORM
    assert found.words == []


def test_two_who_handed_in_the_starter_code_are_no_pair(tmp_path: Path) -> None:
    for name in ("ada", "bob"):
        starter_of_worked(tmp_path / "class" / name)
    found = similar(find(tmp_path / "class"))
    assert found == Found([], [])


def test_the_instructors_own_starter_code_is_taken_out(folder: Path) -> None:
    write_tree(folder.parent / "starter", {BATCHNORM: ADA[BATCHNORM]})
    assert similar(find(folder), ["ai702"], folder.parent / "starter").pairs == []
    with pytest.raises(UsageError, match="there is no folder"):
        similar(find(folder), ["ai702"], folder / "none")


def test_versions_that_a_platform_keeps_are_no_pairs(tmp_path: Path) -> None:
    export = tmp_path / "export"
    for number in (1, 2):
        write_tree(export / f"submission_{number}", ADA)
    metadata = "".join(
        f"submission_{number}:\n  :submitters:\n  - :name: Ada\n    :email: ada@x\n" for number in (1, 2)
    )
    (export / "submission_metadata.yml").write_text(metadata)
    assert similar(find(export)).pairs == []
    (export / "submission_metadata.yml").unlink()
    assert names(similar(find(export))) == [("submission_1", "submission_2")]


def test_cells_of_notebooks_count_like_files(folder: Path) -> None:
    source = worked()[BATCHNORM]
    write_tree(folder / "ipy", {"hw.ipynb": notebook("%matplotlib inline", "!ls\nx = 1", disguised(source))})
    write_tree(folder / "worked", {"batchnorm.py": source})
    found = similar(find(folder), ["ai702"])
    assert ("ipy", "worked") in names(found)
    pair = next(pair for pair in found.pairs if pair.first == "ipy")
    assert pair.passages[0].first_file == "hw.ipynb, cell 3"


def test_whatever_cannot_be_read_is_skipped_with_a_word(folder: Path) -> None:
    write_tree(folder / "mallory", {"a.ipynb": "{", "deep.py": "(" * 50_000, "many.py": "x=1;" * 100_000})
    with (folder / "mallory/huge.py").open("wb") as file:
        file.truncate(1 << 30)
    (folder / "mallory/latin.py").write_bytes(b"x = '\xff\xfe'\n# coding: nonsense\n\x00")
    (folder / "mallory/link.py").symlink_to("/dev/zero")
    os.mkfifo(folder / "mallory/pipe.py")
    (folder / "broken.zip").write_bytes(b"no archive")
    nested = folder / "nested"
    (nested / "/".join(["d"] * 60)).mkdir(parents=True)
    for number in range(50):
        write_tree(nested, {f"{number}.txt": ""})
    began = time.process_time()
    found = similar(find(folder), ["ai702"])
    assert time.process_time() - began < 20
    assert names(found) == [("ada", "eve")]
    said = "\n".join(found.words)
    assert "mallory: a.ipynb is left out" in said
    assert "mallory: huge.py is left out: it has more than 1 MiB" in said
    assert "mallory: many.py and what follows is left out: more than 200000 names and signs" in said
    assert "nested: folders that lie deeper than 32 in each other are left out" in said
    assert "broken.zip" in said


def test_no_more_files_are_read_than_a_person_writes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graders.classroom.similarity.sources.MAX_FILES", 20)
    monkeypatch.setattr("graders.classroom.similarity.sources.MAX_SEEN", 50)
    write_tree(folder / "mallory", {f"{number}.py": "" for number in range(30)})
    write_tree(folder / "other", {f"{number}.txt": "" for number in range(60)})
    found = similar(find(folder), ["ai702"])
    assert names(found) == [("ada", "eve")]
    assert found.words == [
        "mallory: more than 20 files with code: the rest is left out",
        "other: more than 50 files: the rest is left out",
    ]


def test_nobody_keeps_code_out_by_filling_the_bounds(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graders.classroom.similarity.classwide.MAX_TOKENS", 20_000)
    write_tree(folder / "eve", {f"{name}.py": "x=1;" * 9_000 for name in "ab"})
    found = similar(find(folder), ["ai702"])
    assert names(found) == [("ada", "eve")]
    assert found.words == ["eve: a.py and what follows is left out: more than 20000 names and signs"]


def test_names_of_any_bytes_survive(folder: Path) -> None:
    copy = os.fsencode(folder) + b"/<b>\xff\x1b[31m"
    shutil.copytree(os.fsencode(folder / "ada"), copy)
    found = similar(find(folder), ["ai702"])
    assert ("<b>\\xff\\x1b[31m", "ada") in names(found)


def test_homework_is_recognised_where_nobody_said(tmp_path: Path) -> None:
    for name in ("ada", "bob"):
        copy_of_worked(tmp_path / "class" / name)
    found = similar(find(tmp_path / "class"))
    assert names(found) == [("ada", "bob")]


def test_code_that_takes_too_long_to_read_is_skipped_with_a_word(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(content: bytes, name: str) -> list[Source]:
        while True:
            pass

    monkeypatch.setattr("graders.classroom.similarity.sources.texts", endless)
    with bounded(Bounds(cpu_seconds=0.1)):
        found = similar(find(folder), ["ai702"])
    assert found.pairs == []
    assert any("takes longer than 0.1 s to read" in word and ".py" in word for word in found.words)
