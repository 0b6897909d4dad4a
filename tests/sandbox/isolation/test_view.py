"""What a worker in bubblewrap is shown of the machine."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from graders.sandbox.isolation import bubblewrap
from graders.sandbox.isolation.users import own_user
from graders.sandbox.isolation.view import _place, interpreter


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


@pytest.mark.skipif(bool(bubblewrap.failure()), reason=bubblewrap.failure())
def test_what_lies_in_the_folder_for_temporary_files_is_seen_if_it_is_shown() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        file = Path(folder, "part.py")
        file.write_text("pass")
        shown = bubblewrap._view([(file, str(file))])
        program = [str(interpreter()), "-I", "-S", "-c", f"open({str(file)!r}).close(); open('/tmp/x', 'w').close()"]
        process = bubblewrap._start([*shown, *program], own_user(), [], stderr=subprocess.PIPE)
        assert process.communicate(timeout=60)[1] == b""
        assert process.returncode == 0
