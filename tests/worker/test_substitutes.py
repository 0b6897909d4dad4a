"""What stands in the worker for packages that it lacks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from graders.homeworks.dpl.training import idx
from graders.worker import substitutes

N_TRAIN, N_TEST = 7, 3
RUN = """
import sys
sys.path.insert(0, {folder!r})
from substitutes import install
install(["torchvision", "tqdm"])
{code}
"""


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a few images in data/, where the test runs."""
    rng = np.random.default_rng(0)
    for kind, n in (("train", N_TRAIN), ("t10k", N_TEST)):
        (tmp_path / "data").mkdir(exist_ok=True)
        (tmp_path / f"data/{kind}-images-idx3-ubyte").write_bytes(idx(rng.integers(0, 256, (n, 28, 28))))
        (tmp_path / f"data/{kind}-labels-idx1-ubyte").write_bytes(idx(np.arange(n) % 10))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(code: str, folder: Path) -> str:
    """What the code prints where nothing but these is importable beside the standard library and our packages."""
    text = RUN.format(folder=str(Path(substitutes.__file__).parent), code=code)
    found = subprocess.run([sys.executable, "-c", text], cwd=folder, capture_output=True, text=True, check=False)
    return found.stdout.strip() or found.stderr.strip().splitlines()[-1]


def test_openml_has_training_images_first_and_labels_that_are_strings(data: Path) -> None:
    X, y = substitutes.fetch_openml("mnist_784", version=1, return_X_y=True)
    assert X.to_numpy().shape == (N_TRAIN + N_TEST, 784)
    assert y.to_numpy()[0] == "0"
    assert y.to_numpy().astype("int32").tolist() == [*range(N_TRAIN), *range(N_TEST)]
    assert substitutes.fetch_openml("mnist_784", as_frame=False).data.shape == X.shape


def test_a_split_has_each_row_once_and_the_same_rows_in_all_arrays() -> None:
    X, y = np.arange(20).reshape(10, 2), np.arange(10)
    X_train, X_test, y_train, y_test = substitutes.train_test_split(X, y, test_size=0.25, random_state=1)
    assert (len(X_train), len(X_test)) == (7, 3)
    assert sorted([*y_train, *y_test]) == y.tolist()
    np.testing.assert_array_equal(X_train[:, 0], 2 * y_train)
    again = substitutes.train_test_split(X, y, test_size=0.25, random_state=1)
    np.testing.assert_array_equal(again[0], X_train)


def test_torchvision_reads_the_images_wherever_their_root_is_said_to_be(data: Path) -> None:
    code = (
        "import torchvision\nfrom torchvision import transforms\n"
        "found = torchvision.datasets.MNIST('../elsewhere', train=False, transform=transforms.ToTensor())\n"
        "print(len(found), tuple(found[0][0].shape), found.data.numpy().dtype, found[2][1])"
    )
    assert run(code, data) == "3 (1, 28, 28) uint8 2"


def test_what_was_not_named_is_still_missing(data: Path) -> None:
    assert "No module named 'torchaudio'" in run("import torchaudio", data)
    assert "No module named 'torchvision.models'" in run("import torchvision.models", data)


def test_a_bar_of_progress_iterates_and_takes_any_other_call(data: Path) -> None:
    made = "from tqdm.auto import tqdm, trange\nbar = tqdm([1, 2], desc='x')"
    code = f"{made}\nbar.set_postfix(a=1)\nprint(list(bar), list(trange(2)))"
    assert run(code, data) == "[1, 2] [0, 1]"
