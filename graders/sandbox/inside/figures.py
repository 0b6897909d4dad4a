"""The figures that a script saves or shows, as plain data."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

MAX_FIGURES = 100
MAX_POINTS = 20_000
MAX_TEXT = 500


def stay_without_display() -> None:
    """Have matplotlib keep the backend that needs no display, whichever the submission asks for."""
    import matplotlib
    from matplotlib import pyplot

    def keep(*_: object, **__: object) -> None:
        """Drawing to files is what every backend can do."""

    pyplot.switch_backend("agg")
    matplotlib.use = keep
    pyplot.switch_backend = keep
    pyplot.savefig = lambda *positional, **keywords: pyplot.gcf().savefig(*positional, **keywords)  # pyplot draws twice


@contextlib.contextmanager
def recorded(found: list[object], folder: str) -> Iterator[None]:
    """Note each figure at the moment when it is saved below the folder, or shown."""
    try:
        from matplotlib import pyplot
        from matplotlib.figure import Figure
    except ImportError:  # the homework has no use for it
        yield
        return

    save, show = Figure.savefig, pyplot.show
    notes = _Notes(found, folder)

    def saving(figure: Figure, target: object, *positional: object, **keywords: object) -> object:
        name = notes.name_of(target)
        if notes.knows(name):
            notes.note(figure, name)
            return None
        done: object = save(figure, target, *positional, **keywords)  # type: ignore[arg-type]
        notes.note(figure, name)
        return done

    def showing(*_: object, **__: object) -> None:
        for number in pyplot.get_fignums():
            notes.note(pyplot.figure(number), "")
        pyplot.close("all")

    pyplot.close("all")  # a script in its own process would find none of an earlier run's
    setattr(Figure, "savefig", saving)  # noqa: B010 - mypy forbids the assignment
    pyplot.show = showing
    try:
        yield
    finally:
        setattr(Figure, "savefig", save)  # noqa: B010
        pyplot.show = show


class _Notes:
    """At most MAX_FIGURES figures, those that are saved to a file by its name.

    Starter code that saves all of its figures after each epoch would draw for minutes: what is saved to the same file
    again is noted, not drawn.
    """

    def __init__(self, found: list[object], folder: str) -> None:
        self._found = found
        self._folder = folder
        self._drawn: dict[str, int] = {}

    def name_of(self, target: object) -> str:
        """The file's name in the folder; empty for what is no file."""
        return os.path.relpath(os.path.abspath(target), self._folder) if isinstance(target, str | os.PathLike) else ""

    def knows(self, name: str) -> bool:
        """Whether a figure was drawn to this file before."""
        return name in self._drawn

    def note(self, figure: Figure, name: str) -> None:
        """Keep what is in a figure, in place of what was saved to that file before."""
        if name in self._drawn:
            self._found[self._drawn[name]] = _figure(figure, name)
        elif len(self._found) < MAX_FIGURES:
            if name:
                self._drawn[name] = len(self._found)
            self._found.append(_figure(figure, name))


def _figure(figure: Figure, file: str) -> dict[str, object]:
    return {"file": file, "title": figure.get_suptitle()[:MAX_TEXT], "axes": [_axes(axes) for axes in figure.axes]}


def _axes(axes: Axes) -> dict[str, object]:
    legend = axes.get_legend()
    return {
        "title": axes.get_title()[:MAX_TEXT],
        "xlabel": axes.get_xlabel()[:MAX_TEXT],
        "ylabel": axes.get_ylabel()[:MAX_TEXT],
        "legend": [text.get_text()[:MAX_TEXT] for text in legend.get_texts()] if legend is not None else [],
        "lines": [_line(line) for line in axes.get_lines()],
        "images": len(axes.get_images()),
    }


def _line(line: Line2D) -> dict[str, object]:
    x, y = (np.asarray(values, dtype=float).ravel()[:MAX_POINTS] for values in line.get_data(orig=False))
    return {"label": str(line.get_label())[:MAX_TEXT], "x": x.tolist(), "y": y.tolist()}
