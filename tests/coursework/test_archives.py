"""An archive is marked like its folder; one that is broken, hostile or too large gets one line and writes nothing."""

from __future__ import annotations

import contextlib
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from graders import UsageError
from graders.coursework import archives
from graders.coursework.archives import unpack
from graders.coursework.submission import as_folder, find_homework
from tests.cli.program import gradmark
from tests.fuzz.watching import bounded
from tests.support import copy_of_worked

FORMATS = ["tar", "tar.gz", "tgz", "tar.bz2", "tar.xz", "zip"]


def packed(folder: Path, archive: Path, top: str = "") -> Path:
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
            for path in sorted(folder.rglob("*")):
                made.write(path, Path(top) / path.relative_to(folder))
    else:
        mode = "w" if archive.name.endswith(".tar") else f"w:{archive.name.split('.')[-1].replace('tgz', 'gz')}"
        with tarfile.open(archive, mode) as tar:  # type: ignore[call-overload]
            tar.add(folder, top or ".")
    return archive


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("top", ["", "handin", "a/b"])
def test_an_archive_holds_the_submission_wherever_in_it(format: str, top: str, tmp_path: Path) -> None:
    worked = copy_of_worked(tmp_path / "worked")
    archive = packed(worked, tmp_path / f"handin.{format}", top)
    with as_folder(archive, None) as folder:
        assert find_homework(folder, None).id == "ai702"
        assert (folder / "mytorch/nn/linear.py").read_bytes() == (worked / "mytorch/nn/linear.py").read_bytes()
    assert not folder.exists()


def test_a_folder_is_itself(tmp_path: Path) -> None:
    with as_folder(tmp_path, None) as folder:
        assert folder == tmp_path


def test_a_single_folder_that_belongs_to_the_layout_is_not_stepped_into(tmp_path: Path) -> None:
    worked = copy_of_worked(tmp_path / "worked")
    for path in worked.iterdir():
        if path.is_file():
            path.unlink()
    with as_folder(packed(worked, tmp_path / "handin.zip"), "ai702") as folder:
        assert (folder / "mytorch").is_dir()


