"""Files that are new, renamed or changed are told by name, and a change by its first line."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.checking import CheckFailed
from graders.checking.rules.files import (
    check_no_new_files,
    check_not_renamed,
    check_unchanged,
    digest,
    is_original,
    new_files,
)

ORIGINAL = b"import numpy\n\n\ndef train():\n    pass\n"


def folder(root: Path, **files: bytes) -> Path:
    for name, content in files.items():
        path = root / name.replace("__", "/").replace("_py", ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


def test_new_code_is_told_and_nothing_else(tmp_path: Path) -> None:
    root = folder(tmp_path, q1_py=b"", more_py=b"", deep__er_py=b"", notes=b"", __pycache____q1_py=b"")
    assert new_files(root, ["q1.py"]) == ["deep/er.py", "more.py"]
    assert new_files(root, ["q1.py", "deep/*"]) == ["more.py"]
    assert new_files(root, ["*.py"], ["*"]) == ["notes"]
    with pytest.raises(CheckFailed, match=r"^new files: deep/er\.py, more\.py$"):
        check_no_new_files(root, ["q1.py"])
    check_no_new_files(root, ["q1.py", "more.py", "deep/er.py"])


def test_a_renamed_file_is_told_with_what_it_may_be_called_now(tmp_path: Path) -> None:
    root = folder(tmp_path, q1_solution_py=b"", other_py=b"", q2_py=b"")
    check_not_renamed(root, "other.py")
    with pytest.raises(CheckFailed, match=r"^there is no q1\.py$") as caught:
        check_not_renamed(root, "q1.py", given=["q2.py", "other.py"])
    assert caught.value.hint == "Files may not be renamed or moved."
    (tmp_path / "src").mkdir()
    (root / "other.py").rename(root / "src" / "other.py")
    with pytest.raises(CheckFailed) as caught:
        check_not_renamed(root, "other.py", given=["q2.py"])
    assert caught.value.hint == "Is it src/other.py? Files may not be renamed or moved."


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (ORIGINAL.replace(b"numpy", b"torch"), 1),
        (b"\n\n" + ORIGINAL.replace(b"pass", b"train()"), 7),
        (ORIGINAL + b"train()\n", 6),
        (ORIGINAL.replace(b"    pass\n", b""), 5),
        (b"", 1),
        (b"\xff\xfe\x00", 1),
    ],
)
def test_a_change_is_told_with_its_first_line(content: bytes, line: int, tmp_path: Path) -> None:
    with pytest.raises(CheckFailed, match=rf"^train\.py was changed, first in line {line}$"):
        check_unchanged(folder(tmp_path, train_py=content), "train.py", ORIGINAL)


@pytest.mark.parametrize("content", [ORIGINAL, ORIGINAL.replace(b"\n", b"\r\n"), b"\n" + ORIGINAL + b"\n\n"])
def test_line_endings_are_no_change(content: bytes, tmp_path: Path) -> None:
    check_unchanged(folder(tmp_path, train_py=content), "train.py", ORIGINAL)
    assert is_original(content, digest(ORIGINAL))


def test_one_of_several_originals_is_enough_and_a_missing_file_is_none(tmp_path: Path) -> None:
    assert is_original(b"b", b"a", digest(b"b"))
    assert not is_original(b"c", b"a", digest(b"b"))
    with pytest.raises(CheckFailed, match=r"^there is no train\.py$") as caught:
        check_unchanged(tmp_path, "train.py", ORIGINAL, "The original is used in its place.")
    assert caught.value.hint == "The original is used in its place."
