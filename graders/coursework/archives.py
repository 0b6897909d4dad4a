"""Unpacks a submission from an archive, into the run's own folder and nowhere else."""

from __future__ import annotations

import lzma
import os
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple, Self

from graders import SubmissionError

MAX_MEMBERS = 20_000
MAX_BYTES = 512 * 1024 * 1024
MAX_DEPTH = 64
SUFFIXES = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".zip")
CHUNK = 1 << 20
MAX_HEADER = 1 << 20
"""Of a tar's header for a long name: tarfile reads it into memory whole."""
MAX_DICTIONARY = 80 * 1024 * 1024
"""Of what is packed with LZMA, as its header says: the decoder takes that much memory at once. `xz -9` asks for 65."""
MAX_STREAMS = 4096
"""Of an .xz: each takes a new decoder, and may be empty."""
WITH_LITTER = 8
"""How much more an archive may unpack to, with what isn't written: a packed tar is read to its end all the same."""
LITTER = {
    ".DS_Store",
    ".git",
    ".hg",
    ".ipynb_checkpoints",
    ".pytest_cache",
    ".svn",
    ".venv",
    "__MACOSX",
    "__pycache__",
    "node_modules",
    "venv",
}
"""What is no part of a submission, wherever in it, even if links lie in it."""


class Member(NamedTuple):
    """One entry of an archive: where it wants to lie, whether it is a folder, or neither folder nor file.

    `size` is what the archive says; `open` gives the content of a file.
    """

    name: str
    is_folder: bool
    is_file: bool
    size: int
    open: Callable[[], IO[bytes]]


class _Header(tarfile.TarInfo):
    """A header that is damaged or missing is an error: tarfile itself takes it for the end, and files would be lost."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        try:
            header = super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError as error:
            if len(buf) == tarfile.BLOCKSIZE and not any(buf):
                raise  # how a tar ends
            raise tarfile.ReadError(f"cut short or damaged: {error}") from None
        if header.type in _ABOUT_THE_NEXT and header.size > MAX_HEADER:
            raise tarfile.ReadError("a header is too large")
        return header


_ABOUT_THE_NEXT = (
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
)


def is_archive(path: Path) -> bool:
    """Whether a file's name says that it is an archive."""
    return path.is_file() and path.name.lower().endswith(SUFFIXES)


def unpack(archive: Path, target: Path) -> None:
    """Write the archive's content into `target`.

    SubmissionError for what is no archive, or wants to write elsewhere, holds links or devices, or is too large.
    """
    try:
        with _opened(archive) as members:
            _write(archive, members, target)
    except (
        tarfile.TarError,
        zipfile.BadZipFile,
        EOFError,
        zlib.error,
        lzma.LZMAError,
        OSError,
        RuntimeError,
        ValueError,
        MemoryError,
    ) as error:
        raise SubmissionError(f"{archive} can't be unpacked ({_reason(error)}): pack it again") from None


def _reason(error: BaseException) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return " ".join(text.split())[:120] or type(error).__name__


@contextmanager
def _opened(archive: Path) -> Iterator[Iterator[Member]]:
    if archive.name.lower().endswith(".zip"):
        with zipfile.ZipFile(archive) as zipped:
            for entry in zipped.infolist():
                if entry.compress_type == zipfile.ZIP_LZMA and _dictionary(archive, entry) > MAX_DICTIONARY:
                    raise lzma.LZMAError(_TOO_MUCH)
            yield (_of_zip(zipped, entry) for entry in zipped.infolist())
    else:
        _check_xz(archive)
        with tarfile.open(archive, tarinfo=_Header) as tar:
            yield (_of_tar(tar, entry) for entry in tar)


_TOO_MUCH = "unpacking takes too much memory"
_LOCAL_HEADER = 30
_XZ_CHUNK = 1 << 14


def _dictionary(archive: Path, entry: zipfile.ZipInfo) -> int:
    """What an entry that is packed with LZMA asks for (APPNOTE.TXT, 4.3.7 and 5.8.8)."""
    with archive.open("rb") as file:
        file.seek(entry.header_offset)
        header = file.read(_LOCAL_HEADER)
        file.seek(sum(struct.unpack("<HH", header[26:])) if len(header) == _LOCAL_HEADER else 0, os.SEEK_CUR)
        return int.from_bytes(file.read(9)[5:], "little")


