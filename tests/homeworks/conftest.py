"""One process that marks for all verdicts of a test run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graders.marking.validation.marker import Marker


@pytest.fixture(scope="session")
def marker() -> Iterator[Marker]:
    with Marker() as running:
        yield running
