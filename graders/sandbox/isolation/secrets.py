"""Whether student code is kept from reading a folder of the instructor's."""

from __future__ import annotations

import stat
import tempfile
from collections.abc import Sequence
from pathlib import Path

from graders import UsageError
from graders.sandbox.isolation.choice import Isolation
from graders.sandbox.isolation.place import ENTRY
from graders.sandbox.isolation.users import own_user, readable_by_all
from graders.sandbox.isolation.view import interpreter, standard_library


def must_be_secret(folder: Path, isolation: Isolation, packages: Sequence[Path]) -> None:
    """UsageError where a worker that imports these packages could read the folder.

    In bubblewrap it isn't there. A process has to be another user's, and one without the right to read all: it keeps
    that right where Python or a package is root's alone to read.
    """
    if isolation is Isolation.BUBBLEWRAP:
        return
    needed = [Path(tempfile.gettempdir()), interpreter(), standard_library(), ENTRY, *packages]
    if own_user() is None:
        why = "it runs as the user who marks: mark as root, or in bubblewrap"
    elif not readable_by_all(needed):
        why = "Python is root's alone to read, so it keeps the right to read all: install Python elsewhere"
    elif _can_be_entered(folder.resolve()):
        why = f"chmod 700 {folder}"
    else:
        return
    raise UsageError(f"student code could read {folder}: {why}")


def _can_be_entered(folder: Path) -> bool:
    return all(path.stat().st_mode & stat.S_IXOTH for path in (folder, *folder.parents))
