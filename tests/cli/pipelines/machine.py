"""A machine as a platform starts it, in bubblewrap: its own folders, Python in /python, nothing of this repository.

What is lent to it: the packages that gradmark needs, as if pip had fetched them (there is no network), and stand-ins
for apt-get, sudo and sysctl. pip itself runs, and finds every constraint kept. As in most containers, bubblewrap can't
be used in it, unless it is asked for.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from graders.sandbox.isolation import bubblewrap

needed = pytest.mark.skipif(
    bool(bubblewrap.failure()) or os.geteuid() != 0, reason="a platform's folders need root and bubblewrap"
)
_OURS = ("gradmark", "__editable__", "_gradmark", "__pycache__")
_STUBS = {"apt-get": 'echo apt-get "$@"\n', "sudo": 'exec "$@"\n', "sysctl": "exit 0\n"}
_ORDINARY = ["setpriv", "--reuid=1500", "--regid=1500", "--clear-groups", "--bounding-set=-all", "--inh-caps=-all"]


class Machine:
    """`folder` holds what it keeps between two runs: /opt."""

    def __init__(self, folder: Path) -> None:
        self.opt, self._lent, self._stubs = folder / "opt", folder / "lent", folder / "stubs"
        for path in (self.opt, self._lent, self._stubs):
            path.mkdir(parents=True, exist_ok=True)
        for name, text in _STUBS.items():
            (self._stubs / name).write_text(f"#!/bin/sh\n{text}", encoding="utf-8")
            (self._stubs / name).chmod(0o755)
        for path in Path(sysconfig.get_path("purelib")).iterdir():
            link = self._lent / path.name
            if not path.name.startswith(_OURS) and path.suffix != ".pth" and not link.is_symlink():
                link.symlink_to(f"/site/{path.name}")

    def run(
        self,
        command: Sequence[str],
        folders: Mapping[str, Path],
        *,
        cwd: str = "/",
        installed: bool = True,
        ordinary_user: bool = False,
        isolates: bool = False,
        environment: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run it with these folders in these places, as root or as an ordinary user."""
        shown = {"/usr": Path("/usr"), "/etc": Path("/etc"), "/python": Path(sys.base_prefix)}
        shown |= {"/site": Path(sysconfig.get_path("purelib")), "/lent": self._lent, "/stubs": self._stubs}
        words = ["bwrap", "--die-with-parent", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--cap-add", "ALL"]
        words += ["--dev", "/dev", "--proc", "/proc", "--perms", "1777", "--tmpfs", "/tmp", "--clearenv"]
        for place, path in shown.items():
            words += ["--ro-bind", str(path), place]
        for name in ("bin", "sbin", "lib", "lib64"):
            merged = Path("/", name).is_symlink()
            words += ["--symlink", f"usr/{name}", f"/{name}"] if merged else ["--ro-bind", f"/{name}", f"/{name}"]
        for place, path in (dict(folders) | ({"/opt": self.opt} if installed else {})).items():
            words += ["--perms", "0755", "--dir", str(Path(place).parent), "--bind", str(path), place]
        if not isolates:
            words += ["--ro-bind", "/dev/null", str(Path(shutil.which("bwrap") or "").resolve())]
        variables = {
            "PATH": "/stubs:/python/bin:/usr/bin:/bin",
            "PYTHONPATH": "/lent",
            "PIP_NO_INDEX": "1",
            "HOME": "/tmp",
        }
        for name, value in (variables | dict(environment or {})).items():
            words += ["--setenv", name, value]
        user = _ORDINARY if ordinary_user else []
        return subprocess.run(
            [*words, "--chdir", cwd, "--", *user, *command], capture_output=True, text=True, timeout=300, check=False
        )
