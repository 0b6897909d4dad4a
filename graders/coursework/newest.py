"""Folders of small files that are kept for later runs: the newest stay."""

from __future__ import annotations

from pathlib import Path


def keep_newest(folder: Path, pattern: str, most: int) -> None:
    """Delete all of a folder's files by this pattern but so many that were written last; OSError if that can't be."""
    newest = sorted(folder.glob(pattern), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in newest[most:]:
        old.unlink(missing_ok=True)
