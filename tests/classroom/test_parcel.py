"""Submissions as bytes."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders import UsageError
from graders.classroom import parcel
from graders.classroom.parcel import Parcel, pack, unpack
from graders.coursework.digest import digest
from graders.coursework.submission import MAX_DEPTH
from tests.support import WORKED, copy_of_worked


def there(content: bytes, tmp_path: Path) -> Path:
    (tmp_path / "there").mkdir(exist_ok=True)
    return unpack(content, tmp_path / "there")


def test_a_folder_arrives_with_the_content_that_it_left_with(tmp_path: Path) -> None:
    folder = copy_of_worked(tmp_path / "a:b\\c")
    (folder / os.fsdecode(b"\xff\xfe.txt")).write_bytes(b"\x00\xff")
    (folder / "deep" / "empty").mkdir(parents=True)
    arrived = there(pack(folder), tmp_path)
    assert (arrived.name, digest(arrived)) == (folder.name, digest(folder))
    assert (arrived / "deep" / "empty").is_dir()


def test_an_archive_arrives_as_it_is(tmp_path: Path) -> None:
    archive = tmp_path / "bob.zip"
    archive.write_bytes(b"no zip at all")
    arrived = there(pack(archive), tmp_path)
    assert (arrived.name, arrived.read_bytes()) == ("bob.zip", b"no zip at all")


def test_links_stay_and_of_what_is_left_out_only_the_name_goes(tmp_path: Path) -> None:
    folder = tmp_path / "ada"
    (folder / ".git" / "objects").mkdir(parents=True)
    (tmp_path / "secret").write_text("key")
    (folder / "link").symlink_to(tmp_path / "secret")
    (folder / "up").symlink_to(tmp_path)
    arrived = there(pack(folder), tmp_path)
    assert [path.relative_to(arrived) for path in arrived.rglob("*")] == [Path(".git")]
    (tmp_path / "there").rename(tmp_path / "first")
    assert (there(pack(folder, follow=True), tmp_path) / "link").read_text() == "key"


def test_a_folder_that_is_too_deep_is_still_so_where_it_arrives_and_no_deeper(tmp_path: Path) -> None:
    (tmp_path / "ada").joinpath(*["d"] * 200).mkdir(parents=True)
    arrived = there(pack(tmp_path / "ada"), tmp_path)
    assert len(list(arrived.rglob("*"))) == MAX_DEPTH + 1


def test_what_is_too_large_or_unreadable_does_not_travel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="can't be read"):
        pack(tmp_path / "nothing")
    monkeypatch.setattr(parcel, "MAX_FILES", 3)
    with pytest.raises(UsageError, match=r"is more than travels to a cluster \(3 files and 256 MiB\)"):
        pack(WORKED)
    monkeypatch.setattr(parcel, "MAX_BYTES", 100)
    (tmp_path / "large.zip").write_bytes(bytes(101))
    with pytest.raises(UsageError, match="without --scheduler"):
        pack(tmp_path / "large.zip")
    (tmp_path / "fits.zip").write_bytes(bytes(100))
    assert len(pack(tmp_path / "fits.zip")) > 100


@pytest.mark.parametrize("name", [b"", b".", b"..", b"/tmp/x", b"a/../../b"])
def test_a_name_that_leads_elsewhere_is_refused(name: bytes, tmp_path: Path) -> None:
    for bad in (
        Parcel(name, [], [(b"", b"x")]),
        Parcel(b"ada", [name], []),
        Parcel(b"ada", [], [(b"a", b""), (name, b"")]),
    ):
        place = tmp_path / str(len(list(tmp_path.iterdir())))
        place.mkdir()
        with pytest.raises(ValueError, match="is no name in a parcel"):
            unpack(msgspec.msgpack.encode(bad), place)
    assert not (tmp_path / "b").exists()


@given(st.binary(max_size=60))
def test_bytes_that_are_no_parcel_are_refused(content: bytes) -> None:
    with pytest.raises((ValueError, msgspec.DecodeError)):
        unpack(content, Path("/nowhere"))
