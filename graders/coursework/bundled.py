"""Files that ship with gradmark: in an installed package beside its modules, in a checkout where they are."""

from __future__ import annotations

from pathlib import Path

import graders

_PACKAGE = Path(graders.__file__).parent


def bundled(path: str) -> Path:
    """Where a file or folder of the repository is, `fixtures/data/digits` say."""
    inside = _PACKAGE / "_bundled" / path
    return inside if inside.exists() else _PACKAGE.parent / path


def worked_submission(homework: str) -> Path:
    """Where the worked submission of a homework is that comes with gradmark; there may be none."""
    return bundled(f"student_impl/{homework}")
