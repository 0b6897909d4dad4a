"""A submission on disk: which homework it is for, what it lacks, and the private copy that is marked in its place."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from graders import SubmissionError
from graders.coursework.archives import SUFFIXES, is_archive, unpack
from graders.coursework.inside import inside_of
from graders.coursework.layout import is_enough
from graders.coursework.notebooks import MAX_BYTES as MAX_NOTEBOOK
from graders.coursework.packs.pack import Homework, homework_ids, load_homework, read_rubric, recognisable_ids
from graders.coursework.reading import beginning
from graders.coursework.recognising import Likeness, best, likeness, nearest_by_file_names
from graders.coursework.rubric import RubricFile

MAX_FILES = 20_000
MAX_BYTES = 512 * 1024 * 1024
MAX_DEPTH = 64
"""Of folders in folders: Python itself gives up at a thousand."""
LEFT_OUT = {
    ".git",
    ".hg",
    ".ipynb_checkpoints",
    ".pytest_cache",
    ".svn",
    ".venv",
    "__pycache__",
    "node_modules",
    "venv",
}


@contextmanager
def readable(folder: Path) -> Iterator[None]:
    """What can't be read in there is a SubmissionError: folders may be listed whose files aren't to be looked at."""
    try:
        yield
    except OSError as error:
        raise SubmissionError(f"{error.filename or folder} can't be read ({error.strerror})") from None


@contextmanager
def as_folder(submission: Path, homework: str | None) -> Iterator[Path]:
    """The submission as a folder: itself, or what its archive holds, unpacked for as long as it is needed."""
    if not is_archive(submission):
        yield submission
        return
    with tempfile.TemporaryDirectory(prefix="gradmark-archive-") as run:
        unpack(submission, Path(run))
        yield _within(Path(run), [homework] if homework else homework_ids())


def _within(folder: Path, homeworks: Sequence[str]) -> Path:
    """The folder, or the only one in it, however deep, until one has a homework's files."""
    rubrics = [read_rubric(name) for name in homeworks]
    while not any(_present(folder, rubric.files) for rubric in rubrics):
        inside = list(folder.iterdir())
        if len(inside) != 1 or not inside[0].is_dir():
            break
        folder = inside[0]
    return folder


def find_homework(folder: Path, name: str | None, shown: str = "", *, may_be_inside: bool = False) -> Homework:
    """The homework that was named, or the one whose files the folder has; SubmissionError says what is missing.

    `shown` is what its user calls the submission, if not by the folder: the archive that it came out of. A folder of
    a submission in place of the whole is refused, unless nobody is there who could give another.
    """
    with readable(folder):
        return _found(folder, name, shown or str(folder), may_be_inside)


def _found(folder: Path, name: str | None, shown: str, may_be_inside: bool) -> Homework:
    if not folder.exists():
        raise SubmissionError(f"there is no folder {folder}")
    if not folder.is_dir():
        raise SubmissionError(f"{folder} is a file, but should be the submission's folder, or a .tar or .zip of it")
    if not any(folder.iterdir()):
        raise SubmissionError(f"{shown} is empty: give the folder that holds the submission")
    if name is None:
        rubrics = _rubrics()
        if not may_be_inside:
            _refuse_inside(folder, shown, rubrics)
        return load_homework(_the_recognised(folder, shown, rubrics))
    named = load_homework(name)
    if not may_be_inside and (place := inside_of(folder, named.rubric, _called(shown))):
        raise _is_inside(place, [named.id], folder, shown)
    if not _present(folder, named.files) and not is_enough(folder, named.rubric):
        files = f"{shown} is not a submission of {named.id}: it has none of {', '.join(named.files)}"
        raise SubmissionError(files + _perhaps_inside(folder, named.rubric, shown))
    return named


def _refuse_inside(folder: Path, shown: str, rubrics: Mapping[str, RubricFile]) -> None:
    """SubmissionError where the folder is most like the inside of a submission, of one homework or of several."""
    places = {name: inside_of(folder, rubric, _called(shown)) for name, rubric in rubrics.items()}
    if any(places.values()):
        fitting = best({name: likeness(folder, rubric, places[name]) for name, rubric in rubrics.items()})
        if fitting and all(places[name] for name in fitting):
            raise _is_inside(places[fitting[0]], fitting, folder, shown)


def _is_inside(place: str, homeworks: Sequence[str], folder: Path, shown: str) -> SubmissionError:
    """The line for a folder that is `place` of these homeworks' submissions."""
    known = place if shown in ("", ".") or Path(shown).resolve() == folder.resolve() == Path.cwd() else shown
    article = "an" if homeworks[0][0] in "aeiou" else "a"
    above = "the folder above it" if "/" not in place else f"the folder that {place.split('/')[0]} is in"
    return SubmissionError(f"{known} is the inside of {article} {' or '.join(homeworks)} submission: mark {above}")


def _called(shown: str) -> str:
    """What an archive's folder may be called: its own name without its ending; "" for a folder."""
    name = Path(shown).name
    ending = next((one for one in sorted(SUFFIXES, key=len, reverse=True) if name.endswith(one)), "")
    return name.removesuffix(ending) if ending and Path(shown).is_file() else ""