def _check_xz(archive: Path) -> None:
    """LZMAError where a part of it asks for too much memory. What is no .xz, or broken, tarfile complains about."""
    left = WITH_LITTER * MAX_BYTES
    with archive.open("rb") as file:
        packed = file.read(_XZ_CHUNK)
        for _ in range(MAX_STREAMS):
            decoder = lzma.LZMADecompressor(memlimit=MAX_DICTIONARY)
            while not decoder.eof:
                if decoder.needs_input and not packed:
                    return
                try:
                    left -= len(decoder.decompress(packed, CHUNK))
                except lzma.LZMAError as error:
                    if "limit" in str(error):
                        raise lzma.LZMAError(_TOO_MUCH) from None
                    return
                if left < 0:
                    raise _too_large(archive)
                packed = file.read(_XZ_CHUNK) if decoder.needs_input else b""
            packed = decoder.unused_data or file.read(_XZ_CHUNK)
    raise lzma.LZMAError("it is in too many pieces")


def _of_zip(zipped: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Member:
    mode = entry.external_attr >> 16
    special = stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR)
    is_folder = entry.filename.endswith("/")  # is_dir() breaks on an entry without a name
    is_file = not is_folder and not special
    return Member(entry.filename, is_folder, is_file, entry.file_size, partial(zipped.open, entry))


def _of_tar(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> Member:
    return Member(entry.name, entry.isdir(), entry.isreg(), entry.size, partial(_content, tar, entry))


def _content(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> IO[bytes]:
    file = tar.extractfile(entry)
    assert file is not None, "only regular files are opened"
    return file


def _write(archive: Path, members: Iterator[Member], target: Path) -> None:
    left, litter = MAX_BYTES, WITH_LITTER * MAX_BYTES
    folders: set[Path] = set()
    for count, member in enumerate(members, 1):
        if count + len(folders) > MAX_MEMBERS:
            raise _too_many(archive)
        if member.size > left:
            raise _too_large(archive)
        path = _place(archive, member, target)
        if path is None:
            litter -= member.size
            if litter < 0:
                raise _too_large(archive)
            continue
        folders.update(path.parents[: -len(target.parents) - 1])  # they needn't be members themselves
        if count + len(folders) > MAX_MEMBERS:
            raise _too_many(archive)
        if member.is_folder:
            path.mkdir(parents=True, exist_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        with member.open() as source:
            left -= _copy(archive, source, path, left)


def _place(archive: Path, member: Member, target: Path) -> Path | None:
    """Where a member goes; None for litter."""
    name = PurePosixPath(member.name.replace("\\", "/"))
    if _leads_outside(name):
        raise SubmissionError(
            f"{archive} holds {member.name[:80]!r}, which is outside it: pack it again from inside the folder"
        )
    if _is_litter(name):
        return None
    if len(name.parts) > MAX_DEPTH:
        raise SubmissionError(
            f"{archive} holds more than {MAX_DEPTH} folders inside one another: leave out what isn't yours"
        )
    if not member.is_folder and not member.is_file:
        raise SubmissionError(
            f"{archive} holds {member.name[:80]!r}, which is a link or a device: pack the file itself"
        )
    return target.joinpath(*name.parts)


def _leads_outside(name: PurePosixPath) -> bool:
    """Whether some system would look for the name elsewhere: with a drive's colon, or cut at a NUL."""
    drive = name.parts[0] if name.parts else ""
    return name.is_absolute() or ".." in name.parts or ":" in drive or "\0" in str(name)


def _is_litter(name: PurePosixPath) -> bool:
    """Whether a name is no part of a submission; nor is the top folder itself, which has none."""
    return not name.parts or bool(LITTER & set(name.parts)) or name.name.startswith("._")


def _copy(archive: Path, source: IO[bytes], path: Path, left: int) -> int:
    """Copy a member, counting what it really holds and not what it says it holds."""
    written = 0
    with path.open("wb") as file:
        while chunk := source.read(CHUNK):
            written += len(chunk)
            if written > left:
                raise _too_large(archive)
            file.write(chunk)
    return written


def _too_many(archive: Path) -> SubmissionError:
    return SubmissionError(f"{archive} holds more than {MAX_MEMBERS} files: leave out what isn't yours")


def _too_large(archive: Path) -> SubmissionError:
    return SubmissionError(f"{archive} unpacks to more than {MAX_BYTES >> 20} MiB: leave data out")
