"""Files of the instructor's and the student's are asked what they are before they are read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from graders import UsageError
from graders.classroom.marks import read_marks
from graders.coursework.flags import read_flags
from graders.coursework.reading import read_ordinary
from graders.coursework.submission import private_copy
from graders.reports.gradescope_metadata import read_metadata


def test_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    (tmp_path / "link").symlink_to("file")
    assert read_ordinary(tmp_path / "file", 5) == b"12345"
    assert read_ordinary(tmp_path / "link") == b"12345"


def test_a_longer_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    with pytest.raises(OSError, match="more than 4 bytes"):
        read_ordinary(tmp_path / "file", 4)
    with pytest.raises(OSError, match="more than 100 bytes"):
        read_ordinary(_large(tmp_path), 100)


def _large(folder: Path) -> Path:
    """Larger than memory, of nothing but a hole."""
    with (folder / "hole").open("wb") as file:
        file.truncate(1 << 40)
    return folder / "hole"


@pytest.mark.parametrize("read", [read_flags, read_marks, read_metadata])
@pytest.mark.parametrize("what", ["pipe", "folder", "device", "hole"])
def test_what_is_no_ordinary_file_is_one_line(tmp_path: Path, read: object, what: str) -> None:
    assert callable(read)
    path = tmp_path / what
    if what == "pipe":
        os.mkfifo(path)
    elif what == "folder":
        path.mkdir()
    elif what == "device":
        path = Path("/dev/zero")
    else:
        _large(tmp_path)
    with pytest.raises(UsageError, match="can't be read") as caught:
        read(path)
    assert "\n" not in str(caught.value)


def test_a_folder_that_is_called_like_a_notebooks_module(tmp_path: Path) -> None:
    (tmp_path / "work.ipynb").write_text(
        '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, '
        '"cells": [{"cell_type": "code", "source": "x = 1", "metadata": {}, "outputs": [], "execution_count": null}]}'
    )
    (tmp_path / "work.py" / "inside").mkdir(parents=True)
    with private_copy(tmp_path, ["work.ipynb"]) as copy:
        assert "x = 1" in (copy / "work.py").read_text()
    assert (tmp_path / "work.py" / "inside").is_dir()
