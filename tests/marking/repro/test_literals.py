"""Arrays that are written as source come back bit by bit."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from graders.marking.repro import literals


def load(text: str) -> np.ndarray:
    return np.load(io.BytesIO(base64.b64decode(text)))


def read_again(value: np.ndarray) -> np.ndarray:
    return eval(literals.array(value), {"np": np, "load": load})


DTYPES = st.sampled_from([np.float64, np.float32, np.float16, np.int64, np.int32, np.uint8, np.bool_])
SHAPES = arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=6)


@given(DTYPES.flatmap(lambda dtype: arrays.arrays(dtype, SHAPES)))
def test_any_array_comes_back_with_its_shape_dtype_and_bits(value: np.ndarray):
    again = read_again(value)
    assert (again.shape, again.dtype) == (value.shape, value.dtype)
    assert np.array_equal(again, value, equal_nan=value.dtype.kind == "f")
    if value.dtype.kind == "f":
        assert np.array_equal(np.signbit(again), np.signbit(value)) or np.isnan(value).any()


@pytest.mark.parametrize("value", [-0.0, 5e-324, np.inf, -np.inf, 0.1 + 0.2])
def test_special_numbers_keep_their_bits(value: float):
    array = np.array([value])
    assert read_again(array).tobytes() == array.tobytes()


def test_large_arrays_are_packed_into_text():
    value = np.random.default_rng(0).standard_normal((9, 9))
    assert "load(" in literals.array(value)
    assert read_again(value).tobytes() == value.tobytes()