def tar_with(path: Path, name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> Path:
    with tarfile.open(path, "w") as tar:
        entry = tarfile.TarInfo(name)
        entry.type, entry.linkname = kind, target
        entry.size = 4 if kind == tarfile.REGTYPE else 0
        tar.addfile(entry, io.BytesIO(b"evil"))
    return path


def zip_with(path: Path, name: str, mode: int = 0o100644) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = mode << 16
        made.writestr(entry, "/etc/passwd")
    return path


def cut(path: Path) -> Path:
    content = zip_with(path, "a.py").read_bytes()
    path.write_bytes(content[: len(content) // 2])
    return path


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


HOSTILE: dict[str, tuple[Callable[[Path], Path], str]] = {
    "absolute": (lambda d: tar_with(d / "x.tar", "/tmp/evil.py"), "'/tmp/evil.py', which is outside it"),
    "parent": (lambda d: tar_with(d / "x.tar", "a/../../evil.py"), "'a/../../evil.py', which is outside it"),
    "absolute in a zip": (lambda d: zip_with(d / "x.zip", "/tmp/evil.py"), "which is outside it"),
    "parent in a zip": (lambda d: zip_with(d / "x.zip", "../evil.py"), "which is outside it"),
    "parent in Windows' way": (lambda d: tar_with(d / "x.tar", "..\\evil.py"), "which is outside it"),
    "a drive": (lambda d: tar_with(d / "x.tar", "C:/evil.py"), "which is outside it"),
    "symbolic link": (
        lambda d: tar_with(d / "x.tar", "a.py", tarfile.SYMTYPE, "/etc/passwd"),
        "'a.py', which is a link or a device",
    ),
    "hard link": (lambda d: tar_with(d / "x.tar", "a.py", tarfile.LNKTYPE, "/etc/passwd"), "is a link or a device"),
    "pipe": (lambda d: tar_with(d / "x.tar", "a.py", tarfile.FIFOTYPE), "is a link or a device"),
    "device": (lambda d: tar_with(d / "x.tar", "a.py", tarfile.CHRTYPE), "is a link or a device"),
    "link in a zip": (lambda d: zip_with(d / "x.zip", "a.py", 0o120777), "is a link or a device"),
    "cut short": (lambda d: cut(d / "x.zip"), "can't be unpacked"),
    "no zip": (lambda d: written(d / "x.zip", b"nonsense"), "can't be unpacked"),
    "no tar": (lambda d: written(d / "x.tar.gz", b"nonsense"), "can't be unpacked"),
    "empty": (lambda d: written(d / "x.tar", b""), "can't be unpacked"),
}


@pytest.mark.parametrize(("make", "message"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_archive_gets_one_line_and_writes_nothing(
    make: Callable[[Path], Path], message: str, tmp_path: Path
) -> None:
    archive = make(tmp_path)
    target = tmp_path / "deep" / "target"
    target.mkdir(parents=True)
    before = set(tmp_path.rglob("*"))
    with pytest.raises(UsageError) as caught:
        unpack(archive, target)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert set(tmp_path.rglob("*")) == before
    assert not Path("/tmp/evil.py").exists()


@pytest.mark.parametrize("format", ["zip", "tar.gz"])
def test_a_bomb_is_stopped_where_it_passes_the_limit(
    format: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "MAX_BYTES", 3 << 20)
    bomb = tmp_path / "bomb"
    bomb.mkdir()
    (bomb / "zeros").write_bytes(bytes(8 << 20))
    archive = packed(bomb, tmp_path / f"bomb.{format}")
    assert archive.stat().st_size < 1 << 20
    target = tmp_path / "target"
    target.mkdir()
    with pytest.raises(UsageError, match="unpacks to more than 3 MiB"):
        unpack(archive, target)
    assert sum(path.stat().st_size for path in target.rglob("*")) <= 3 << 20


def test_an_entry_without_a_name_is_passed_over(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as made:
        made.writestr(zipfile.ZipInfo(""), "x")
        made.writestr("a.py", "x = 1")
    unpack(tmp_path / "x.zip", tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.py"]


def with_a_large_dictionary(archive: Path, before: bytes = b"") -> Path:
    """Two hundred bytes that a decoder takes 1 GiB for."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        tar.addfile(tarfile.TarInfo("a.py"))
    encoder = lzma.LZMACompressor(format=lzma.FORMAT_XZ, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 16}])
    content = bytearray(encoder.compress(packed.getvalue()) + encoder.flush())
    block = content[12 : 12 + (content[12] + 1) * 4]
    block[4] = 36  # 2 ** 30 bytes, by the format's table
    block[-4:] = struct.pack("<I", zlib.crc32(block[:-4]))
    content[12 : 12 + len(block)] = block
    archive.write_bytes(before + content)
    return archive


@pytest.mark.parametrize("before", [b"", lzma.compress(b"")], ids=["first", "second stream"])
def test_what_asks_for_too_much_memory_is_refused(before: bytes, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(UsageError, match="takes too much memory"), bounded(1000):
        unpack(with_a_large_dictionary(tmp_path / "x.tar.xz", before), tmp_path / "out")


def test_an_entry_of_a_zip_that_asks_for_too_much_memory_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_LZMA) as made:
        made.writestr("a.py", "x = 1\n" * 100)
    content = bytearray((tmp_path / "x.zip").read_bytes())
    start = 30 + len("a.py") + 5
    content[start : start + 4] = struct.pack("<I", 1 << 30)
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(UsageError, match="takes too much memory"), bounded(1000):
        unpack(tmp_path / "x.zip", tmp_path / "out")


def test_an_xz_of_too_many_pieces_or_bytes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.tar.xz").write_bytes(lzma.compress(b"") * 5000)
    with pytest.raises(UsageError, match="in too many pieces"):
        unpack(tmp_path / "x.tar.xz", tmp_path / "out")
    monkeypatch.setattr(archives, "MAX_BYTES", 1 << 20)
    (tmp_path / "y.tar.xz").write_bytes(lzma.compress(bytes((1 << 23) + 1)))
    with pytest.raises(UsageError, match="unpacks to more than 1 MiB"):
        unpack(tmp_path / "y.tar.xz", tmp_path / "out")


def test_streams_of_xz_in_a_row_are_one_archive(tmp_path: Path) -> None:
    plain = packed(copy_of_worked(tmp_path / "worked"), tmp_path / "x.tar").read_bytes()
    (tmp_path / "y.tar.xz").write_bytes(lzma.compress(plain[:5000]) + lzma.compress(plain[5000:]))
    unpack(tmp_path / "y.tar.xz", tmp_path / "out")
    assert (tmp_path / "out/mytorch/nn/linear.py").is_file()


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_MEMBERS", 10)
    many = tmp_path / "many"
    many.mkdir()
    for number in range(20):
        (many / f"{number}.py").touch()
    target = tmp_path / "target"
    target.mkdir()
    with pytest.raises(UsageError, match="holds more than 10 files"):
        unpack(packed(many, tmp_path / "many.zip"), target)


@pytest.mark.parametrize("name", ["many/" * 9 + "a.py", "d/" * 2000 + "a.py"])
def test_too_many_folders_are_refused_before_they_are_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(archives, "MAX_MEMBERS", 9)
    target = tmp_path / "target"
    target.mkdir()
    with pytest.raises(UsageError, match=r"holds more than (9 files|64 folders inside one another)"):
        unpack(zip_with(tmp_path / "deep.zip", name), target)
    assert list(target.iterdir()) == []
    monkeypatch.setattr(archives, "MAX_MEMBERS", 10)
    unpack(zip_with(tmp_path / "fine.zip", "many/" * 9 + "a.py"), target)
    assert len(list(target.rglob("*"))) == 10


def many_files(archive: Path, mode: str = "w") -> Path:
    with tarfile.open(archive, mode) as tar:  # type: ignore[call-overload]
        for number in range(5):
            entry = tarfile.TarInfo(f"{number}.py")
            entry.size = 600
            tar.addfile(entry, io.BytesIO(bytes(range(60)) * 10))
    return archive


@pytest.mark.parametrize("kept", [512, 1536, 1537, 2000, 2048, 3072, 3500, 6144])
def test_a_tar_that_was_cut_anywhere_is_refused_and_not_taken_for_a_shorter_one(kept: int, tmp_path: Path) -> None:
    archive = many_files(tmp_path / "x.tar")
    archive.write_bytes(archive.read_bytes()[:kept])
    (tmp_path / "target").mkdir()
    with pytest.raises(UsageError, match="can't be unpacked"):
        unpack(archive, tmp_path / "target")


@pytest.mark.parametrize("format", ["gz", "bz2", "xz"])
@pytest.mark.parametrize("share", [0.1, 0.3, 0.6])
def test_a_compressed_tar_that_was_cut_is_refused(format: str, share: float, tmp_path: Path) -> None:
    archive = many_files(tmp_path / f"x.tar.{format}", f"w:{format}")
    content = archive.read_bytes()
    archive.write_bytes(content[: int(len(content) * share)])
    (tmp_path / "target").mkdir()
    with pytest.raises(UsageError, match="can't be unpacked") as caught:
        unpack(archive, tmp_path / "target")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("format", ["tar", "tar.gz", "tar.bz2", "tar.xz", "zip"])
def test_bytes_that_were_changed_never_end_in_anything_but_a_line(format: str, tmp_path: Path) -> None:
    worked = copy_of_worked(tmp_path / "worked")
    archive = packed(worked, tmp_path / f"handin.{format}")
    content = archive.read_bytes()
    for number in range(40):
        place = number * len(content) // 40
        archive.write_bytes(content[:place] + bytes([content[place] ^ 0x5A]) + content[place + 1 :])
        target = tmp_path / f"target{number}"
        target.mkdir()
        with contextlib.suppress(UsageError):
            unpack(archive, target)


def test_a_damaged_header_in_the_middle_does_not_end_the_archive(tmp_path: Path) -> None:
    archive = many_files(tmp_path / "x.tar")
    content = bytearray(archive.read_bytes())
    content[2 * 1536 + 100] ^= 0xFF
    archive.write_bytes(content)
    (tmp_path / "target").mkdir()
    with pytest.raises(UsageError, match="cut short or damaged"):
        unpack(archive, tmp_path / "target")


def test_a_header_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "x.tar.gz"
    with tarfile.open(archive, "w:gz", format=tarfile.PAX_FORMAT) as tar:
        entry = tarfile.TarInfo("a.py")
        entry.pax_headers = {"comment": "x" * (2 << 20)}
        tar.addfile(entry, io.BytesIO(b""))
    (tmp_path / "target").mkdir()
    with pytest.raises(UsageError, match="a header is too large"):
        unpack(archive, tmp_path / "target")


def test_a_zip_that_lies_about_its_sizes_or_is_encrypted_is_refused(tmp_path: Path) -> None:
    archive = zip_with(tmp_path / "x.zip", "a.py")
    content = archive.read_bytes()
    (tmp_path / "target").mkdir()
    archive.write_bytes(content.replace(b"/etc/passwd", b"/etc/passwx"))
    with pytest.raises(UsageError, match="Bad CRC-32"):
        unpack(archive, tmp_path / "target")
    directory = content.index(b"PK\x01\x02")
    archive.write_bytes(content[: directory + 8] + b"\x01" + content[directory + 9 :])
    with pytest.raises(UsageError, match="encrypted"):
        unpack(archive, tmp_path / "target")


def test_litter_is_passed_over_even_where_it_holds_links(tmp_path: Path) -> None:
    archive = tmp_path / "x.tar"
    with tarfile.open(archive, "w") as tar:
        for name in ("._hw1", "__MACOSX/hw1/._a.py", "hw1/.DS_Store", "hw1/__pycache__/a.pyc", "hw1/a.py"):
            tar.addfile(tarfile.TarInfo(name))
        link = tarfile.TarInfo("hw1/.venv/bin/python")
        link.type, link.linkname = tarfile.SYMTYPE, "/usr/bin/python3"
        tar.addfile(link)
    (tmp_path / "target").mkdir()
    unpack(archive, tmp_path / "target")
    assert [path.name for path in (tmp_path / "target").rglob("*")] == ["hw1", "a.py"]


def test_a_file_where_a_folder_should_be_is_a_line(tmp_path: Path) -> None:
    archive = tmp_path / "x.tar"
    with tarfile.open(archive, "w") as tar:
        for name in ("a", "a/b.py"):
            tar.addfile(tarfile.TarInfo(name))
    (tmp_path / "target").mkdir()
    with pytest.raises(UsageError, match="can't be unpacked"):
        unpack(archive, tmp_path / "target")


def test_the_command_says_what_is_wrong_with_an_archive_in_one_line(tmp_path: Path) -> None:
    tar_with(tmp_path / "x.tar", "../evil.py")
    done = gradmark("grade", "x.tar", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("gradmark: x.tar holds '../evil.py', which is outside it")
    assert done.stderr.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["x.tar"]


def test_an_archive_of_something_else_is_named_by_its_own_name(tmp_path: Path) -> None:
    tar_with(tmp_path / "x.tar", "essay.txt")
    done = gradmark("grade", "x.tar", cwd=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith("gradmark: x.tar is not a submission of any homework")


def test_litter_counts_for_a_packed_tar_is_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_BYTES", 1 << 20)
    with tarfile.open(tmp_path / "x.tar.gz", "w:gz") as tar:
        for number in range(archives.WITH_LITTER + 1):
            entry = tarfile.TarInfo(f".git/{number}")
            entry.size = 1 << 20
            tar.addfile(entry, io.BytesIO(bytes(1 << 20)))
    with pytest.raises(UsageError, match="unpacks to more than 1 MiB"):
        unpack(tmp_path / "x.tar.gz", tmp_path / "out")
