"""The folder for all that is temporary in a run that may be killed: noted in the store, so the next takes it away."""

from __future__ import annotations

import os
import re
import shutil
import stat
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graders.classroom.store import Store

_NAME = re.compile("gradmark-class-[0-9a-f]{32}")


def clear_up(store: Store) -> None:
    """Take away what runs left that were killed. What the store says is no reason to delete anything else."""
    for left in store.scratch():
        if _is_ours(Path(left)):
            shutil.rmtree(left, ignore_errors=True)
        store.forget_scratch(left)


def _is_ours(folder: Path) -> bool:
    """Whether it is a folder, no link, in the temporary directory, named as a run names it, and this user's."""
    if _NAME.fullmatch(folder.name) is None or folder.parent != Path(tempfile.gettempdir()):
        return False
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()


@contextmanager
def scratch(store: Store) -> Iterator[Path]:
    """A folder, noted before it is there. Student code may run as another user, who has to get through it."""
    folder = Path(tempfile.gettempdir()) / f"gradmark-class-{uuid.uuid4().hex}"
    store.keep_scratch(str(folder))
    folder.mkdir(mode=0o700)
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        store.forget_scratch(str(folder))
