"""Where `gradmark grade --repro DIR` and `--debug NAME` have scripts of failed checks written."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from graders import UsageError

if TYPE_CHECKING:
    from graders.marking.repro.scripts import Scripts


def scripts_for(submission: Path, folder: Path | None, *, debugged: bool) -> Scripts:
    """Where the scripts of this submission go: the folder that was named, else one that is forgotten."""
    from graders.marking.repro.scripts import Scripts  # here and not above: it takes NumPy

    if folder is None:
        folder = Path(tempfile.mkdtemp(prefix="gradmark-debug-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--repro: {folder} can't be a folder ({error.strerror})") from None
    return Scripts(folder, submission.resolve(), lines=debugged)
