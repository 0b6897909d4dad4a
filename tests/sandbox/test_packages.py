"""Which packages a worker has, tensors on their way in and out, and scripts with the figures that they save."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from graders import UsageError
from graders.checking.expect import RuleBroken
from graders.checking.scripts import folder, run_script
from graders.checking.student import Student
from graders.sandbox.faults import StudentError, StudentTimeout
from graders.sandbox.packages import parts
from graders.sandbox.process import Worker
from tests.support import check_on, value_of, worker_on, write_tree

NETWORK = """
import torch

def double(x):
    assert type(x) is torch.Tensor
    return 2 * x

def grown(x):
    return [x.requires_grad_(), {"half": x.detach().to(torch.bfloat16)}, x.sum()]

def size(path):
    with open(path + "/inner/data.bin", "rb") as file:
        return len(file.read())
"""

TRAIN = """
import os
import sys
import matplotlib.pyplot as plt
from net import double

if __name__ == "__main__":
    print("arguments", sys.argv, "in", os.path.dirname(__file__) or ".")
    print(open("data/x.txt").read(), open("changed.txt").read())
    figure, (left, right) = plt.subplots(1, 2)
    left.plot([1, 2, 3], [0.5, 0.25, float("nan")], label="training")
    left.set(title="Loss", xlabel="epoch", ylabel="loss")
    left.legend()
    right.imshow([[1, 2]])
    figure.suptitle("Both")
    os.makedirs("out", exist_ok=True)
    figure.savefig("out/loss.png")
    plt.show()
    if "fail" in sys.argv:
        raise ValueError("no data")
    if "exit" in sys.argv:
        sys.exit(3)
    if "hang" in sys.argv:
        while True:
            pass
"""


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    files = {"net.py": NETWORK, "train.py": TRAIN, "changed.txt": "the student's"}
    root = write_tree(tmp_path_factory.mktemp("run") / "submission", files)
    with worker_on(root, "net", packages=["numpy", "torch", "matplotlib"]) as running:
        running.load()
        yield running


@pytest.fixture
def student(worker: Worker) -> Iterator[Student]:
    with check_on(worker) as running:
        yield running


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64])
def test_arrays_become_tensors_and_come_back_with_their_dtype(student: Student, dtype: type) -> None:
    array = np.arange(6).reshape(2, 3).astype(dtype)
    found = value_of(student("net").double(student.tensor(array)))
    np.testing.assert_array_equal(found, 2 * array, strict=True)


def test_tensors_that_need_gradients_or_that_numpy_lacks_can_be_read(student: Student) -> None:
    array = np.array([0.5, -2.0])
    whole, named, total = value_of(student("net").grown(student.tensor(array)))
    np.testing.assert_array_equal(whole, array, strict=True)
    np.testing.assert_array_equal(named["half"], array.astype(np.float32), strict=True)
    assert (total.shape, float(total)) == ((), -1.5)


def test_a_folder_of_files_can_be_given_to_a_loader(student: Student) -> None:
    assert value_of(student("net").size(folder(student, {"inner/data.bin": b"12345"}))) == 5


def test_a_worker_has_only_the_packages_that_were_asked_for(tmp_path: Path) -> None:
    source = "import torch\ndef double(x):\n    return 2 * torch.tensor(x)\n"
    root = write_tree(tmp_path / "submission", {"net.py": source})
    with worker_on(root, "net") as running, check_on(running) as student, pytest.raises(StudentError) as caught:
        value_of(student("net").double(np.ones(2)))
    assert "torch" in caught.value.message


def test_a_package_that_is_not_installed_is_named() -> None:
    with pytest.raises(UsageError, match="no-such-package isn't installed"):
        parts(("numpy", "no-such-package"))


def test_packages_come_with_what_they_need() -> None:
    names = {path.name for path in parts(("torch",))}
    assert {"torch", "sympy", "typing_extensions.py"} <= names
    assert "pytest" not in names


LIGHT = """
import tempfile
import pandas as pd
import tqdm.notebook
from tqdm import tqdm as bar, trange

