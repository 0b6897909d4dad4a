"""A submission's folder: recognised, refused with one line, and copied without being touched."""

from __future__ import annotations

import os
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from graders import UsageError
from graders.coursework import submission
from graders.coursework.digest import digest
from graders.coursework.packs.pack import recognisable_ids
from graders.coursework.submission import as_folder, find_homework, private_copy
from tests.support import ROOT, WORKED, copy_of_worked, toy_homework, tree_hash, write_tree


def refusal(folder: Path, homework: str | None = None) -> str:
    with pytest.raises(UsageError) as caught:
        find_homework(folder, homework)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_submission_is_recognised_by_its_files() -> None:
    assert find_homework(WORKED, None).id == "ai702"
    assert find_homework(WORKED, "ai702").id == "ai702"
    assert find_homework(ROOT / "student_impl/cmu11785", None).id == "cmu11785"


@pytest.mark.parametrize("homework", recognisable_ids())
def test_each_worked_submission_is_recognised_by_what_its_files_define(homework: str) -> None:
    assert find_homework(ROOT / "student_impl" / homework, None).id == homework


def test_a_submission_of_one_year_without_that_years_file_is_not_taken_for_the_other_year(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "student_impl" / "dpl2025", tmp_path / "submission")
    (tmp_path / "submission" / "numpy_mlp.py").unlink()
    assert find_homework(tmp_path / "submission", None).id == "dpl2025"


def test_one_file_of_the_layout_is_enough(tmp_path: Path) -> None:
    write_tree(tmp_path, {"q2.py": ""})
    assert find_homework(tmp_path, None).id == "a4"


@pytest.mark.parametrize("file", ["models/mlp.py", "mytorch/nn/linear.py"])
def test_one_file_that_two_homeworks_have_is_of_neither_until_it_is_said(file: str, tmp_path: Path) -> None:
    write_tree(tmp_path, {file: ""})
    homeworks = "ai702 or cmu11785, of which it has equally many files"
    assert refusal(tmp_path) == f"{tmp_path} may be a submission of {homeworks}: say which with --homework ID"
    for homework in ("ai702", "cmu11785"):
        assert find_homework(tmp_path, homework).id == homework


def test_a_homework_of_ones_own_is_taken_by_its_folder(tmp_path: Path) -> None:
    folder = toy_homework(tmp_path / "homework")
    write_tree(tmp_path / "work", {"layer.py": ""})
    assert find_homework(tmp_path / "work", str(folder)).id == "toy"


def test_a_folder_that_is_not_there_a_file_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "gone") == f"there is no folder {tmp_path / 'gone'}"
    (tmp_path / "file.py").touch()
    assert "is a file, but should be the submission's folder, or a .tar or .zip of it" in refusal(tmp_path / "file.py")
    (tmp_path / "empty").mkdir()
    assert "is empty" in refusal(tmp_path / "empty")


def test_a_folder_of_something_else_is_told_which_homeworks_there_are(tmp_path: Path) -> None:
    write_tree(tmp_path, {"essay.txt": "..."})
    assert "has no file of a4, ai702" in refusal(tmp_path)
    with pytest.raises(UsageError, match=r"is not a submission of ai702: it has none of mytorch/nn/linear\.py"):
        find_homework(tmp_path, "ai702")


def test_another_layout_is_told_what_is_missing(tmp_path: Path) -> None:
    write_tree(tmp_path, {"linear.py": "...", "batchnorm.py": "..."})
    message = refusal(tmp_path)
    assert "of ai702, the nearest, it has none of" in message
    for file in ("mytorch/nn/linear.py", "mytorch/nn/batchnorm.py", "mytorch/optim/sgd.py", "models/mlp.py"):
        assert file in message


def test_a_folder_too_high_up_is_told_which_one_may_be_meant(tmp_path: Path) -> None:
    write_tree(tmp_path / "hand_in", {"mytorch/nn/linear.py": ""})
    assert refusal(tmp_path).endswith(f"did you mean {tmp_path / 'hand_in'}?")


