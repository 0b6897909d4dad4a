"""`gradmark pack`: the archive that a handout asks for, complete, always the same bytes, and marked like its folder."""

from __future__ import annotations

import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from graders import UsageError
from graders.coursework.handin import plan, student_name, write
from graders.coursework.packs.pack import homework_ids, load_homework
from graders.coursework.rubric import HandIn
from tests.cli.program import graded, gradmark, timeless
from tests.support import TOY_RUBRIC, WORKED, copy_of_worked, toy_homework, write_tree

NAMED = HandIn(archive="{name}_hw1.tar.gz", folder="{name}_hw1", required=["a.py"])


def test_the_archive_of_the_worked_submission_is_marked_like_its_folder(tmp_path: Path) -> None:
    done = gradmark("pack", WORKED, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    packed, left_out = done.stdout.splitlines()
    assert packed == "wrote handin.tar (10 files)"
    assert left_out == "left out: create_tarball.sh, hw1p1_autograder.py, hw1p1_autograder_flags.py, requirements.txt"
    arguments = ("--only", "linear,mlp0", "--profile", "quick", "-n", "1")
    (status, report), (_, of_folder) = (graded(path, *arguments) for path in (tmp_path / "handin.tar", WORKED))
    assert status == 0
    assert report["submission"].endswith("handin.tar")
    assert timeless(report) == timeless(of_folder)


@pytest.mark.parametrize("homework", homework_ids())
def test_every_worked_submission_can_be_handed_in(homework: str, tmp_path: Path) -> None:
    submission = load_homework(homework).worked
    done = gradmark("pack", submission, "--homework", homework, "--name", "ada_lovelace", "-o", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    (made,) = tmp_path.iterdir()
    assert made.name in done.stdout
    assert load_homework(homework).rubric.handin is not None
    if made.is_file():
        assert gradmark("grade", made, "--only", "nonsense").stderr.startswith("gradmark: --only nonsense: ")


def test_each_missing_file_has_a_line_and_nothing_is_written(tmp_path: Path) -> None:
    work = copy_of_worked(tmp_path / "work")
    (work / "mytorch/nn/loss.py").unlink()
    (work / "mytorch/models/mlp.py").unlink()
    done = gradmark("pack", work, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [
        "missing: mytorch/nn/loss.py",
        "missing: mytorch/models/mlp.py or models/mlp.py",
        "gradmark: nothing was packed",
    ]
    assert not (tmp_path / "handin.tar").exists()


def test_a_file_that_the_handout_forbids_has_a_line(tmp_path: Path) -> None:
    handin = '[handin]\narchive = "toy.zip"\nrequired = ["layer.py"]\nforbidden = ["*.py"]\n\n[modules.toy]'
    homework = toy_homework(tmp_path / "homework", TOY_RUBRIC.replace("[modules.toy]", handin))
    work = write_tree(tmp_path / "work", {"layer.py": "", "helper.py": "", "notes.txt": ""})
    done = gradmark("pack", work, "--homework", homework, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == "extra: helper.py: toy's handout allows no such file"
    (work / "helper.py").unlink()
    done = gradmark("pack", work, "--homework", homework, cwd=tmp_path)
    assert done.stdout == "wrote toy.zip (1 file)\nleft out: notes.txt\n"
    assert zipfile.ZipFile(tmp_path / "toy.zip").namelist() == ["layer.py"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["gone"], "there is no folder gone"),
        (["work", "-o", "gone"], "there is no folder gone"),
        (["work", "--homework", "homework"], "toy says nothing about packing: its rubric.toml has no [handin]"),
    ],
)
def test_what_cannot_be_packed_is_one_line(arguments: list[str], message: str, tmp_path: Path) -> None:
    toy_homework(tmp_path / "homework")
    write_tree(tmp_path / "work", {"layer.py": "", "q2.py": ""})
    done = gradmark("pack", *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"gradmark: {message}\n"


def test_a_plan_takes_what_is_named_and_no_links_or_litter(tmp_path: Path) -> None:
    names = ["a.py", "p/b.py", "p/q/c.py", "p/__pycache__/b.pyc", "data/x.idx", ".git/config", ".hidden", "old.tar"]
    folder = write_tree(tmp_path, dict.fromkeys(names, ""))
    (folder / "link.py").symlink_to("/etc/passwd")
    os.mkfifo(folder / "pipe.py")
    found = plan(folder, HandIn(archive="x.zip", required=["a.py", "b.py | p/b.py"], optional=["p/q/*"]))
    assert found.files == ["a.py", "p/b.py", "p/q/c.py"]
    assert (found.missing, found.extra, found.left_out) == ([], [], ["data/x.idx"])


def test_the_name_comes_from_the_option_or_from_the_folder(tmp_path: Path) -> None:
    assert student_name(tmp_path / "ada_lovelace_hw1", NAMED, None) == "ada_lovelace"
    assert student_name(tmp_path, NAMED, "alan_turing") == "alan_turing"
    assert student_name(tmp_path, HandIn(archive="handin.tar", required=["a.py"]), None) == ""
    with pytest.raises(UsageError, match=r"called FIRST_LAST_hw1\.tar\.gz: give your name with --name FIRST_LAST"):
        student_name(tmp_path, NAMED, None)
    for name in ("../evil", "a b", "", "{name}", "a/b"):
        with pytest.raises(UsageError, match="should be letters and digits joined by _"):
            student_name(tmp_path, NAMED, name)


@pytest.mark.parametrize("kind", ["tar", "tar.gz", "zip"])
def test_the_same_files_give_the_same_bytes(kind: str, tmp_path: Path) -> None:
    first, second = tmp_path / f"1.{kind}", tmp_path / f"2.{kind}"
    write(first, {"top/b/ü.py": b"2", "top/a.py": b"1"})
    write(second, {"top/a.py": b"1", "top/b/ü.py": b"2"})
    assert first.read_bytes() == second.read_bytes()
    if kind == "zip":
        assert zipfile.ZipFile(first).namelist() == ["top/a.py", "top/b/ü.py"]
    else:
        with tarfile.open(first) as archive:
            assert [(member.name, member.mtime, member.uid) for member in archive] == [
                ("top/a.py", 0, 0),
                ("top/b/ü.py", 0, 0),
            ]


def test_without_an_archive_single_files_are_laid_out_and_nothing_is_overwritten(tmp_path: Path) -> None:
    write(tmp_path / "handin", {"p/a.py": b"1"})
    assert (tmp_path / "handin/p/a.py").read_bytes() == b"1"
    with pytest.raises(UsageError, match="exists already"):
        write(tmp_path / "handin", {"p/a.py": b"2"})
    assert (tmp_path / "handin/p/a.py").read_bytes() == b"1"


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ('archive = "x.rar"\nrequired = ["a"]', "handin: archive is 'x.rar', but should end in one of"),
        ('archive = "../x.zip"\nrequired = ["a"]', "handin: '../x.zip' should be a plain name"),
        ('archive = "{user}.zip"\nrequired = ["a"]', "handin: '{user}.zip' should be a plain name"),
        ('archive = "x.zip"', "handin: required names no file"),
    ],
)
def test_a_wrong_table_is_reported_with_the_rubric(table: str, message: str, tmp_path: Path) -> None:
    rubric = TOY_RUBRIC.replace("[modules.toy]", f"[handin]\n{table}\n\n[modules.toy]")
    with pytest.raises(UsageError) as caught:
        load_homework(str(toy_homework(tmp_path, rubric)))
    assert message in str(caught.value)
