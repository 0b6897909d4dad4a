"""A loop over examples gives a warning that cites its line, and costs nothing; other right ways give none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from graders.coursework.record import Status
from graders.marking.validation.marker import Marker
from graders.marking.validation.pack_suite import suite_of

LOOPING = [
    ("ai702", "linear: loops over examples and outputs", "linear"),
    ("ai702", "batchnorm: loops over features, every term of equation 64", "batchnorm"),
    ("ai702", "batchnorm: Welford's variance", "batchnorm"),
    ("cs189_cnn", "conv: one image after another", "conv"),
    ("cs189_cnn", "pool: one image after another", "pool"),
]
WHOLE = [
    ("ai702", "linear: einsum", "linear"),
    ("ai702", "linear: properties", "linear"),
    ("cs189_cnn", "pool: one window after another", "pool"),
    ("cs189_cnn", "pool: ties split", "pool"),
]


@pytest.fixture(scope="module")
def marker() -> Iterator[Marker]:
    with Marker() as running:
        yield running


@pytest.mark.parametrize(
    ("homework", "name", "section", "warned"), [*((*c, True) for c in LOOPING), *((*c, False) for c in WHOLE)]
)
def test_a_loop_over_examples_warns_and_costs_nothing(
    homework: str, name: str, section: str, warned: bool, marker: Marker, tmp_path: Path
) -> None:
    variant = next(one for one in suite_of(homework).variants if one.name == name)
    report = marker.mark(variant.changes.write(homework, tmp_path / "submission"), homework, [section], "quick")
    assert report.score == report.max_score > 0
    checks = {check.id: check for row in report.sections for check in row.checks}
    advice = checks[f"{section}.no_loop_over_examples"]
    assert advice.advisory
    assert (advice.status is Status.FAILED) == warned
    assert not warned or (variant.changes.touched & {advice.message.partition(", line ")[0]}), advice.message
