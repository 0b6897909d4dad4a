"""The folder for all that is temporary in a run that may be killed: noted in the store, so the next takes it away."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graders.classroom.store import Store


def clear_up(store: Store) -> None:
    """Take away what runs left that were killed."""
    for left in store.scratch():
        shutil.rmtree(left, ignore_errors=True)
        store.forget_scratch(left)


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
