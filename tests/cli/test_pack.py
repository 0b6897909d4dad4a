"""The archive that a handout asks for: complete, always the same bytes, and marked like its folder."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from graders.errors import UsageError
from graders.handin import archive_name, choose, pack
from graders.rubric import HandIn, homework_ids, load_homework
from tests.support import ROOT, copy_of_worked, write_tree


def gradmark(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "graders", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd)


def test_the_archive_of_the_worked_submission_is_marked_like_it(tmp_path: Path) -> None:
    done = gradmark("pack", copy_of_worked(tmp_path / "work"), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("handin.tar: 10 files, ready to hand in for ai702\nleft out: create_tarball.sh")
    graded = gradmark("grade", "handin.tar", "--only", "linear", "--json", "-", cwd=tmp_path)
    report = json.loads(graded.stdout)
    assert (report["score"], report["submission"]) == (15, "handin.tar")


def test_what_is_missing_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    work = copy_of_worked(tmp_path / "work")
    (work / "mytorch/nn/loss.py").unlink()
    (work / "mytorch/models/mlp.py").unlink()
    done = gradmark("pack", work, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "has no mytorch/nn/loss.py, mytorch/models/mlp.py or models/mlp.py" in done.stderr
    assert not (tmp_path / "handin.tar").exists()


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    files = {"a.py": "1", "b/c.py": "2"}
    for number in (1, 2):
        folder = write_tree(tmp_path / f"work{number}", files)
        for kind in ("tar", "tar.gz", "zip"):
            pack(folder, [Path("a.py"), Path("b/c.py")], tmp_path / f"{number}.{kind}", "top")
    for kind in ("tar", "tar.gz", "zip"):
        assert (tmp_path / f"1.{kind}").read_bytes() == (tmp_path / f"2.{kind}").read_bytes()
    with tarfile.open(tmp_path / "1.tar.gz") as tar, zipfile.ZipFile(tmp_path / "1.zip") as zipped:
        assert tar.getnames() == zipped.namelist() == ["top/a.py", "top/b/c.py"]


def test_globs_choose_what_goes_in(tmp_path: Path) -> None:
    names = ["a.py", "data/x.idx", "p/b.py", "p/q/c.py", "p/__pycache__/b.pyc", "note.txt", ".git/config"]
    folder = write_tree(tmp_path, dict.fromkeys(names, ""))
    wanted = HandIn("x.zip", include=["**/*.py", "*.txt"], exclude=["p/q/**/*.py"], required=["a.py", "b.py|note.txt"])
    chosen = choose(folder, wanted)
    assert [path.as_posix() for path in chosen.files] == ["a.py", "note.txt", "p/b.py"]
    assert [path.as_posix() for path in chosen.left] == ["data/x.idx", "p/q/c.py"]


def test_a_name_is_taken_from_the_folder_or_asked_for(tmp_path: Path) -> None:
    wanted = HandIn("{name}_hw1.tar.gz", include=["*"], folder="{name}_hw1")
    assert archive_name(wanted, tmp_path / "ada_lovelace_hw1", None) == ("ada_lovelace_hw1.tar.gz", "ada_lovelace_hw1")
    assert archive_name(wanted, tmp_path, "alan_turing")[0] == "alan_turing_hw1.tar.gz"
    with pytest.raises(UsageError, match="give --name firstname_lastname"):
        archive_name(wanted, tmp_path, None)
    with pytest.raises(UsageError, match="use letters, digits and _ only"):
        archive_name(wanted, tmp_path, "../evil")


@pytest.mark.parametrize("homework", homework_ids())
def test_every_homeworks_worked_submission_can_be_handed_in(homework: str, tmp_path: Path) -> None:
    work = shutil.copytree(ROOT / "student_impl" / homework, tmp_path / "work")
    done = gradmark("pack", work, "--homework", homework, "--name", "ada_lovelace", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert load_homework(homework).rubric.handin is not None
    (archive,) = (path for path in tmp_path.iterdir() if path.is_file())
    listed = gradmark(
        "grade", archive, "--only", load_homework(homework).sections[0].id, "--profile", "quick", cwd=tmp_path
    )
    assert listed.returncode == 0, listed.stdout + listed.stderr
