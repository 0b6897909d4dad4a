"""The surroundings in which pytest runs the checks: the user's folder neither changes what it does nor is changed."""

from __future__ import annotations

import contextlib
import gc
import io
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from graders.sandbox.isolation.place import ONE_THREAD

_ALONE = ONE_THREAD | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""}


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Pytest writes its own report; ours is made from the record."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield


@contextlib.contextmanager
def alone(values: Mapping[str, str] = _ALONE) -> Iterator[None]:
    """Have these be the environment's while this lasts: one thread, and pytest without what is installed beside it."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def arguments(files: Iterable[Path], folder: Path) -> list[str]:
    """Pytest's for these files of checks: no conftest, no plugins, and an ini file in `folder`."""
    (folder / "pytest.ini").write_text("[pytest]\n")
    return [
        *dict.fromkeys(map(str, files)),
        f"--rootdir={folder}",
        f"--config-file={folder / 'pytest.ini'}",
        "--noconftest",
        "--import-mode=importlib",
        *("-W", "ignore"),
        *(argument for name in _UNUSED for argument in ("-p", f"no:{name}")),
    ]


_UNUSED = (
    "assertion",
    "cacheprovider",
    "faulthandler",
    "logging",
    "terminal",
    "threadexception",
    "unraisableexception",
)


@contextlib.contextmanager
def without_collections() -> Iterator[None]:
    """While much is imported: what comes of that stays, and would be looked through for garbage again and again.

    Nor is it afterwards; nothing of a run is there yet, which would stay with it.
    """
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
        if not gc.get_freeze_count():
            gc.freeze()
    finally:
        if collected:
            gc.enable()
