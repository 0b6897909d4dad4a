"""Packs a submission as its homework's handout asks: which files, under which names, in which kind of archive."""

from __future__ import annotations

import gzip
import io
import os
import re
import stat
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import IO

from graders.errors import UsageError
from graders.rubric import HandIn
from graders.submission import LEFT_OUT, MAX_BYTES, MAX_FILES

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
    wanted = [_alternatives(entry) for entry in handin.required]
    required = {path for paths in wanted for path in paths}
    packed, others = _parted(present, lambda file: file in required or _matches(file, handin.optional))
    extra, left_out = _parted(others, lambda file: _matches(file, handin.forbidden))
    missing = [" or ".join(paths) for paths in wanted if not set(paths) & set(present)]
    return Plan(files=packed, missing=missing, extra=extra, left_out=left_out)


def _alternatives(entry: str) -> list[str]:
    return [path.strip() for path in entry.split("|")]


def _parted(files: list[str], belongs: Callable[[str], bool]) -> tuple[list[str], list[str]]:
    """Those that belong, and the others, in their order."""
    return [file for file in files if belongs(file)], [file for file in files if not belongs(file)]


def _files_of(folder: Path) -> list[str]:
    """Its ordinary files, as relative paths, sorted; nothing that a version control or an interpreter keeps."""
    found: list[str] = []
    for here, folders, files in os.walk(folder):
        place = Path(here)
        folders[:] = [name for name in folders if name not in LEFT_OUT and not (place / name).is_symlink()]
        found += [(place / name).relative_to(folder).as_posix() for name in files if _is_ordinary(place / name)]
        if len(found) > MAX_FILES:
            raise UsageError(f"{folder} holds more than {MAX_FILES} files: leave data and environments out")
    return sorted(found)


def _is_ordinary(path: Path) -> bool:
    named = not path.name.startswith(".") and not path.name.endswith(OWN_MAKE)
    return named and path.is_file() and not path.is_symlink()


def _matches(file: str, patterns: list[str]) -> bool:
    return any(fnmatchcase(file, pattern) for pattern in patterns)


def student_name(folder: Path, handin: HandIn, given: str | None) -> str:
    """The name for the archive's: the given one, or the one in the folder's name; "" where none is asked for."""
    if "{name}" not in handin.archive + handin.folder:
        return ""
    if given is not None:
        if not NAME.fullmatch(given):
            raise UsageError(f"--name {given!r} should be letters and digits joined by _, ada_lovelace say")
        return given
    pattern = re.escape(handin.folder).replace(re.escape("{name}"), f"({NAME.pattern})")
    match = re.fullmatch(pattern, folder.resolve().name) if "{name}" in handin.folder else None
    if match is None:
        file = handin.archive.format(name="FIRST_LAST")
        raise UsageError(f"the archive is to be called {file}: give your name with --name FIRST_LAST")
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
        raise UsageError(f"{folder} exists already: take it away first, or give another one with -o")
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
