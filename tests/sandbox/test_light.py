"""The small packages that a worker has in place of large ones: torchvision's loaders, future."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from graders.checking.student import Student
from graders.coursework.idx import encode as idx
from graders.sandbox.faults import StudentError
from graders.sandbox.process import Worker
from tests.support import check_on, value_of, worker_on, write_tree

N_TRAIN, N_TEST = 7, 3
SUBMISSION = """
import os
import numpy as np
from sklearn.datasets import fetch_openml
from sklearn.model_selection import train_test_split
import torchvision
from torchvision import transforms

os.chdir(os.path.dirname(os.path.abspath(__file__)))

def openml():
    X, y = fetch_openml("mnist_784", version=1, return_X_y=True)
    found = fetch_openml("mnist_784", as_frame=False)
    return [X.to_numpy().shape, y.to_numpy()[0], y.values.astype("int32"), found.data.shape, list(found["target"])]

def split():
    X, y = np.arange(20).reshape(10, 2), np.arange(10)
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=1)
    again = train_test_split(X, y, test_size=0.25, random_state=1)
    in_order = train_test_split(y, test_size=3, shuffle=False)
    return [X_train, X_test, y_train, y_test, again[0], in_order[1]]

def images():
    twice = transforms.Lambda(lambda x: 2 * x)
    steps = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,)), twice])
    found = torchvision.datasets.FashionMNIST("../elsewhere", train=False, download=True, transform=steps)
    image, label = found[2]
    return [len(found), tuple(image.shape), found.data.numpy()[2], image, label]

def missing():
    import torchvision.models
    return torchvision.models.resnet18()
"""


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    root = write_tree(tmp_path_factory.mktemp("light") / "submission", {"loads.py": SUBMISSION, "data/x": ""})
    rng = np.random.default_rng(0)
    for kind, n in (("train", N_TRAIN), ("t10k", N_TEST)):
        (root / f"data/{kind}-images-idx3-ubyte").write_bytes(idx(rng.integers(0, 256, (n, 28, 28))))
        (root / f"data/{kind}-labels-idx1-ubyte").write_bytes(idx(np.arange(n) % 10))
    with worker_on(root, "loads", packages=["numpy", "torch"], light=["sklearn", "torchvision"]) as running:
        running.load()
        yield running


@pytest.fixture
def student(worker: Worker) -> Iterator[Student]:
    with check_on(worker) as running:
        yield running


def test_openml_has_training_images_first_and_labels_that_are_strings(student: Student) -> None:
    shape, first, labels, shape_of_arrays, strings = value_of(student("loads").openml())
    assert [*shape] == [*shape_of_arrays] == [N_TRAIN + N_TEST, 784]
    assert first == "0"
    assert labels.tolist() == [*range(N_TRAIN), *range(N_TEST)]
    assert strings == [str(label) for label in labels]


def test_a_split_has_each_row_once_and_the_same_rows_in_all_arrays(student: Student) -> None:
    X_train, X_test, y_train, y_test, again, last = value_of(student("loads").split())
    assert (len(X_train), len(X_test)) == (7, 3)
    assert sorted([*y_train, *y_test]) == list(range(10))
    np.testing.assert_array_equal(X_train[:, 0], 2 * y_train)
    np.testing.assert_array_equal(again, X_train)
    assert last.tolist() == [7, 8, 9] or last.tolist() == [0, 1, 2]


def test_torchvision_reads_the_images_wherever_their_root_is_said_to_be(student: Student) -> None:
    count, shape, raw, image, label = value_of(student("loads").images())
    assert (count, [*shape], label) == (N_TEST, [1, 28, 28], 2)
    np.testing.assert_allclose(image[0], 2 * (raw / 255 - 0.5) / 0.5, atol=1e-6)  # in float32


def test_what_they_do_not_have_is_missing(student: Student) -> None:
    with pytest.raises(StudentError, match=r"uses torchvision\.models\.resnet18, which isn't available"):
        value_of(student("loads").missing())


def test_what_is_handed_in_under_the_name_comes_first(tmp_path: Path) -> None:
    files = {"loads.py": "import tqdm\n\ndef whose():\n    return tqdm.whose", "tqdm.py": "whose = 'mine'"}
    root = write_tree(tmp_path / "submission", files)
    with worker_on(root, "loads", light=["tqdm"]) as running, check_on(running) as student:
        assert value_of(student("loads").whose()) == "mine"


def test_what_python_2_had_is_there_for_starter_code_that_ran_on_both(tmp_path: Path) -> None:
    source = """
from __future__ import print_function
from future import standard_library
standard_library.install_aliases()
from future.utils import iteritems
from past.builtins import basestring, cmp, xrange

def found():
    return [list(xrange(2)), cmp(3, 2), isinstance("a", basestring), list(iteritems({"a": 1}))]
"""
    root = write_tree(tmp_path / "submission", {"loads.py": source})
    with worker_on(root, "loads", light=["future", "past"]) as running, check_on(running) as student:
        numbers, order, is_text, pairs = value_of(student("loads").found())
    assert (numbers, order, is_text, [[*pair] for pair in pairs]) == ([0, 1], 1, True, [["a", 1]])