def looped():
    with bar(range(3)) as progress:
        progress.set_description("epoch")
        bar.write("beside")
        return [*progress, *trange(1, 3), len(progress), *tqdm.notebook.tqdm([7])]

def table(name):
    path = tempfile.gettempdir() + "/" + name
    pd.DataFrame({"Id": range(2), "Category": [4, 5]}).to_csv(path, index=False)
    return open(path).read()

def other():
    return pd.read_csv
"""


def test_a_worker_may_have_small_packages_in_place_of_large_ones(tmp_path: Path) -> None:
    root = write_tree(tmp_path / "submission", {"net.py": LIGHT})
    with worker_on(root, "net", light=["pandas", "tqdm"]) as running, check_on(running) as student:
        assert value_of(student("net").looped()) == [0, 1, 2, 1, 2, 3, 7]
        assert value_of(student("net").table("table.csv")) == "Id,Category\n0,4\n1,5\n"
        with pytest.raises(StudentError, match="of pandas, only DataFrame"):
            value_of(student("net").other())


REDRAWN = """
import matplotlib
matplotlib.use("TkAgg")
import matplotlib.pyplot as plt

for epoch in range(150):
    plt.figure(figsize=(15, 10))
    plt.plot(range(epoch + 1))
    plt.savefig("loss")
    plt.savefig(f"epoch{epoch % 2}.png")
    plt.close()
"""


def test_a_figure_that_is_saved_after_each_epoch_is_what_it_was_in_the_end(tmp_path: Path) -> None:
    root = write_tree(tmp_path / "submission", {"train.py": REDRAWN})
    drawing = worker_on(root, "net", packages=["numpy", "matplotlib"])
    with drawing as running, check_on(running, seconds=120, cpu_seconds=20) as student:
        run = run_script(student, "train.py")
    assert not run.error
    assert [figure.file for figure in run.figures] == ["loss", "epoch0.png", "epoch1.png"]
    assert [len(figure.axes[0].lines[0].y) for figure in run.figures] == [150, 149, 150]
    assert run.files.keys() == {"loss.png", "epoch0.png", "epoch1.png"}


def test_a_script_runs_as_its_user_would_run_it(student: Student) -> None:
    run = run_script(student, "train.py", "-e", "3", files={"data/x.txt": b"given", "changed.txt": b"ours"})
    assert (run.exit, run.error) == (0, "")
    assert "arguments ['train.py', '-e', '3']" in run.output
    assert "given ours" in run.output
    assert "/scratch-" not in run.output
    assert run.files.keys() == {"out/loss.png"}
    saved, shown = run.figures
    assert (saved.file, saved.title, shown.file) == ("out/loss.png", "Both", "")
    left, right = saved.axes
    assert (left.title, left.xlabel, left.ylabel, left.legend) == ("Loss", "epoch", "loss", ["training"])
    assert (left.lines[0].label, left.lines[0].x, left.lines[0].y[:2]) == ("training", [1, 2, 3], [0.5, 0.25])
    assert (right.images, left.images) == (1, 0)


def test_the_submission_itself_is_left_as_it_was(worker: Worker, student: Student) -> None:
    run_script(student, "train.py", files={"data/x.txt": b"", "changed.txt": b"ours"})
    assert (worker.library.root / "changed.txt").read_text() == "the student's"
    assert not (worker.library.root / "out").exists()


def test_how_a_script_fails_is_said_with_its_line(student: Student) -> None:
    run = run_script(student, "train.py", "fail", files={"data/x.txt": b""})
    assert run.exit == 1
    assert run.error.startswith("ValueError: no data (train.py, line ")
    assert run_script(student, "train.py", "exit", files={"data/x.txt": b""}).exit == 3


def test_a_script_that_is_not_there_is_said_to_be_missing_and_not_to_have_failed(student: Student) -> None:
    with pytest.raises(RuleBroken, match=r"^there is no other\.py$"):
        run_script(student, "other.py")


def test_a_script_that_never_ends_is_ended(worker: Worker) -> None:
    with check_on(worker, cpu_seconds=2) as student, pytest.raises(StudentTimeout):
        run_script(student, "train.py", "hang", files={"data/x.txt": b""})
