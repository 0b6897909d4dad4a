"""Names that NumPy has no more: in a worker they mean what they meant."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from graders.sandbox.inside.old_numpy import OLD_NAMES, missing_names
from tests.sandbox.conftest import Start

USES = {
    "np.int": "np.array([1.7], dtype=np.int)[0]",
    "np.float": "np.float('1.5')",
    "np.bool": "np.zeros(1, dtype=np.bool)[0]",
    "np.object": "len(np.array([None], dtype=np.object))",
    "np.product": "np.product([2, 3])",
    "np.cumproduct": "np.cumproduct([2, 3])",
    "np.sometrue": "np.sometrue([0, 1])",
    "np.alltrue": "np.alltrue([0, 1])",
    "np.in1d": "np.in1d([[1, 2]], [2])",
    "np.math": "np.math.sqrt(4)",
    "np.trapz": "np.trapz([1, 2, 3], dx=2)",
    "np.row_stack": "np.row_stack([[1], [2]])",
    "np.Inf": "np.Inf",
    "np.infty": "-np.infty",
    "np.NINF": "np.NINF",
    "np.float_": "np.float_(2)",
    "np.complex_": "np.complex_(2).real",
    "np.string_": "len(np.string_('ab', 'ascii'))",
    "np.unicode_": "len(np.unicode_('ab'))",
    "np.asfarray": "np.asfarray([1, 2])",
    "np.msort": "np.msort([[2, 1], [1, 2]])",
    "np.find_common_type": "np.find_common_type([np.float32], [np.int64]).itemsize",
    "np.cast": "np.cast['f']([1, 2])",
    "np.mat": "np.mat([[1, 2]]) @ np.ones(2)",
    "np.round_": "np.round_(1.26, 1)",
    "np.asscalar": "np.asscalar(np.array([3]))",
    "np.alen": "np.alen([1, 2])",
    "np.rank": "np.rank([[1]])",
}
WANTED = {
    "np.int": 1,
    "np.float": 1.5,
    "np.bool": False,
    "np.object": 1,
    "np.product": 6,
    "np.cumproduct": [2, 6],
    "np.sometrue": True,
    "np.alltrue": False,
    "np.in1d": [False, True],
    "np.math": 2.0,
    "np.trapz": 8.0,
    "np.row_stack": [[1], [2]],
    "np.Inf": np.inf,
    "np.infty": -np.inf,
    "np.NINF": -np.inf,
    "np.float_": 2.0,
    "np.complex_": 2.0,
    "np.string_": 2,
    "np.unicode_": 2,
    "np.asfarray": [1.0, 2.0],
    "np.msort": [[1, 1], [2, 2]],
    "np.find_common_type": 4,
    "np.cast": [1.0, 2.0],
    "np.mat": [[3.0]],
    "np.round_": 1.3,
    "np.asscalar": 3,
    "np.alen": 2,
    "np.rank": 2,
}


def test_each_means_what_it_meant(start: Start) -> None:
    functions = "".join(f"def f{number}():\n    return {use}\n" for number, use in enumerate(USES.values()))
    student = start(f"import numpy as np\n{functions}")
    module = student("layer")
    found = student.read(*(getattr(module, f"f{number}")() for number in range(len(USES))))
    assert {name: np.asarray(value).tolist() for name, value in zip(USES, found, strict=True)} == WANTED


def test_they_can_be_imported_by_name(start: Start) -> None:
    student = start("from numpy import product, NaN\nfrom numpy import *\ndef f():\n    return product([2, 3])\n")
    assert student.read(student("layer").f()) == [6]


def test_only_those_are_put_back_that_this_numpy_has_no_more() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert not [name for name in missing_names() if hasattr(np, name)]


@pytest.mark.parametrize("name", ["int", "float", "object", "product", "float_", "NaN", "mat", "math", "msort", "cast"])
def test_every_numpy_that_gradmark_runs_with_lacks_these(name: str) -> None:
    assert name in missing_names()
    assert OLD_NAMES[name].instead
