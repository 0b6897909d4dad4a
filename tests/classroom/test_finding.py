from __future__ import annotations

import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from graders import UsageError
from graders.coursework.finding import Submission, find, opened, printable
from tests.support import write_tree

METADATA = """
---
submission_101:
  :submitters:
  - :name: Ada Lovelace
    :sid: '7'
    :email: ada@example.edu
  :created_at: 2026-02-01 10:00:00.000000000 -05:00
  :score: 12.0
submission_102:
  :submitters:
  - :name: "Bob: the second"
    :sid: '8'
  - :name: Cyd
    :sid: '9'
  :created_at: 2026-02-01 10:00:00.000000000 -05:00
"""


def found(folder: Path) -> dict[str, str]:
    return {submission.name: submission.path.name for submission in find(folder)}


def archive(path: Path, *names: str) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for name in names:
            member = tarfile.TarInfo(name)
            tar.addfile(member, io.BytesIO())
    return path


def test_folders_and_archives_are_submissions_and_nothing_else_is(tmp_path: Path) -> None:
    write_tree(tmp_path, {"ada/a.py": "", "bob/b.py": "", ".git/config": "", "__MACOSX/x": "", "notes.txt": ""})
    archive(tmp_path / "cyd.tgz", "c.py")
    zipfile.ZipFile(tmp_path / "dan.zip", "w").close()
    (tmp_path / "link").symlink_to(tmp_path / "ada")
    assert found(tmp_path) == {"ada": "ada", "bob": "bob", "cyd.tgz": "cyd.tgz", "dan.zip": "dan.zip"}


def test_a_gradescope_export_says_who_each_submission_is_from(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {"submission_metadata.yml": METADATA, "submission_101/a.py": "", "submission_102/a.py": "", "other/a.py": ""},
    )
    assert [(one.name, one.student) for one in find(tmp_path)] == [
        ("submission_101", "ada@example.edu"),
        ("submission_102", "Bob: the second, Cyd"),
    ]


def test_nbgraders_submitted_folder_and_otters_zips_are_classes(tmp_path: Path) -> None:
    write_tree(
        tmp_path / "submitted", {"ada/hw1/mytorch/nn/linear.py": "", "ada/hw1/timestamp.txt": "", "bob/hw1/x.py": ""}
    )
    assert list(found(tmp_path / "submitted")) == ["ada", "bob"]
    with opened(tmp_path / "submitted/ada", None) as folder:
        assert (folder / "mytorch/nn/linear.py").is_file()
    (tmp_path / "otter").mkdir()
    with zipfile.ZipFile(tmp_path / "otter/hw1_2026_10_24T20_00_00_000000.zip", "w") as made:
        for name in ("hw1.ipynb", "__zip_filename__", "mytorch/nn/linear.py"):
            made.writestr(name, "")
    assert list(found(tmp_path / "otter")) == ["hw1_2026_10_24T20_00_00_000000.zip"]


def test_a_submission_that_the_metadata_leave_out_is_marked_all_the_same(tmp_path: Path) -> None:
    write_tree(tmp_path, {"submission_metadata.yml": METADATA, "submission_103/a.py": ""})
    assert find(tmp_path) == [Submission("submission_103", tmp_path / "submission_103")]


def test_of_autolabs_versions_the_last_by_number_counts(tmp_path: Path) -> None:
    for name in ("ada@x.edu_2_handin.tar", "ada@x.edu_10_handin.tar", "bob_the@x.edu_1_handin.tar"):
        archive(tmp_path / name, "a.py")
    assert found(tmp_path) == {"ada@x.edu": "ada@x.edu_10_handin.tar", "bob_the@x.edu": "bob_the@x.edu_1_handin.tar"}
    assert {one.version for one in find(tmp_path)} == {1, 10}


def test_two_hand_ins_of_one_version_are_both_kept(tmp_path: Path) -> None:
    for name in ("ada@x.edu_1_handin.tar", "ada@x.edu_1_other.tar"):
        archive(tmp_path / name, "a.py")
    assert sorted(found(tmp_path).values()) == ["ada@x.edu_1_handin.tar", "ada@x.edu_1_other.tar"]


def test_names_that_are_printed_alike_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9")).mkdir()
    (tmp_path / "caf\\xe9").mkdir()
    (tmp_path / "ada@x.edu").mkdir()
    archive(tmp_path / "ada@x.edu_1_handin.tar", "a.py")
    names = [one.name for one in find(tmp_path)]
    assert names == ["ada@x.edu", "ada@x.edu_1_handin.tar", "caf\\xe9", "caf\\xe9 (2)"]
    assert {one.path.name for one in find(tmp_path)} == {path.name for path in tmp_path.iterdir()}


@pytest.mark.parametrize("name", [b"caf\xe9", b"tab\there", b"\x1b[31mred"])
def test_a_name_of_any_bytes_can_be_printed_and_stored(tmp_path: Path, name: bytes) -> None:
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))).mkdir()
    (only,) = find(tmp_path)
    assert only.name.isprintable()
    assert only.name.encode("utf-8")
    assert only.path.is_dir()


def test_printable_leaves_letters_of_all_languages() -> None:
    assert printable("Zoë 王") == "Zoë 王"


def test_a_submission_itself_is_no_class(tmp_path: Path) -> None:
    write_tree(tmp_path, {"mytorch/nn/linear.py": ""})
    with pytest.raises(UsageError, match="is one submission"):
        find(tmp_path)


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.mkdir(), lambda path: path.touch()])
def test_a_folder_without_submissions_is_said_so(tmp_path: Path, make) -> None:
    make(tmp_path / "class")
    with pytest.raises(UsageError, match=r"there is no folder|holds no submissions"):
        find(tmp_path / "class")


def test_what_lies_alone_in_a_folder_is_looked_into(tmp_path: Path) -> None:
    write_tree(tmp_path, {"ada/homework/again/mytorch/nn/linear.py": "", "ada/.git/config": ""})
    with opened(tmp_path / "ada", "ai702") as folder:
        assert folder == tmp_path / "ada/homework/again"


def test_an_archive_alone_in_a_folder_is_unpacked(tmp_path: Path) -> None:
    (tmp_path / "submission_1").mkdir()
    archive(tmp_path / "submission_1" / "handin.tgz", "handin/mytorch/nn/linear.py")
    with opened(tmp_path / "submission_1", None) as folder:
        assert (folder / "mytorch/nn/linear.py").is_file()
