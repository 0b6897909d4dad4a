"""Runs the checker on a layer of the benchmark."""

from __future__ import annotations

from typing import Any

from graders.gradcheck import Result, gradcheck, pointwise
from tests.benchmarks.gradcheck.layers import Layer


def check(layer: Layer, **options: Any) -> Result:
    return gradcheck(pointwise(layer.forward), layer.backward, layer.inputs, **options)
