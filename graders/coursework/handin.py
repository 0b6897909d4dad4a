"""Packs a submission as its homework's handout asks: which files, under which names, in which kind of archive."""

from __future__ import annotations

import gzip
import io
import os
import re
import stat
import tarfile
import zipfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import chain
from pathlib import Path
from typing import IO

from graders import UsageError
from graders.coursework.rubric import HandIn
from graders.coursework.submission import LEFT_OUT, MAX_BYTES, MAX_FILES

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest moment that a zip can name."""
NAME = re.compile(r"[A-Za-z0-9-]+(_[A-Za-z0-9-]+)*")
OWN_MAKE = (".tar", ".tar.gz", ".tgz", ".zip")


@dataclass(frozen=True)
class Plan:
    """What would be packed from a folder: `files`, and what is `missing`, `extra` or `left_out`."""

    files: list[str]
    missing: list[str]
    extra: list[str]
    left_out: list[str]


def plan(folder: Path, handin: HandIn) -> Plan:
    """Hold a submission's layout against what is asked for."""
    present = _files_of(folder)
    wanted = handin.alternatives
    packed, others = _parted(present, {*chain.from_iterable(wanted)}, handin.optional)
    extra, left_out = _parted(others, set(), handin.forbidden)
    missing = [" or ".join(paths) for paths in wanted if set(present).isdisjoint(paths)]
    return Plan(files=packed, missing=missing, extra=extra, left_out=left_out)


def _parted(files: Sequence[str], names: Collection[str], patterns: Sequence[str]) -> tuple[list[str], list[str]]:
    """The files that a name or a pattern stands for, and all others."""
    meant = [file for file in files if file in names or any(fnmatchcase(file, pattern) for pattern in patterns)]
    return meant, [file for file in files if file not in meant]


def _files_of(folder: Path) -> list[str]:
    """Its regular files, as relative paths, sorted; nothing that a version control or an interpreter keeps."""
    found = []
    for here, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in LEFT_OUT and not (Path(here) / name).is_symlink()]
        paths = filter(_is_handed_in, (Path(here) / name for name in files))
        found += [path.relative_to(folder).as_posix() for path in paths]
        if len(found) > MAX_FILES:
            raise UsageError(f"{folder} holds more than {MAX_FILES} files: leave data and environments out")
    return sorted(found)


def _is_handed_in(file: Path) -> bool:
    is_own = not file.name.startswith(".") and not file.name.endswith(OWN_MAKE)
    return is_own and file.is_file() and not file.is_symlink()


def student_name(folder: Path, handin: HandIn, given: str | None) -> str:
    """The name for the archive's: the given one, or the one in the folder's name; "" where none is asked for."""
    if "{name}" not in handin.archive + handin.folder:
        return ""
    if given is not None:
        if not NAME.fullmatch(given):
            raise UsageError(f"--name {given!r} should be letters and digits joined by _, such as ada_lovelace")
        return given
    pattern = re.escape(handin.folder).replace(re.escape("{name}"), f"({NAME.pattern})")
    match = re.fullmatch(pattern, folder.resolve().name) if "{name}" in handin.folder else None
    if match is None:
        file = handin.archive.format(name="FIRST_LAST")
        raise UsageError(f"the archive has to be called {file}: give your name with --name FIRST_LAST")
    return match[1]


def read_files(folder: Path, found: Plan, top: str) -> dict[str, bytes]:
    """What goes into the archive, under its name there."""
    content, size = {}, 0
    for file in found.files:
        path = folder / file
        try:
            size += path.stat().st_size
            if size > MAX_BYTES:
                raise UsageError(f"{folder} is larger than {MAX_BYTES >> 20} MiB: leave data out")
            content[f"{top}/{file}" if top else file] = path.read_bytes()
        except OSError as error:
            raise UsageError(f"{path} can't be read ({error.strerror})") from None
    return content


def write(path: Path, files: Mapping[str, bytes]) -> None:
    """Write an archive of the kind that its name says, or else a folder; the same files give the same bytes."""
    try:
        if path.name.endswith(OWN_MAKE):
            path.write_bytes(_packed(path.name, files))
        else:
            _write_folder(path, files)
    except OSError as error:
        raise UsageError(f"{path} can't be written ({error.strerror})") from None


def _write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} exists already: remove it first, or give another one with -o")
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def _packed(name: str, files: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    if name.endswith(".zip"):
        _write_zip(made, files)
    elif name.endswith(".tar"):
        _write_tar(made, files)
    else:
        with gzip.GzipFile(filename="", fileobj=made, mode="wb", mtime=0) as squeezed:
            _write_tar(squeezed, files)
    return made.getvalue()


def _write_tar(made: IO[bytes] | gzip.GzipFile, files: Mapping[str, bytes]) -> None:
    with tarfile.open(fileobj=made, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in sorted(files):
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(files[name]), 0o644
            archive.addfile(member, io.BytesIO(files[name]))


def _write_zip(made: IO[bytes], files: Mapping[str, bytes]) -> None:
    with zipfile.ZipFile(made, "w") as archive:
        for name in sorted(files):
            member = zipfile.ZipInfo(name, EPOCH)
            member.compress_type, member.create_system = zipfile.ZIP_DEFLATED, 3
            member.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(member, files[name])
