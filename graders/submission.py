"""A submission on disk: which homework it is for, what it lacks, and the private copy that is marked in its place."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from graders.archives import is_archive, unpack
from graders.errors import SubmissionError
from graders.pack import Homework, homework_ids, load_homework, read_rubric
from graders.rubric import RubricFile

MAX_FILES = 20_000
MAX_BYTES = 512 * 1024 * 1024
MAX_DEPTH = 64
"""Of folders in folders: Python itself gives up at a thousand."""
MAX_READ = 1024 * 1024
"""Of a file that is looked at to recognise a homework."""
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


def find_homework(folder: Path, name: str | None, shown: str = "") -> Homework:
    """The homework that was named, or the one whose files the folder has; SubmissionError says what is missing.

    `shown` is what its user calls the submission, if not by the folder: the archive that it came out of.
    """
    with readable(folder):
        return _found(folder, name, shown or str(folder))


def _found(folder: Path, name: str | None, shown: str) -> Homework:
    if not folder.exists():
        raise SubmissionError(f"there is no folder {folder}")
    if not folder.is_dir():
        raise SubmissionError(f"{folder} is a file, but should be the submission's folder, or a .tar or .zip of it")
    if not any(folder.iterdir()):
        raise SubmissionError(f"{shown} is empty: give the folder that holds the submission")
    likeliest = name or recognised(folder)
    if likeliest is None:
        known = ", ".join(homework_ids())
        text = f"{shown} is not a submission of any homework: it has no file of {known}"
        raise SubmissionError(f"{text}; --homework ID says what is missing")
    best = load_homework(likeliest)
    if not _present(folder, best.files):
        raise SubmissionError(_not_a_submission(folder, best, shown, named=name is not None))
    return best


def recognised(folder: Path) -> str | None:
    """The homework most of whose names the folder's files have, or a folder in it; else the one with most file names.

    Only rubrics are read, not checks. Years of a course have the same files: what these define tells them apart.
    """
    rubrics = {homework: read_rubric(homework) for homework in homework_ids()}
    names = _python_files(folder)

    def likeness(homework: str) -> tuple[int, int, int]:
        rubric = rubrics[homework]
        inner = max((_defined(path, rubric) for path in folder.iterdir() if path.is_dir()), default=0)
        return _defined(folder, rubric), inner, len(names.intersection(Path(file).name for file in rubric.files))

    best = max(rubrics, key=likeness)
    return best if any(likeness(best)) else None


def _defined(folder: Path, rubric: RubricFile) -> int:
    """How many of the rubric's files are there, and how many more of its names they have than they lack."""
    texts = {file: _text(folder / file) for file in _present(folder, rubric.files)}
    definitions = [definition for names in rubric.modules.values() for definition in names.items()]
    score = len(texts) + sum(_is_defined(name, paths, texts) for name, paths in definitions)
    return max(score, 1) if texts else 0


def _is_defined(name: str, paths: Sequence[str], texts: Mapping[str, str]) -> int:
    """1 where a file that may define the name mentions it, -1 where none does, 0 where no such file is there."""
    there = [texts[path] for path in paths if path in texts]
    if not there:
        return 0
    return 1 if any(name in text for text in there) else -1


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
                f"{folder} has more than {MAX_DEPTH} folders in each other: leave out what isn't yours"
            )
        yield here, names, sorted(files)


def _text(path: Path) -> str:
    with contextlib.suppress(OSError), path.open("rb") as file:
        return file.read(MAX_READ).decode(errors="replace")
    return ""


def _present(folder: Path, files: Sequence[str]) -> list[str]:
    return [file for file in files if (folder / file).is_file()]


def _not_a_submission(folder: Path, homework: Homework, shown: str, named: bool) -> str:
    files = ", ".join(homework.files)
    if named:
        text = f"{shown} is not a submission of {homework.id}: it has none of {files}"
    else:
        text = f"{shown} is not a submission of any homework; of {homework.id}, the nearest, it has none of {files}"
    for inner in sorted(path for path in folder.iterdir() if path.is_dir()):
        if _present(inner, homework.files):
            return f"{text}; did you mean {Path(shown) / inner.name}?"
    return text


@contextmanager
def private_copy(folder: Path, files: Sequence[str] = ()) -> Iterator[Path]:
    """A copy of the submission's ordinary files, taken away again afterwards; the original is only read.

    Beside each of `files` that is a notebook lies the module that is made of it.
    """
    with tempfile.TemporaryDirectory(prefix="gradmark-") as run:
        copy = Path(run) / "submission"
        with readable(folder):
            _copy_tree(folder, copy)
        for notebook in (copy / file for file in files if file.endswith(".ipynb")):
            if notebook.is_file():
                from graders.notebooks import module_source

                notebook.with_suffix(".py").write_text(module_source(notebook.read_bytes(), notebook.name), "utf-8")
        yield copy


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
