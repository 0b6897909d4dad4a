"""Runs a submission's script as its user would, and notes which figures it saves."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
import types
from collections.abc import Iterator, Sequence

import numpy as np

from .errors import describe_error
from .figures import recorded
from .origin import is_below

SCRATCH = "scratch-"
"""How the names of folders begin that are made beside the submission."""
MAX_FILES = 1000

Files = Sequence[tuple[str, np.ndarray]]
"""Pairs of a relative name and its bytes."""


def scratch_folder(root: str, files: Files) -> str:
    """A new folder beside the submission with these files."""
    folder = tempfile.mkdtemp(prefix=SCRATCH, dir=os.path.dirname(root))
    for name, content in files:
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(np.asarray(content, dtype=np.uint8).tobytes())
    return folder


def run(root: str, folder: str, script: str, arguments: Sequence[str]) -> dict[str, object]:
    """Run a script in `folder`, to which the submission is added: its exit status, exception, figures and files.

    What is in the folder already replaces the submission's.
    """
    _add(root, folder)
    if not os.path.isfile(os.path.join(folder, script)):
        return {"exit": 1, "error": {"missing": "script"}, "figures": [], "files": {}}
    before = _sizes(folder)
    figures: list[object] = []
    status = 0
    error: dict[str, object] = {}
    with _as_main(folder, script, arguments), recorded(figures, folder):
        try:
            _execute(os.path.join(folder, script))
        except SystemExit as end:
            status = _status(end.code)
        except BaseException as raised:
            status, error = 1, describe_error(raised, _innermost(raised, root, folder))
    after = _sizes(folder)
    changed = {name: size for name, size in after.items() if before.get(name) != size}
    return {
        "exit": status,
        "error": error,
        "figures": figures,
        "files": {name: size for name, (size, _) in list(changed.items())[:MAX_FILES]},
    }


def _innermost(error: BaseException, *roots: str) -> str:
    """The root below which it was raised: what the worker has imported before comes from the submission itself."""
    found, trace = roots[-1], error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        found = next((root for root in roots if is_below(file, root)), found)
        trace = trace.tb_next
    return found


def _execute(path: str) -> None:
    main = types.ModuleType("__main__")
    main.__file__ = path
    sys.modules["__main__"] = main
    with open(path, "rb") as file:
        exec(compile(file.read(), path, "exec"), vars(main))


def _status(code: object) -> int:
    if code is None:
        return 0
    if isinstance(code, int):
        return int(code) & 0xFF
    print(code, file=sys.stderr)
    return 1


def _add(root: str, folder: str) -> None:
    def missing(source: str, target: str) -> None:
        if not os.path.exists(target):
            shutil.copyfile(source, target)

    shutil.copytree(root, folder, copy_function=missing, dirs_exist_ok=True)


def _sizes(folder: str) -> dict[str, tuple[int, int]]:
    found = {}
    for here, names, files in os.walk(folder):
        names[:] = [name for name in names if name != "__pycache__"]
        for name in files:
            with contextlib.suppress(OSError):
                about = os.stat(os.path.join(here, name))
                found[os.path.relpath(os.path.join(here, name), folder)] = (about.st_size, about.st_mtime_ns)
    return found


@contextlib.contextmanager
def _as_main(folder: str, script: str, arguments: Sequence[str]) -> Iterator[None]:
    """The current folder, the arguments and the place of imports that the script would have from a shell."""
    before = os.getcwd(), sys.argv, list(sys.path)
    os.chdir(folder)
    sys.argv = [script, *arguments]
    sys.path.insert(0, os.path.dirname(os.path.join(folder, script)))
    try:
        yield
    finally:
        os.chdir(before[0])
        sys.argv, sys.path[:] = before[1], before[2]
