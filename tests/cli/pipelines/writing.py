"""Pipelines for the tests."""

from __future__ import annotations

from pathlib import Path

from graders.cli.pipeline import Platform, pipeline


def written(
    folder: Path, platform: str, homework: str, *options: str, keys: Path | None = None, image: str = ""
) -> Path:
    """What `gradmark pipeline` writes into the folder, without recordings; `options` are passed on."""
    pipeline(Platform(platform), homework, folder, list(options), keys=keys, data=None, recordings=False, image=image)
    return folder
