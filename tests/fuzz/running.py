"""Has a target read so many inputs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, settings

from tests.fuzz.targets import Target


def fuzz(target: Target, count: int, folder: Path, seed: int = 0) -> None:
    """Feed it; what it raises comes out with the smallest input that was found."""

    @hypothesis.seed(seed)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(target.inputs)
    def run(content: Any) -> None:
        target.run(content, folder)

    run()