def _the_recognised(folder: Path, shown: str, rubrics: Mapping[str, RubricFile]) -> str:
    """The homework that the folder is a submission of; SubmissionError says what was looked for."""
    likenesses = {name: likeness(folder, rubric) for name, rubric in rubrics.items()}
    fitting = best(likenesses)
    if len(fitting) > 1:
        text = f"{shown} may be a submission of {' or '.join(fitting)}, of which it has equally many files"
        raise SubmissionError(f"{text}: say which with --homework ID")
    if fitting:
        return fitting[0]
    text = f"{shown} is not a submission of any homework"
    nearest = recognised(folder)
    if nearest is None:
        raise SubmissionError(f"{text}: it has no file of {', '.join(rubrics)}; --homework ID says what is missing")
    rubric, near = rubrics[nearest], likenesses[nearest]
    if not near.files:
        files = f"{text}; of {nearest}, the nearest, it has none of {', '.join(rubric.files)}"
        raise SubmissionError(files + _perhaps_inside(folder, rubric, shown))
    names = f"of {', '.join([*near.found, *near.lacking])} only {', '.join(near.found) or 'nothing'}"
    raise SubmissionError(
        f"{text}: of {nearest}, the nearest, it has {', '.join(near.files)}, and there {names}; if it is one, say so "
        "with --homework ID"
    )


def recognised(folder: Path) -> str | None:
    """The homework that a folder, or a folder in it, is a submission of; else the one with most file names; or None."""
    rubrics = _rubrics()
    inner = [path for path in folder.iterdir() if path.is_dir()]
    here = {name: likeness(folder, rubric) for name, rubric in rubrics.items()}
    inside = {name: _most([likeness(path, rubric) for path in inner]) for name, rubric in rubrics.items()}
    fitting = best(here) or best(inside)
    if fitting:
        return fitting[0]
    most = max(here, key=lambda name: here[name].score, default=None)
    if most is not None and here[most].files:
        return most
    return nearest_by_file_names(_python_files(folder), rubrics)


def _most(likenesses: Sequence[Likeness]) -> Likeness:
    return max(likenesses, key=lambda one: (one.fits, one.score), default=Likeness())


def _rubrics() -> dict[str, RubricFile]:
    return {homework: read_rubric(homework) for homework in recognisable_ids()}


def _python_files(folder: Path) -> set[str]:
    """The names of the Python files in it, however deep a submission may be."""
    found = [name for _, _, files in _walk(folder) for name in files]
    return {name for name in found[:MAX_FILES] if name.endswith(".py")}


def _walk(folder: Path) -> Iterator[tuple[Path, list[str], list[str]]]:
    """As os.walk, without what is left out, and without links to folders; SubmissionError where it is too deep."""
    for place, names, files in os.walk(folder):
        here = Path(place)
        names[:] = sorted(name for name in names if name not in LEFT_OUT and not (here / name).is_symlink())
        if names and len(here.relative_to(folder).parts) >= MAX_DEPTH:
            raise SubmissionError(
                f"{folder} has more than {MAX_DEPTH} folders inside one another: leave out what isn't yours"
            )
        yield here, names, sorted(files)


def _present(folder: Path, files: Sequence[str]) -> list[str]:
    return [file for file in files if (folder / file).is_file()]


def _perhaps_inside(folder: Path, rubric: RubricFile, shown: str) -> str:
    for inner in sorted(path for path in folder.iterdir() if path.is_dir()):
        if _present(inner, rubric.files):
            return f"; did you mean {Path(shown) / inner.name}?"
    return ""


@contextmanager
def private_copy(folder: Path, files: Sequence[str] = ()) -> Iterator[Path]:
    """A copy of the submission's regular files, taken away again afterwards; the original is only read.

    Beside each of `files` that is a notebook lies the module that is made of it.
    """
    with tempfile.TemporaryDirectory(prefix="gradmark-") as run:
        copy = Path(run) / "submission"
        with readable(folder):
            _copy_tree(folder, copy)
        add_modules_of_notebooks(copy, files)
        yield copy


def add_module_of_notebook(notebook: Path) -> None:
    """Beside a notebook, put the module that is made of it."""
    from graders.coursework.notebooks import module_source

    module = notebook.with_suffix(".py")
    module.write_text(module_source(beginning(notebook, MAX_NOTEBOOK), notebook.name), "utf-8")


def add_modules_of_notebooks(
    copy: Path, files: Sequence[str], add: Callable[[Path], None] = add_module_of_notebook
) -> None:
    """Have the module added beside each of these files that is a notebook."""
    for notebook in (copy / file for file in files if file.endswith(".ipynb")):
        if notebook.is_file():
            module = notebook.with_suffix(".py")
            if module.is_dir():  # in the copy: the homework asks for the notebook's module at this place
                shutil.rmtree(module)
            add(notebook)


def _copy_tree(source: Path, target: Path) -> None:
    count = size = 0
    target.mkdir()
    for here, names, files in _walk(source):
        place = target / here.relative_to(source)
        ordinary = [name for name in files if not (here / name).is_symlink() and (here / name).is_file()]
        count += len(names) + len(ordinary)
        size += sum((here / name).stat().st_size for name in ordinary)
        if count > MAX_FILES or size > MAX_BYTES:
            limit = f"{MAX_FILES} files and {MAX_BYTES >> 20} MiB"
            raise SubmissionError(f"{source} is larger than a submission may be ({limit}): leave data out")
        for name in names:
            (place / name).mkdir()
        for name in ordinary:
            shutil.copyfile(here / name, place / name)
