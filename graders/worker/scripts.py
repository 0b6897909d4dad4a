"""The worker's second file: runs a submission's script as its user would, and notes which figures it saves.

Like the runtime it runs in the process of the student's code and imports nothing of gradmark.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
import types
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

MAX_FIGURES = 100
MAX_FILES = 1000
MAX_POINTS = 20_000
MAX_TEXT = 500


def scratch_folder(root: str, prefix: str, files: Sequence[Sequence[Any]]) -> str:
    """A new folder beside the submission with these files: pairs of a relative name and its bytes."""
    folder = tempfile.mkdtemp(prefix=prefix, dir=os.path.dirname(root))
    for name, content in files:
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(np.asarray(content, dtype=np.uint8).tobytes())
    return folder


def run(
    root: str,
    folder: str,
    script: str,
    arguments: Sequence[str],
    describe: Callable[[BaseException, str], dict[str, Any]],
) -> dict[str, Any]:
    """Run a script in `folder`, to which the submission is added: its exit status, exception, figures and files.

    What lies in the folder already replaces the submission's.
    """
    _add(root, folder)
    before = _sizes(folder)
    figures: list[dict[str, Any]] = []
    status, error = 0, {}
    with _as_main(folder, script, arguments), _recorded(figures, folder):
        try:
            _execute(os.path.join(folder, script))
        except SystemExit as end:
            status = _status(end.code)
        except BaseException as raised:
            status, error = 1, describe(raised, folder)
    after = _sizes(folder)
    changed = {name: size for name, size in after.items() if before.get(name) != size}
    return {
        "exit": status,
        "error": error,
        "figures": figures,
        "files": {name: size for name, (size, _) in list(changed.items())[:MAX_FILES]},
    }


def _execute(path: str) -> None:
    if not os.path.isfile(path):
        raise FileNotFoundError(f"there is no {os.path.basename(path)}")
    main = types.ModuleType("__main__")
    main.__file__ = path
    sys.modules["__main__"] = main
    with open(path, "rb") as file:
        exec(compile(file.read(), path, "exec"), vars(main))


def _status(code: Any) -> int:
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


# --- figures ------------------------------------------------------------------------------------------------------


def stay_without_display() -> None:
    """Have matplotlib keep the backend that needs no display, whichever the submission asks for."""
    import matplotlib
    from matplotlib import pyplot

    def keep(*_: Any, **__: Any) -> None:
        """Drawing to files is what every backend can do."""

    pyplot.switch_backend("agg")
    matplotlib.use = keep
    pyplot.switch_backend = keep
    pyplot.savefig = lambda *positional, **keywords: pyplot.gcf().savefig(*positional, **keywords)  # pyplot draws twice


@contextlib.contextmanager
def _recorded(found: list[dict[str, Any]], folder: str) -> Iterator[None]:
    """Note each figure at the moment when it is saved, or shown.

    Starter code that saves all of its figures after each epoch would draw for minutes: what is saved to the same file
    again is noted, not drawn.
    """
    if "matplotlib" not in sys.modules:
        yield
        return
    from matplotlib import pyplot
    from matplotlib.figure import Figure

    save, show = Figure.savefig, pyplot.show

    drawn: dict[str, int] = {}

    def saving(figure: Any, target: Any, *positional: Any, **keywords: Any) -> Any:
        name = os.path.relpath(os.path.abspath(target), folder) if isinstance(target, str | os.PathLike) else ""
        if name in drawn:
            found[drawn[name]] = _figure(figure, name)
            return None
        done = save(figure, target, *positional, **keywords)
        if len(found) < MAX_FIGURES:
            if name:
                drawn[name] = len(found)
            found.append(_figure(figure, name))
        return done

    def showing(*_: Any, **__: Any) -> None:
        for number in pyplot.get_fignums():
            if len(found) < MAX_FIGURES:
                found.append(_figure(pyplot.figure(number), ""))
        pyplot.close("all")

    pyplot.close("all")  # a script of its own process would find none of an earlier run's
    setattr(Figure, "savefig", saving)  # noqa: B010 - mypy forbids the assignment
    pyplot.show = showing
    try:
        yield
    finally:
        setattr(Figure, "savefig", save)  # noqa: B010
        pyplot.show = show


def _figure(figure: Any, file: str) -> dict[str, Any]:
    return {"file": file, "title": figure.get_suptitle()[:MAX_TEXT], "axes": [_axes(axes) for axes in figure.axes]}


def _axes(axes: Any) -> dict[str, Any]:
    legend = axes.get_legend()
    return {
        "title": axes.get_title()[:MAX_TEXT],
        "xlabel": axes.get_xlabel()[:MAX_TEXT],
        "ylabel": axes.get_ylabel()[:MAX_TEXT],
        "legend": [text.get_text()[:MAX_TEXT] for text in legend.get_texts()] if legend is not None else [],
        "lines": [_line(line) for line in axes.get_lines()],
        "images": len(axes.get_images()),
    }


def _line(line: Any) -> dict[str, Any]:
    x, y = (np.asarray(values, dtype=float).ravel()[:MAX_POINTS] for values in line.get_data(orig=False))
    return {"label": str(line.get_label())[:MAX_TEXT], "x": x.tolist(), "y": y.tolist()}
