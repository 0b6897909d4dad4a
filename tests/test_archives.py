"""An archive is marked like its folder; one that is broken, hostile or too large gets one line and writes nothing."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from graders import archives
from graders.archives import unpack
from graders.errors import UsageError
from graders.submission import as_folder, find_homework
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
    "absolute": (lambda d: tar_with(d / "x.tar", "/tmp/evil.py"), "'/tmp/evil.py', which lies outside of it"),
    "parent": (lambda d: tar_with(d / "x.tar", "a/../../evil.py"), "'a/../../evil.py', which lies outside of it"),
    "absolute in a zip": (lambda d: zip_with(d / "x.zip", "/tmp/evil.py"), "which lies outside of it"),
    "parent in a zip": (lambda d: zip_with(d / "x.zip", "../evil.py"), "which lies outside of it"),
    "parent in Windows' way": (lambda d: tar_with(d / "x.tar", "..\\evil.py"), "which lies outside of it"),
    "a drive": (lambda d: tar_with(d / "x.tar", "C:/evil.py"), "which lies outside of it"),
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
