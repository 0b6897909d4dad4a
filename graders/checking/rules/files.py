"""Files that were added, renamed or changed although a homework forbids it."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Sequence
from fnmatch import fnmatchcase
from itertools import zip_longest
from pathlib import Path

from graders.checking.apart import content_of, reads_files
from graders.checking.failures import CheckFailed, RuleBroken

MAX_COMPARED = 64 << 20
"""Bytes of a file that is held against what was handed out."""
CODE = ("*.py", "*.ipynb")
"""What is looked at unless a rule says otherwise: `*` stands for slashes too."""


def new_files(submission: Path, given: Sequence[str], looked_at: Sequence[str] = CODE) -> list[str]:
    """The submission's files that match none of the handed-out names or patterns, in order."""
    names = [path.relative_to(submission).as_posix() for path in submission.rglob("*") if path.is_file()]
    wanted = [name for name in names if _matches(name, looked_at) and "__pycache__" not in name.split("/")]
    return sorted(name for name in wanted if not _matches(name, given))


def check_no_new_files(submission: Path, given: Sequence[str], looked_at: Sequence[str] = CODE) -> None:
    """CheckFailed where there are others than those that were handed out."""
    found = new_files(submission, given, looked_at)
    if found:
        raise RuleBroken(f"new files: {', '.join(found[:5])}", "Write your code in the files that were handed out.")


@reads_files
def check_not_renamed(submission: Path, name: str, given: Sequence[str] = ()) -> None:
    """CheckFailed where a handed-out file is gone; its new name is told if one of the new files looks like it."""
    if (submission / name).is_file():
        return
    others = {Path(other).name: other for other in new_files(submission, [name, *given], [f"*{Path(name).suffix}"])}
    close = difflib.get_close_matches(Path(name).name, others, n=1)
    seems = f"Is it {others[close[0]]}? " if close else ""
    raise RuleBroken(f"there is no {name}", f"{seems}Files may not be renamed or moved.")


@reads_files
def check_unchanged(submission: Path, name: str, original: bytes, advice: str = "") -> None:
    """CheckFailed at the first line in which a handed-out file differs from the original, whatever its line endings."""
    if not (submission / name).is_file():
        failed = CheckFailed if advice else RuleBroken  # advice is the author's
        raise failed(f"there is no {name}", advice or "It was handed out, and may not be renamed or removed.")
    content = content_of(submission, name, MAX_COMPARED)
    if not is_original(content, original):
        line = _first_difference(content, original)
        failed = CheckFailed if advice else RuleBroken
        raise failed(f"{name} was changed, first in line {line}", advice or "Hand it in as it was handed out.")


def is_original(content: bytes, *originals: bytes | str) -> bool:
    """Whether a file is one of these, each given by its bytes or by its `digest`; line endings don't matter."""
    return digest(content) in {one if isinstance(one, str) else digest(one) for one in originals}


def digest(content: bytes) -> str:
    """The SHA-256 of a text file without regard to its line endings, and to empty lines around it."""
    return hashlib.sha256(b"\n".join(_lines(content.strip()))).hexdigest()


def _lines(content: bytes) -> list[bytes]:
    return content.replace(b"\r\n", b"\n").split(b"\n")


def _first_difference(content: bytes, original: bytes) -> int:
    start = content[: len(content) - len(content.lstrip())].count(b"\n")
    pairs = zip_longest(_lines(content.strip()), _lines(original.strip()))
    return start + next(number for number, (one, other) in enumerate(pairs, 1) if one != other)


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
