"""Which files of results are ours: each has an id, and whoever made it keeps a list of them in a folder elsewhere.

A class's folder holds what students handed in, and a file of results among it could be one of theirs, with marks
that nobody gave.
"""

from __future__ import annotations

import re
import secrets
from pathlib import Path

import platformdirs

_ID = re.compile("[0-9a-f]{32}")


def new_id() -> str:
    """An id that nobody can guess."""
    return secrets.token_hex(16)


def remember(store: str) -> None:
    """Note that the store of this id is ours; OSError where that can't be written."""
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / store).touch(mode=0o600)


def is_ours(store: str) -> bool:
    """Whether this user's gradmark made the store of this id, or was told by its name to trust it."""
    return _ID.fullmatch(store) is not None and (_folder() / store).is_file()


def _folder() -> Path:
    return platformdirs.user_state_path("gradmark", appauthor=False) / "stores"
