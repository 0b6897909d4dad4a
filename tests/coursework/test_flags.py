"""A flags file is parsed, and holds nothing but assignments of True or False."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders import UsageError
from graders.coursework.flags import MAX_BYTES, read_flags
from tests.support import WORKED, starter_of_worked


def flags_file(folder: Path, text: str | bytes) -> Path:
    path = folder / "flags.py"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_assignments_docstrings_and_comments_are_read(tmp_path: Path) -> None:
    text = '"""What to grade."""\n\n# linear\nA_flag = True\nB_flag=False  # later\n"done"\nA_flag = False\n'
    assert read_flags(flags_file(tmp_path, text)) == {"A_flag": False, "B_flag": False}


def test_an_empty_file_sets_nothing(tmp_path: Path) -> None:
    assert read_flags(flags_file(tmp_path, "")) == {}


def test_the_homeworks_own_flags_files_are_read(tmp_path: Path) -> None:
    folders = WORKED, starter_of_worked(tmp_path)
    worked, starter = (read_flags(folder / "hw1p1_autograder_flags.py") for folder in folders)
    assert len(worked) == 13
    assert worked.keys() == starter.keys()
    assert all(worked.values())
    assert not any(starter.values())


ONLY = "only NAME = True or NAME = False may stand here"
BAD = {
    "an import": ("import os\n", f"line 1: {ONLY}"),
    "a call": ("A = True\nprint('x')\n", f"line 2: {ONLY}"),
    "a call as a value": ("A = bool(1)\n", f"line 1: {ONLY}"),
    "a number": ("A = 1\n", f"line 1: {ONLY}"),
    "a text": ("A = 'True'\n", f"line 1: {ONLY}"),
    "None": ("A = None\n", f"line 1: {ONLY}"),
    "not": ("A = not True\n", f"line 1: {ONLY}"),
    "another name": ("A = True\nB = A\n", f"line 2: {ONLY}"),
    "two targets": ("A = B = True\n", f"line 1: {ONLY}"),
    "a tuple": ("A, B = True, False\n", f"line 1: {ONLY}"),
    "an attribute": ("A.b = True\n", f"line 1: {ONLY}"),
    "an item": ("A[0] = True\n", f"line 1: {ONLY}"),
    "an annotation": ("A: bool = True\n", f"line 1: {ONLY}"),
    "an addition": ("A += True\n", f"line 1: {ONLY}"),
    "a walrus": ("(A := True)\n", f"line 1: {ONLY}"),
    "a condition": ("if True:\n    A = True\n", f"line 1: {ONLY}"),
    "a function": ("A = True\n\ndef f(): pass\n", f"line 3: {ONLY}"),
    "an expression": ("A = True\n1 + 1\n", f"line 2: {ONLY}"),
    "a syntax error": ("A = True\nB = \n", "line 2: "),
    "a small true": ("A = true\n", f"line 1: {ONLY}"),
    "an open bracket": ("A = (True\n", "line 1: "),
    "a keyword": ("True = False\n", "line 1: "),
    "a null byte": ("A = True\0\n", "null bytes"),
    "bytes that are no text": (b"\xff\xfe\x00A = True\n", ""),
    "deep brackets": ("A = " + "(" * 5000 + "True" + ")" * 5000, ""),
    "deep signs": ("A = " + "-" * 100_000 + "1", ""),
    "a file too long": ("# " + "x" * MAX_BYTES, "it has more than"),
}


@pytest.mark.parametrize("what", BAD)
def test_anything_else_is_refused_with_one_line_that_says_where(tmp_path: Path, what: str) -> None:
    text, words = BAD[what]
    path = flags_file(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        read_flags(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert words in message
    assert "\n" not in message
    assert "None" not in message


def test_a_flags_file_is_never_run(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    path = flags_file(tmp_path, f"A = True\n__import__('pathlib').Path({str(mark)!r}).touch()\n")
    with pytest.raises(UsageError):
        read_flags(path)
    assert not mark.exists()


def test_a_file_that_is_not_there_or_is_a_folder_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "gone.py", tmp_path):
        with pytest.raises(UsageError, match="can't be read"):
            read_flags(path)


def test_a_name_without_end_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    (tmp_path / "flags.py").write_text("import " + "a." * 200_000 + "b\n")
    with pytest.raises(UsageError, match="the flags file is not Python text"):
        read_flags(tmp_path / "flags.py")
