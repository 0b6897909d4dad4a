"""What of the file system a worker sees: Python, its library, its packages, and the libraries of both."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from graders.sandbox.isolation.elf import linking

_USUAL = ("/lib64", "/usr/lib64", "/lib", "/usr/lib")
LOADER_CACHE = Path("/etc/ld.so.cache")
CPU_INFO = Path("/proc/cpuinfo")
"""PyTorch reads it, and complains into the student's output where it can't; of other processes it says nothing."""
INSTALLED = ("site-packages", "dist-packages")
"""Folders in the standard library's that are no part of it."""
DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")


def interpreter() -> Path:
    """The interpreter itself, not a virtual environment's link to it."""
    return Path(sys.executable).resolve()


def standard_library() -> Path:
    """The folder of the standard library; packages that are installed in it are no part of it."""
    return Path(sysconfig.get_path("stdlib"))


_GRAPHICAL = ("_curses", "_tkinter", "_sqlite3", "nis", "readline")
"""Modules of the standard library that the sandbox does without: with them come X11, Kerberos and a database."""
_OF_WHEELS = ("libdl.so.2", "libgcc_s.so.1", "libpthread.so.0", "librt.so.1", "libstdc++.so.6", "libutil.so.1")
"""What a wheel may expect of every Linux besides what the interpreter needs; it brings all else along."""


@cache
def libraries() -> tuple[tuple[Path, str], ...]:
    """Every shared library that the interpreter, the standard library and wheels need: the file, and its place."""
    found = {str(place): place for place in _places(_OF_WHEELS, ())}
    seen = {place.name for place in found.values()}
    waiting = [interpreter(), *_compiled_modules()]
    while waiting:
        file = waiting.pop()
        needs = linking(file)
        if needs.interpreter:
            found[needs.interpreter] = Path(needs.interpreter)
        new = set(needs.needed) - seen
        seen |= new
        places = _places(new, [folder.replace("$ORIGIN", str(file.parent)) for folder in needs.folders])
        found |= {str(place): place for place in places}
        waiting += places
    return tuple((path.resolve(), place) for place, path in sorted(found.items()))


def _compiled_modules() -> list[Path]:
    """The standard library's that a worker may import."""
    modules = (standard_library() / "lib-dynload").glob("*.so")
    return [module for module in modules if not module.name.startswith(_GRAPHICAL)]


def _places(names: Iterable[str], folders: Sequence[str]) -> list[Path]:
    """Where those of these libraries lie that can be found."""
    return [place for name in names if (place := _place(name, folders))]


def _place(name: str, folders: Iterable[str]) -> Path | None:
    candidates = [*(f"{folder}/{name}" for folder in folders), _cached().get(name, "")]
    candidates += [f"{folder}/{name}" for folder in (sysconfig.get_config_var("LIBDIR") or "", *_USUAL)]
    return next((Path(path) for path in candidates if path and os.access(path, os.R_OK)), None)  # as the loader looks


@cache
def _cached() -> dict[str, str]:
    """What the loader's own table says: name and file, the first of each name."""
    for program in ("/sbin/ldconfig", "/usr/sbin/ldconfig"):
        if Path(program).exists():
            listed = subprocess.run([program, "-p"], capture_output=True, text=True, check=False).stdout
            rows = [line.split(" => ") for line in listed.splitlines() if " => " in line]
            return {left.split()[0]: right.strip() for left, right in reversed(rows)}
    return {}
