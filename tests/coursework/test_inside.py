"""The inside of a submission is told from a submission, for every pack, whether its homework is named or not."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from graders import SubmissionError
from graders.coursework.finding import opened
from graders.coursework.inside import inside_of
from graders.coursework.packs.pack import homework_ids, read_rubric
from graders.coursework.submission import find_homework
from tests.support import ROOT, write_tree

STUDENT_IMPL = ROOT / "student_impl"
PACKAGES = {
    "ai702": "mytorch",
    "cmu11785": "mytorch",
    "cs231n_a1": "cs231n",
    "cs231n_a2": "cs231n",
    "dpl2023": "my_neural_networks",
    "dpl2025": "my_neural_networks",
}


def inside(homework: str, folder: Path, name: str = "") -> Path:
    """The package of a worked submission by itself, in the given folder."""
    place = folder / (name or PACKAGES[homework])
    shutil.copytree(STUDENT_IMPL / homework / PACKAGES[homework], place, ignore=shutil.ignore_patterns("*.npy", "data"))
    return place


def refusal(folder: Path, homework: str | None, shown: str = "") -> str:
    with pytest.raises(SubmissionError) as caught:
        find_homework(folder, homework, shown)
    return str(caught.value)


@pytest.mark.parametrize("homework", PACKAGES)
def test_a_package_alone_is_the_inside_of_its_homework_named_or_not(homework: str, tmp_path: Path) -> None:
    folder = inside(homework, tmp_path)
    for named in (None, homework):
        text = refusal(folder, named)
        assert text.startswith(f"{folder} is the inside of a"), text
        assert homework in text
        assert text.endswith(" submission: mark the folder above it")


@pytest.mark.parametrize("homework", PACKAGES)
def test_so_is_an_archive_of_it(homework: str, tmp_path: Path) -> None:
    folder = inside(homework, tmp_path / "away")
    archive = tmp_path / "hw1.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in folder.rglob("*.py"):
            file.write(path, path.relative_to(folder))
    for named in (None, homework):
        with opened(archive, named) as unpacked:
            assert refusal(unpacked, named, str(archive)).startswith(f"{archive} is the inside of a")


def test_the_current_folder_is_called_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(inside("ai702", tmp_path))
    expected = "mytorch is the inside of an ai702 submission: mark the folder above it"
    assert refusal(Path(), None, ".") == refusal(Path(), "ai702", ".") == expected
    monkeypatch.chdir("nn")
    assert refusal(Path(), "ai702", ".").endswith("mark the folder that mytorch is in")


@pytest.mark.parametrize("homework", [name for name in homework_ids() if (STUDENT_IMPL / name).is_dir()])
def test_a_right_submission_is_no_inside_whatever_its_folder_is_called(homework: str, tmp_path: Path) -> None:
    rubric = read_rubric(homework)
    for name in ("mytorch", "cs231n", "neural_networks", "my_neural_networks"):
        (tmp_path / name).mkdir()
        for part in (STUDENT_IMPL / homework).iterdir():
            (tmp_path / name / part.name).symlink_to(part)
        assert inside_of(tmp_path / name, rubric) == ""


def test_where_all_may_lie_flat_the_package_alone_is_a_submission(tmp_path: Path) -> None:
    folder = tmp_path / "neural_networks"
    shutil.copytree(STUDENT_IMPL / "cs189" / "neural_networks", folder)
    assert find_homework(folder, "cs189").id == "cs189"


def test_a_submission_of_which_a_copy_lies_outside_or_half_is_missing_is_no_inside(tmp_path: Path) -> None:
    rubric = read_rubric("ai702")
    write_tree(
        tmp_path / "mytorch", {"mytorch/nn/linear.py": "", "nn/linear.py": "", "nn/loss.py": "", "optim/sgd.py": ""}
    )
    assert inside_of(tmp_path / "mytorch", rubric) == ""
    write_tree(
        tmp_path / "flat", dict.fromkeys(("linear.py", "activation.py", "loss.py", "batchnorm.py", "sgd.py"), "")
    )
    assert inside_of(tmp_path / "flat", rubric) == ""
    write_tree(tmp_path / "one", {"models/mlp.py": ""})
    assert inside_of(tmp_path / "one", rubric) == ""


def test_a_class_is_marked_as_it_was_for_nobody_is_there_to_give_another_folder(tmp_path: Path) -> None:
    assert find_homework(inside("ai702", tmp_path), "ai702", may_be_inside=True).id == "ai702"
