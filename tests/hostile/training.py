"""The submissions of fixtures/hostile_training, which pretend to have trained: right ones with an attack at their end.

`points` are those of the checks that ask for no training: a run of the script, and the figures that it draws.
"""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support import ROOT

FOLDER = ROOT / "fixtures" / "hostile_training"


@dataclass(frozen=True)
class Pretender:
    """One of them: the homework, the file that the attack is put at the end of, and what it may get."""

    name: str
    title: str
    homework: str
    place: str
    points: Mapping[str, float]
    passed: tuple[str, ...]

    def submission(self, folder: Path) -> Path:
        """Make the submission in a folder that isn't there yet."""
        worked = ROOT / "student_impl" / self.homework
        shutil.copytree(worked, folder, ignore=shutil.ignore_patterns("__pycache__"))
        with (folder / self.place).open("a", encoding="utf-8") as file:
            file.write("\n\n" + (FOLDER / self.name / "attack.py").read_text("utf-8"))
        return folder


def read(folder: Path) -> Pretender:
    """The pretender of a folder."""
    about = tomllib.loads((folder / "expected.toml").read_text("utf-8"))
    return Pretender(folder.name, **{**about, "passed": tuple(about["passed"])})


PRETENDERS = [read(folder) for folder in sorted(FOLDER.iterdir()) if folder.is_dir()]
