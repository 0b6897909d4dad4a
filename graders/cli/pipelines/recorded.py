"""The recordings that go along with a pipeline, so that the first submission is marked as fast as the last."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from graders.cli.pipelines.spec import PipelineSpec
from graders.cli.recordings import record_into


def recorded(spec: PipelineSpec) -> Mapping[str, bytes]:
    """Their files by relative paths; none for a homework without a worked submission."""
    private = spec.private_seed
    seed = spec.passed.seed if private is None else private
    with tempfile.TemporaryDirectory(prefix="gradmark-recordings-") as place:
        folder, homework = Path(place), spec.homework.with_keys(spec.keys)
        record_into(folder, homework, spec.passed.profile, seed, spec.passed.only, private=private is not None)
        files = (path for path in sorted(folder.rglob("*")) if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
