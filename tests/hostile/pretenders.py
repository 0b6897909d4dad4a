"""The submissions of fixtures/pretenders, which try for points: right ones with an attack at their end.

Those that `lost` checks get the others of their sections. Those that `kept` some lost all others: in sections that ask
for training, a script that runs and figures are no training, and whoever has them gets their points.
"""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support import ROOT

FOLDER = ROOT / "fixtures" / "pretenders"


@dataclass(frozen=True)
class Pretender:
    """One of them: the homework, the file that the attack is put at the end of, and the points of its sections."""

    name: str
    title: str
    homework: str
    place: str
    points: Mapping[str, float]
    lost: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()

    def submission(self, folder: Path) -> Path:
        """Make the submission in a folder that isn't there yet."""
        worked = ROOT / "student_impl" / self.homework
        shutil.copytree(worked, folder, ignore=shutil.ignore_patterns("__pycache__"))
        attack = (FOLDER / self.name / "attack.py").read_text("utf-8")
        place = folder / self.place
        place.write_text(_added(place, attack), encoding="utf-8")
        return folder


def _added(place: Path, attack: str) -> str:
    text = place.read_text("utf-8")
    if place.suffix != ".ipynb":
        return f"{text}\n\n{attack}"
    notebook = json.loads(text)
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": attack}
    return json.dumps({**notebook, "cells": [*notebook["cells"], cell]})


def read(folder: Path) -> Pretender:
    """The pretender of a folder."""
    about = tomllib.loads((folder / "expected.toml").read_text("utf-8"))
    sets = {name: frozenset(about.pop(name, ())) for name in ("lost", "kept")}
    return Pretender(folder.name, **sets, **about)


PRETENDERS = [read(folder) for folder in sorted(FOLDER.iterdir()) if folder.is_dir()]
