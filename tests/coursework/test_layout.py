"""Files that are elsewhere or are called otherwise than a homework asks."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

from graders import SubmissionError
from graders.coursework.layout import Layout, layout, settle
from graders.coursework.packs.pack import load_homework
from graders.coursework.rubric import RubricFile
from graders.coursework.submission import find_homework
from tests.support import write_tree

RUBRIC = msgspec.convert(
    {
        "id": "small",
        "title": "Small",
        "total": 0,
        "sections": [],
        "modules": {
            "net.nn": {"Linear": ["net/nn/linear.py"], "ReLU": ["net/nn/relu.py"]},
            "net.models": {"MLP": ["net/models/mlp.py", "mlp.py"]},
            "notebook": {"train": ["work-skeleton.ipynb"]},
        },
        "handin": {"required": ["train.py | run.py", "README.md"]},
    },
    type=RubricFile,
)
ALL = ("net/nn/linear.py", "net/nn/relu.py", "net/models/mlp.py", "work-skeleton.ipynb", "train.py")


def laid_out(folder: Path, *names: str, **contents: str) -> Layout:
    """The layout of files, each with its own name in it unless its content is given."""
    write_tree(folder, {name: contents.get(Path(name).stem, name) for name in names})
    return layout(folder, RUBRIC)


def but(*gone: str) -> list[str]:
    return [name for name in ALL if name not in gone]


def test_files_in_their_places_stay_there(tmp_path: Path) -> None:
    found = laid_out(tmp_path, *ALL, "old/linear.py", "net/nn/linear (1).py")
    assert found == Layout("", {}, {})
    assert found.remarks == []


@pytest.mark.parametrize(
    "name",
    [
        "net/nn/Linear.py",
        "net/nn/LINEAR.PY",
        "net/nn/linear (1).py",
        "net/nn/linear(2).py",
        "net/nn/linear copy.py",
        "net/nn/linear copy 2.py",
        "net/nn/linear - Copy.py",
        "net/nn/Copy of linear.py",
        "net/nn/linear.py.txt",
        "net/nn/Linear (1).py.txt",
    ],
)
def test_a_file_that_is_nearly_called_so_is_taken_with_a_line_that_says_so(tmp_path: Path, name: str) -> None:
    found = laid_out(tmp_path, *but("net/nn/linear.py"), name)
    assert found.moved == {name: "net/nn/linear.py"}
    assert found.remarks == [f"{name} was taken for net/nn/linear.py: rename it"]


@pytest.mark.parametrize(
    "name", ["linear.py", "nn/linear.py", "net/linear.py", "hw1/net/nn/linear.py", "x/Linear (1).py"]
)
def test_a_file_in_another_folder_is_taken(tmp_path: Path, name: str) -> None:
    found = laid_out(tmp_path, *but("net/nn/linear.py"), name)
    assert found.remarks == [f"{name} was taken for net/nn/linear.py: move it there"]


@pytest.mark.parametrize(
    "name",
    ["net/nn/linear2.py", "net/nn/lin.py", "net/nn/linear.txt", "net/nn/linear.ipynb", "linear_copy.py", "relu.pyc"],
)
def test_a_file_with_another_name_is_another_file(tmp_path: Path, name: str) -> None:
    assert laid_out(tmp_path, *but("net/nn/linear.py"), name) == Layout("", {}, {})


def test_of_several_the_nearest_is_taken(tmp_path: Path) -> None:
    found = laid_out(tmp_path, *but("net/nn/linear.py"), "linear.py", "old/linear.py", "linear (1).py")
    assert found.moved == {"linear.py": "net/nn/linear.py"}


def test_where_two_are_equally_near_both_are_named_and_none_is_taken(tmp_path: Path) -> None:
    found = laid_out(tmp_path, *but("net/nn/linear.py"), "a/linear.py", "b/linear.py")
    assert found.moved == {}
    (line,) = found.remarks
    assert line == (
        "there is no net/nn/linear.py: is it a/linear.py or b/linear.py? Hand in one of them, as net/nn/linear.py."
    )


def test_two_with_the_same_content_are_one(tmp_path: Path) -> None:
    found = laid_out(tmp_path, *but("net/nn/linear.py"), "a/linear.py", "b/linear.py", linear="same")
    assert found.moved == {"a/linear.py": "net/nn/linear.py"}


def test_an_alternative_is_in_its_place(tmp_path: Path) -> None:
    assert laid_out(tmp_path, *but("net/models/mlp.py", "train.py"), "mlp.py", "run.py") == Layout("", {}, {})


def test_what_is_wanted_itself_stands_for_nothing_else(tmp_path: Path) -> None:
    write_tree(tmp_path, {"run.py": "", "old/train.py": ""})
    assert layout(tmp_path, RUBRIC).moved == {}


def test_scripts_and_notebooks_are_wanted_too(tmp_path: Path) -> None:
    found = laid_out(tmp_path, *ALL[:3], "Train.py", "work-skeleton (3).ipynb")
    assert found.moved == {"work-skeleton (3).ipynb": "work-skeleton.ipynb", "Train.py": "train.py"}


def test_many_in_other_folders_are_one_line(tmp_path: Path) -> None:
    found = laid_out(tmp_path, "linear.py", "relu.py", *but("net/nn/linear.py", "net/nn/relu.py"))
    assert found.remarks == [
        "linear.py was taken for net/nn/linear.py, relu.py was taken for net/nn/relu.py: move them there"
    ]


def test_a_folder_with_everything_in_it_is_the_submission(tmp_path: Path) -> None:
    found = laid_out(tmp_path, "ReadMe.txt", *(f"hw/1/{name}" for name in but("net/nn/linear.py")), "hw/1/linear.py")
    assert (found.top, found.moved) == ("hw/1", {"linear.py": "net/nn/linear.py"})
    assert found.remarks[0] == "everything is in hw/1/, a folder too deep: hand in what is inside"


def test_of_two_folders_the_one_with_more_is_the_submission_and_of_equal_ones_none(tmp_path: Path) -> None:
    assert laid_out(tmp_path / "1", *(f"new/{name}" for name in ALL), "old/net/nn/linear.py").top == "new"
    assert laid_out(tmp_path / "2", *(f"{place}/{name}" for place in "ab" for name in ALL)).top == ""


def test_files_are_moved_in_the_copy(tmp_path: Path) -> None:
    write_tree(tmp_path, {"sub/x.txt": "", "sub/linear.py": "1", "sub/net/nn/relu.py": "2"})
    settle(tmp_path, RUBRIC)
    assert (tmp_path / "sub/net/nn/linear.py").read_text() == "1"
    assert not (tmp_path / "sub/linear.py").exists()


def test_a_file_where_a_folder_is_wanted_is_left_alone(tmp_path: Path) -> None:
    write_tree(tmp_path, {"net": "no folder", "linear.py": "1", "mlp.py": ""})
    settle(tmp_path, RUBRIC)
    assert (tmp_path / "linear.py").read_text() == "1"


def test_what_is_no_ordinary_file_is_not_looked_at(tmp_path: Path) -> None:
    write_tree(tmp_path, {"x/other.txt": "", "y/linear.py": "1"})
    os.mkfifo(tmp_path / "x/linear.py")
    (tmp_path / "linear.py").symlink_to(tmp_path / "y/linear.py")
    assert layout(tmp_path, RUBRIC).moved == {"y/linear.py": "net/nn/linear.py"}


FLAT = ("linear.py", "activation.py", "loss.py", "batchnorm.py", "sgd.py", "mlp.py")


def test_a_named_homework_is_found_in_files_that_lie_elsewhere(tmp_path: Path) -> None:
    write_tree(tmp_path, dict.fromkeys(FLAT, "x = 1"))
    assert find_homework(tmp_path, "ai702").id == "ai702"


def test_a_few_files_of_its_names_are_no_submission(tmp_path: Path) -> None:
    write_tree(tmp_path, dict.fromkeys(FLAT[:2], "x = 1"))
    with pytest.raises(SubmissionError, match="is not a submission of ai702"):
        find_homework(tmp_path, "ai702")


def test_the_worked_submissions_are_as_they_should_be() -> None:
    for name in ("a4", "ai702", "cmu11785", "cmu11785_2022", "cs189", "dpl2023", "dpl2025"):
        homework = load_homework(name)
        assert homework.worked is not None
        assert layout(homework.worked, homework.rubric) == Layout("", {}, {})


def test_a_name_of_copies_of_copies_is_taken_apart_at_once(tmp_path: Path) -> None:
    for name in ("linear" + " copy" * 40 + " x.py", "linear" + " (1)" * 50 + "x.py", " " * 200 + "x.py"):
        (tmp_path / name).touch()
    (tmp_path / f"linear{' copy (2)' * 20}.py").touch()
    assert layout(tmp_path, load_homework("ai702").rubric).moved == {
        f"linear{' copy (2)' * 20}.py": "mytorch/nn/linear.py"
    }
