from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from graders import UsageError
from graders.coursework.digest import digest
from tests.support import write_tree

FILES = {"a.py": "x = 1", "nn/b.py": "y = 2"}


def rename(folder: Path) -> None:
    (folder / "a.py").rename(folder / "c.py")


def move_a_byte(folder: Path) -> None:
    """From the end of one file to the start of the next: the bytes of all together stay the same."""
    (folder / "a.py").write_text("x = ")
    (folder / "nn/b.py").write_text("1y = 2")


def swap(folder: Path) -> None:
    (folder / "a.py").write_text("y = 2")
    (folder / "nn/b.py").write_text("x = 1")


def add(folder: Path) -> None:
    (folder / "empty.py").touch()


@pytest.mark.parametrize("change", [rename, move_a_byte, swap, add])
def test_another_name_or_byte_is_another_content(tmp_path: Path, change: Callable[[Path], None]) -> None:
    folder = write_tree(tmp_path / "ada", FILES)
    before = digest(folder)
    change(folder)
    assert digest(folder) != before


def test_the_place_the_times_and_what_is_left_out_of_marking_make_no_difference(tmp_path: Path) -> None:
    one, other = write_tree(tmp_path / "one", FILES), write_tree(tmp_path / "other", FILES)
    write_tree(other, {"__pycache__/a.pyc": "compiled", ".git/HEAD": "ref"})
    (other / "link.py").symlink_to(other / "a.py")
    assert digest(one) == digest(other)


def test_an_archive_is_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"1")
    (tmp_path / "b.zip").write_bytes(b"2")
    assert digest(tmp_path / "a.zip") != digest(tmp_path / "b.zip")


def test_what_is_too_large_or_gone_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graders.coursework.digest.MAX_FILES", 1)
    with pytest.raises(UsageError, match="larger than a submission may be"):
        digest(write_tree(tmp_path / "ada", FILES))
    with pytest.raises(UsageError, match="can't be read"):
        digest(tmp_path / "gone.zip")
