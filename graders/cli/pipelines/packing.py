"""Folders, .zip and .tar of files that are held in memory; the same files give the same bytes."""

from __future__ import annotations

import io
import stat
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from graders import UsageError

Files = Mapping[str, bytes]
"""What lies where, by relative path."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_LITTER = ("__pycache__", ".DS_Store")


def read_folder(folder: Path, under: str) -> dict[str, bytes]:
    """A folder's regular files as they are to lie under that name; UsageError where one can't be read."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file() and not set(_LITTER) & set(path.parts))
    try:
        return {f"{under}/{path.relative_to(folder).as_posix()}": path.read_bytes() for path in paths}
    except OSError as error:
        raise UsageError(f"{error.filename} can't be read ({error.strerror})") from None


def write_folder(folder: Path, files: Files) -> None:
    """Write them; scripts can be run. UsageError where that can't be done."""
    try:
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            path.chmod(_mode(content))
    except OSError as error:
        raise UsageError(f"{folder} can't be written ({error.strerror})") from None


def zipped(files: Files) -> bytes:
    """A .zip with these files at its top."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in sorted(files):
            member = zipfile.ZipInfo(name, _EPOCH)
            member.compress_type, member.create_system = zipfile.ZIP_DEFLATED, 3
            member.external_attr = (stat.S_IFREG | _mode(files[name])) << 16
            archive.writestr(member, files[name])
    return made.getvalue()


def tarred(files: Files) -> bytes:
    """A .tar with these files at its top."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in sorted(files):
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(files[name]), _mode(files[name])
            archive.addfile(member, io.BytesIO(files[name]))
    return made.getvalue()


def _mode(content: bytes) -> int:
    return 0o755 if content.startswith(b"#!") else 0o644
