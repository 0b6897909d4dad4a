"""Whole, half and begun submissions are recognised; other courses' folders with a file name in common are not."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from graders import UsageError
from graders.coursework.bundled import worked_submission
from graders.coursework.handout import starter_code
from graders.coursework.packs.pack import homework_ids, load_homework, read_rubric, recognisable_ids
from graders.coursework.recognising import Likeness, best, likeness
from graders.coursework.submission import find_homework, recognised
from tests.support import ROOT, write_tree

WORKED = ROOT / "student_impl"
ACTIVATION = "mytorch/nn/activation.py"
OTHER_COURSES = {
    "cs231n": {
        "layers.py": "def affine_forward(x, w, b):\n    return x @ w + b\n\n\ndef conv_forward_naive(x, w, b): ...\n",
        "optim.py": "def sgd(w, dw, config=None): ...\n",
        "solver.py": "class Solver: ...\n",
    },
    "a project of one's own": {
        "utils.py": "def load(path): ...\n",
        "models.py": "class Net: ...\n",
        "train.py": "Net()\n",
    },
    "PyTorch's layers": {
        "layers.py": "import torch.nn as nn\n\n\nclass Block(nn.Module):\n    act = nn.ReLU\n",
        "activations.py": "from torch import nn\n\nALL = [nn.ReLU, nn.Sigmoid, nn.Identity, nn.Linear]\n",
    },
    "another network": {"models/mlp.py": "class MLP:\n    def forward(self, x):\n        return x\n"},
}


def files_of(homework: str) -> list[str]:
    return [file for file in read_rubric(homework).files if (WORKED / homework / file).is_file()]


def copied(homework: str, folder: Path, files: list[str], share: float = 1.0) -> Path:
    texts = {file: (WORKED / homework / file).read_text() for file in files}
    for file, text in texts.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text[: int(len(text) * share)])
    return folder


def refusal(folder: Path) -> str:
    with pytest.raises(UsageError) as caught:
        find_homework(folder, None)
    assert "\n" not in str(caught.value)
    assert "--homework ID" in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("course", OTHER_COURSES)
def test_a_folder_of_another_course_is_not_taken_for_a_homework(tmp_path: Path, course: str) -> None:
    folder = write_tree(tmp_path / "work", OTHER_COURSES[course])
    assert "is not a submission of any homework: of " in refusal(folder)


def test_what_was_looked_for_is_said(tmp_path: Path) -> None:
    folder = write_tree(tmp_path / "work", {"layers.py": "class Conv2D: ...\n"})
    assert refusal(folder) == (
        f"{folder} is not a submission of any homework: of cs189, the nearest, it has layers.py, and there of "
        "Conv2D, FullyConnected, Pool2D only Conv2D; if it is one, say so with --homework ID"
    )
    assert find_homework(folder, "cs189").id == "cs189"


@pytest.mark.parametrize("homework", [name for name in recognisable_ids() if not name.startswith("cs231n")])
@pytest.mark.parametrize("offset", [0, 1])
def test_half_of_the_files_are_enough_where_they_tell_years_apart(homework: str, offset: int, tmp_path: Path) -> None:
    shared = set(files_of("dpl2023")) & set(files_of("dpl2025")) - {"my_neural_networks/networks.py"}
    half = files_of(homework)[offset::2]
    if set(half) <= shared:
        half.append("my_neural_networks/networks.py")
    folder = copied(homework, tmp_path / "work", half)
    if homework == "cmu11785" and ACTIVATION not in half:
        assert recognised(folder) == "ai702"  # of which it has the same files
    elif homework == "dpl2025" and not set(half) - shared - {"my_neural_networks/networks.py"}:
        assert recognised(folder) in ("dpl2023", "dpl2025")
    else:
        assert find_homework(folder, None).id == homework


@pytest.mark.parametrize("homework", ["ai702", "cmu11785", "cs189", "dpl2023", "dpl2025"])
def test_files_that_are_half_written_are_enough(homework: str, tmp_path: Path) -> None:
    assert find_homework(copied(homework, tmp_path / "work", files_of(homework), 0.5), None).id == homework


@pytest.mark.parametrize("homework", recognisable_ids())
def test_starter_code_is_recognised(homework: str, tmp_path: Path) -> None:
    pack = load_homework(homework)
    assert pack.worked is not None
    for name, content in starter_code(pack.worked, pack.rubric.handout.without, list(pack.rubric.flags)).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    assert find_homework(tmp_path, None).id == homework


def test_what_two_years_share_is_not_guessed(tmp_path: Path) -> None:
    folder = copied("dpl2025", tmp_path / "work", ["my_neural_networks/activations.py"])
    assert refusal(folder) == (
        f"{folder} may be a submission of dpl2023 or dpl2025, of which it has equally many files: "
        "say which with --homework ID"
    )
    assert recognised(folder) == "dpl2023"


def test_a_submission_in_a_folder_deeper_is_pointed_at(tmp_path: Path) -> None:
    shutil.copytree(WORKED / "cs189", tmp_path / "hand_in")
    assert recognised(tmp_path) == "cs189"
    assert refusal_without_option(tmp_path).endswith(f"did you mean {tmp_path / 'hand_in'}?")


def refusal_without_option(folder: Path) -> str:
    with pytest.raises(UsageError) as caught:
        find_homework(folder, None)
    return str(caught.value)


def test_a_name_counts_where_it_stands_by_itself(tmp_path: Path) -> None:
    rubric = read_rubric("a4")
    write_tree(
        tmp_path, {"q1.py": "from other import (\n    Dense,\n    Layer as Layer,\n)\nTanhLayer = nn.ReLULayer\n"}
    )
    found = likeness(tmp_path, rubric)
    assert found.files == ("q1.py",)
    assert found.found == ("Layer", "Dense", "TanhLayer")
    assert found.lacking == ("SoftmaxLayer", "ReLULayer", "CrossEntropyLossLayer")
    assert found.fits


def test_the_best_of_what_fits_wins() -> None:
    whole, half, misfit = (
        Likeness(("a",), ("x", "y")),
        Likeness(("a",), ("x",), ("y",)),
        Likeness(("a", "b"), (), ("z",)),
    )
    assert best({"one": half, "two": whole, "three": misfit}) == ["two"]
    assert best({"one": whole, "two": whole}) == ["one", "two"]
    assert best({"one": misfit, "two": Likeness()}) == []


def test_a_year_of_a_homework_of_ours_has_to_be_said(tmp_path: Path) -> None:
    shutil.copytree(WORKED / "cs189", tmp_path / "hand_in")
    assert "cs189_cnn" in homework_ids()
    assert "cs189_cnn" not in recognisable_ids()
    assert find_homework(tmp_path / "hand_in", None).id == "cs189"
    named = find_homework(tmp_path / "hand_in", "cs189_cnn")
    assert named.id == named.to_be_named == "cs189_cnn"
    assert load_homework("cs189").to_be_named == ""


SIGNED = "class GELU:\n    def backward( self, dLdA ):\n        ...\n"
UNSIGNED = {
    "other arguments": "class GELU:\n    def backward(self):\n        ...\n",
    "one alone": "def backward(self, dLdA): ...",
}


def with_activation(homework: str, folder: Path, change: Callable[[str], str]) -> Path:
    copied(homework, folder, files_of(homework))
    path = folder / ACTIVATION
    path.write_text(change(path.read_text()))
    return folder


@pytest.mark.parametrize("gone", ["Swish", "Softmax", "GELU", "Identity"])
def test_the_years_of_one_course_have_signs_that_survive_a_missing_class(gone: str, tmp_path: Path) -> None:
    folder = with_activation("cmu11785", tmp_path, lambda text: text.replace(f"class {gone}", "class Gone"))
    assert find_homework(folder, None).id == "cmu11785"


def test_all_signs_decide_and_some_do_not(tmp_path: Path) -> None:
    """A GELU for fun is no other homework, and neither is one mistake of the other course."""
    assert find_homework(with_activation("ai702", tmp_path / "all", lambda text: text + SIGNED), None).id == "cmu11785"
    for name, text in UNSIGNED.items():
        folder = with_activation("ai702", tmp_path / name, lambda whole, text=text: whole + text)
        assert find_homework(folder, None).id == "ai702"


def test_a_homework_without_its_signs_has_a_point_less() -> None:
    names = ("a", "b")
    assert best({"one": Likeness(("f",), names), "two": Likeness(("f",), names, (), False)}) == ["one"]
    assert best({"one": Likeness(("f",), names), "two": Likeness(("f",), ("a",), ("b",), True)}) == ["two"]
    assert best({"one": Likeness(("f",), names), "two": Likeness(("f",), (), ("a",), True)}) == ["one"]


@pytest.mark.parametrize("name", ["cmu11785_2022", "cmu11785_s25", "cmu11785_f25"])
def test_terms_of_a_course_have_to_be_said(name: str) -> None:
    assert name in homework_ids()
    assert name not in recognisable_ids()
    assert load_homework(name).to_be_named == name
    assert load_homework("cmu11785").to_be_named == ""


@pytest.mark.parametrize("homework", ["cs231n_a1", "cs231n_a2"])
def test_assignments_whose_layers_have_each_other_s_functions_are_told_apart_by_their_classifiers(
    homework: str, tmp_path: Path
) -> None:
    nested = tmp_path / "hand_in/src/assignment"
    shutil.copytree(worked_submission(homework), nested)
    assert find_homework(nested, None).id == homework