def test_the_copy_holds_ordinary_files_and_nothing_else(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("x")
    root = write_tree(
        tmp_path / "s",
        {
            "a.py": "1",
            "pkg/b.py": "2",
            "pkg/__pycache__/b.pyc": "3",
            ".git/config": "4",
            "venv/lib.py": "5",
            "note.txt": "6",
        },
    )
    (root / "empty").mkdir()
    (root / "link.py").symlink_to(secret)
    (root / "pkg" / "dir").symlink_to(tmp_path)
    os.mkfifo(root / "pipe")
    with private_copy(root) as copy:
        found = sorted(str(path.relative_to(copy)) for path in copy.rglob("*"))
        assert (copy / "pkg" / "b.py").read_text() == "2"
    assert found == ["a.py", "empty", "note.txt", "pkg", "pkg/b.py"]


def test_the_copy_is_gone_afterwards_even_after_an_error(tmp_path: Path) -> None:
    root = write_tree(tmp_path, {"a.py": "1"})
    copies: list[Path] = []

    def mark() -> None:
        with private_copy(root) as copy:
            copies.append(copy)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        mark()
    assert not copies[0].exists()


def test_writing_into_the_copy_does_not_reach_the_original(tmp_path: Path) -> None:
    root = write_tree(tmp_path, {"a.py": "1", "pkg/b.py": "2"})
    before = tree_hash(root)
    with private_copy(root) as copy:
        (copy / "a.py").write_text("changed")
        (copy / "pkg" / "b.py").unlink()
        (copy / "new.py").touch()
    assert tree_hash(root) == before


def test_a_submission_of_too_many_files_or_bytes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_tree(tmp_path, {f"{i}.py": "x" * 100 for i in range(5)})
    monkeypatch.setattr(submission, "MAX_FILES", 4)
    with pytest.raises(UsageError, match="larger than a submission may be"), private_copy(root):
        pass
    monkeypatch.setattr(submission, "MAX_FILES", 5)
    monkeypatch.setattr(submission, "MAX_BYTES", 499)
    with pytest.raises(UsageError, match="leave data out"), private_copy(root):
        pass


def test_folders_count_as_files_do_and_may_lie_in_each_other_only_so_deep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_tree(tmp_path / "work", {"a/b/c/d.py": ""})
    monkeypatch.setattr(submission, "MAX_DEPTH", 3)
    with private_copy(root) as copy:
        assert (copy / "a/b/c/d.py").is_file()
    monkeypatch.setattr(submission, "MAX_DEPTH", 2)
    with pytest.raises(UsageError, match="has more than 2 folders inside one another"), private_copy(root):
        pass
    monkeypatch.setattr(submission, "MAX_FILES", 2)
    with pytest.raises(UsageError, match="larger than a submission may be"), private_copy(root / "a"):
        pass
    assert "folders inside one another" in refusal(root)


def test_an_empty_archive_and_one_with_several_folders_are_called_by_their_own_names(tmp_path: Path) -> None:
    for name, files in {"empty.tar": [], "two.tar": ["a/mytorch/nn/linear.py", "b/x.txt"]}.items():
        with tarfile.open(tmp_path / name, "w") as archive:
            for file in files:
                archive.addfile(tarfile.TarInfo(file))
    with as_folder(tmp_path / "empty.tar", None) as folder, pytest.raises(UsageError, match=r"^empty.tar is empty"):
        find_homework(folder, None, "empty.tar")
    with as_folder(tmp_path / "two.tar", None) as folder, pytest.raises(UsageError) as caught:
        find_homework(folder, None, "two.tar")
    assert str(caught.value).startswith("two.tar is not a submission of any homework")
    assert str(caught.value).endswith("did you mean two.tar/a?")


@pytest.mark.parametrize(
    "read",
    [lambda folder: find_homework(folder, "ai702"), lambda folder: private_copy(folder).__enter__(), digest],
    ids=["recognised", "copied", "digested"],
)
def test_a_folder_that_can_be_listed_but_not_entered_is_one_line(
    read: Callable[[Path], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copy_of_worked(tmp_path / "worked")
    stat = Path.stat

    def refuse(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        if path.is_relative_to(folder / "mytorch" / "nn") and path != folder / "mytorch" / "nn":
            raise PermissionError(13, "Permission denied", str(path))
        return stat(path, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(Path, "stat", refuse)  # root may enter every folder
    with pytest.raises(UsageError, match=r"can't be read \(Permission denied\)"):
        read(folder)
