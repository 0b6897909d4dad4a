"""What a worker in bubblewrap is shown of the machine."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from graders.isolation.view import _place


def test_a_library_is_looked_for_past_folders_that_its_user_may_not_enter() -> None:
    with tempfile.TemporaryDirectory() as machine:
        closed, opened = Path(machine, "closed"), Path(machine, "open")
        for folder in (closed, opened):
            folder.mkdir()
            (folder / "liba.so").touch()
        Path(machine).chmod(0o755)
        closed.chmod(0)
        child = os.fork()
        if not child:
            if os.geteuid() == 0:
                os.setuid(65534)
            os._exit(0 if _place("liba.so", [str(closed), str(opened)]) == opened / "liba.so" else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        closed.chmod(0o700)
