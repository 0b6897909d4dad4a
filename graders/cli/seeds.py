"""The seed of the cases: one that reports show, or the instructor's private one, which no report shows."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from graders import UsageError
from graders.coursework.reading import read_ordinary
from graders.sandbox.isolation.choice import Isolation
from graders.sandbox.isolation.secrets import must_be_secret, why_all_is_told

VARIABLE = "GRADMARK_SEED"
"""Where a pipeline finds its platform's secret."""
MOST = 2**32 - 1
"""The greatest seed."""
MAX_FILE = 1000
"""Bytes of a file with a seed: a longer file is another one."""


@dataclass(frozen=True)
class Seed:
    """A seed, and the file that it was read from, if it was."""

    number: int
    private: bool = False
    file: Path | None = None


def seed_of(told: int, private: str | None) -> Seed:
    """The seed that `--seed` tells, or `--private-seed`: a number, or a file that holds one. UsageError for neither."""
    if private is None:
        return Seed(told)
    if told:
        raise UsageError(f"--seed is told in reports, --private-seed (or {VARIABLE}) in none: give one of them")
    if _is_number(private):
        return Seed(_bounded(private), private=True)
    file = Path(private)
    return Seed(_bounded(_number_in(file)), private=True, file=file)


def must_be_kept(seed: Seed, isolation: Isolation, packages: Sequence[Path]) -> None:
    """UsageError where student code that imports these packages could read a private seed."""
    if not seed.private:
        return
    if seed.file is not None:
        must_be_secret(seed.file, isolation, packages)
    elif why := why_all_is_told(isolation, packages):
        raise UsageError(f"student code could read the private seed: {why}")
    elif isolation is not Isolation.BUBBLEWRAP and os.environ.get(VARIABLE) != str(seed.number):
        raise UsageError(f"every process may read a command line: give --private-seed a file, or set {VARIABLE}")


def _number_in(file: Path) -> str:
    try:
        text = read_ordinary(file, MAX_FILE).decode("ascii", "replace").strip()
    except (FileNotFoundError, ValueError):  # a path can't hold a zero byte
        _must_be_seed(str(file))
    except OSError as error:
        raise UsageError(f"--private-seed {file}: the file can't be read ({error.strerror})") from None
    if not _is_number(text):
        raise UsageError(f"--private-seed {file}: the file should hold one number from 0 to {MOST}, and nothing else")
    return text


def _is_number(text: str) -> bool:
    return re.fullmatch("[0-9]{1,30}", text) is not None


def _bounded(text: str) -> int:
    return int(text) if int(text) <= MOST else _must_be_seed(text)


def _must_be_seed(text: str) -> NoReturn:
    raise UsageError(f"--private-seed {text!r} is neither a number from 0 to {MOST} nor a file that holds one")
