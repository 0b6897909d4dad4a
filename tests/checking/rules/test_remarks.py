"""What is said about a submission's imports, and costs nothing."""

# ruff: noqa: E501 - sources are easier to read on one line

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from graders.checking.rules.remarks import MOST, remarks
from graders.coursework.packs.pack import load_homework
from graders.coursework.rubric import RubricFile
from tests.support import write_tree

RUBRIC = msgspec.convert(
    {
        "id": "small",
        "title": "Small",
        "total": 0,
        "sections": [],
        "light": ["sklearn", "tqdm"],
        "modules": {"net.nn": {"Linear": ["net/nn/linear.py"]}},
        "handin": {"required": ["train.py"]},
    },
    type=RubricFile,
)


def said(folder: Path, source: str, files: dict[str, str] | None = None) -> list[str]:
    write_tree(folder, {"net/nn/linear.py": source, **(files or {})})
    return remarks(folder, RUBRIC, ["net.nn.linear", "net.nn"])


ONLY = "this homework allows NumPy only"
UNUSED = "nothing uses it, so delete this import"
NOT_THERE = "it isn't available where homework is marked"
IMPORTS = {
    "a package": ("import scipy", f"imports scipy: {ONLY}; {UNUSED}"),
    "a part of one": ("import scipy.special", f"imports scipy: {ONLY}; {UNUSED}"),
    "a name": ("from scipy.special import expit", f"imports scipy: {ONLY}; {UNUSED}"),
    "all names": ("from torch import *", f"imports torch: {ONLY}; {UNUSED}"),
    "one that is used": (
        "import scipy.special\n\nx = scipy.special.expit(0)",
        f"imports scipy: {ONLY}; line 3 uses it",
    ),
    "one that is used by name": (
        "from torch import nn as n\nclass A(n.Module): ...",
        f"imports torch: {ONLY}; line 2 uses it",
    ),
    "of a screen": ("from turtle import forward", f"imports turtle: {NOT_THERE}; {UNUSED}"),
    "of Windows": ("from asyncio.windows_events import NULL", f"imports asyncio.windows_events: {NOT_THERE}; {UNUSED}"),
    "a part of a small package": (
        "from sklearn import preprocessing",
        f"imports sklearn.preprocessing: {NOT_THERE}; {UNUSED}",
    ),
    "a module of one": ("import sklearn.svm", f"imports sklearn.svm: {NOT_THERE}; {UNUSED}"),
    "what NumPy has not": ("from numpy import zeroes", f"imports numpy.zeroes: {NOT_THERE}; {UNUSED}"),
    "a module that NumPy has not": (
        "import numpy.nowhere.at_all",
        f"imports numpy.nowhere.at_all: {NOT_THERE}; {UNUSED}",
    ),
}


@pytest.mark.parametrize(("source", "text"), IMPORTS.values(), ids=IMPORTS)
def test_what_is_not_to_be_had_is_named_with_its_line_and_what_to_do(tmp_path: Path, source: str, text: str) -> None:
    assert said(tmp_path, source) == [f"net/nn/linear.py, line 1 {text}"]


SILENT = {
    "the standard library": "import os, sys, typing, dataclasses\nfrom collections import abc",
    "NumPy": "import numpy.linalg as la\nfrom numpy import array, random\nfrom numpy.random import default_rng\nimport numpy.fft",
    "small packages": "from tqdm.notebook import tqdm, trange\nfrom sklearn.datasets import fetch_openml\nimport sklearn.datasets",
    "all names of NumPy": "from numpy import *",
    "a way out": "try:\n    import cupy as np\nexcept ImportError:\n    import numpy as np",
    "files of its own": "from net.nn import relu\nfrom . import relu as r\nfrom .relu import x\nimport net",
    "a misspelt file of its own": "import activaton",
    "no Python": "import scipy\ndef (",
    "nothing": "",
    "brackets without end": "(" * 5000,
}


@pytest.mark.parametrize("source", SILENT.values(), ids=SILENT)
def test_nothing_is_said_of_what_is_in_order_or_said_elsewhere(tmp_path: Path, source: str) -> None:
    assert said(tmp_path, source, {"net/nn/relu.py": "x = 1", "net/activation.py": ""}) == []


def test_only_files_are_read_that_the_homework_names_or_that_these_import(tmp_path: Path) -> None:
    files = {"autograder.py": "import torch", "train.py": "from helpers import f", "helpers.py": "import jax"}
    assert said(tmp_path, "", files) == [f"helpers.py, line 1 imports jax: {ONLY}; {UNUSED}"]


def test_a_file_is_named_once_for_each_package(tmp_path: Path) -> None:
    lines = said(tmp_path, "import scipy\nimport scipy.special\nimport torch\ndef f():\n    import scipy.linalg\n")
    assert [line.split(":")[0] for line in lines] == [
        "net/nn/linear.py, line 1 imports scipy",
        "net/nn/linear.py, line 3 imports torch",
    ]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("import numpy as np\nx = np.int(1)", "line 2 uses np.int, which NumPy 1.24 removed: write int"),
        (
            "import numpy\nx = numpy.product([1])\ny = numpy.product([1])",
            "line 2 (and 1 more) uses np.product, which NumPy 2.0 removed: write np.prod",
        ),
        ("from numpy import product", "line 1 uses np.product, which NumPy 2.0 removed: write np.prod"),
        ("from numpy import *\nx = Inf", "line 2 uses np.Inf, which NumPy 2.0 removed: write np.inf"),
        (
            "import numpy as np\nx = np.math.sqrt(2)",
            "line 2 uses np.math, which NumPy 2.0 removed: write math, with import math",
        ),
    ],
)
def test_old_names_of_numpy_are_told_with_their_version_and_what_to_write(
    tmp_path: Path, source: str, text: str
) -> None:
    assert said(tmp_path, source) == [f"net/nn/linear.py, {text}"]


def test_modules_that_lie_elsewhere_are_one_line(tmp_path: Path) -> None:
    files = {
        "layers.py": "",
        "losses.py": "",
        "train.py": "from net.layers import a\nimport hw.net.nn.linear\nfrom net import losses\n",
    }
    (line,) = said(tmp_path, "", files)
    assert line == "train.py, line 1 imports net.layers: layers.py was taken for it, and so for 2 more modules"


def test_there_are_not_endlessly_many(tmp_path: Path) -> None:
    source = "".join(f"import package_{number}\n" for number in range(5000))
    assert len(said(tmp_path, source)) == MOST


@pytest.mark.parametrize("name", ["a4", "ai702", "cmu11785", "cmu11785_2022", "cs189", "dpl2023", "dpl2025"])
def test_of_the_worked_submissions_nothing_is_said(name: str) -> None:
    homework = load_homework(name)
    assert homework.worked is not None
    assert remarks(homework.worked, homework.rubric, homework.modules) == []


HUGE = {
    "names": "from numpy import " + ",".join(f"x{number}" for number in range(20_000)),
    "names of its own": "from net.nn import " + ",".join(f"x{number}" for number in range(20_000)),
    "a name": "import " + "a" * 100_000,
    "a name that no file can have": "from net import " + "ä" * 190,
    "a path": "import " + ".".join(["net"] * 1000),
    "levels": "from " + "." * 300 + "net import y",
    "old names": "import numpy as np\n" + "np.int\n" * 5000,
}


@pytest.mark.parametrize("source", HUGE.values(), ids=HUGE)
def test_no_source_is_too_much(tmp_path: Path, source: str) -> None:
    assert all(len(line) < 1000 for line in said(tmp_path, source))
