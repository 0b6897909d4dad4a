"""The hostile submissions of fixtures/hostile: what each attacks, what is to come of it, and the folder to mark.

A folder there has an `expected.toml` and an `attack.py`, which is put at the end of a right submission's linear.py; its
`files/` are added. In the attack, `{home}`, `{repository}`, `{original}`, `{outside}` and `{port}` stand for places of
the machine that marks. An attack that gets through to something prints LEAK.
"""

from __future__ import annotations

import os
import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from graders.isolation.choice import Isolation
from tests.support import ROOT, copy_of_worked

CORPUS = ROOT / "fixtures" / "hostile"
HOMEWORK = ROOT / "fixtures" / "hostile_homework"
ATTACKED = "linear.forward"
_PLACE = "mytorch/nn/linear.py"


@dataclass(frozen=True)
class Attack:
    """One hostile submission. `leaks` are the isolations that don't keep it from what it is after.

    `root_only` are those in which it is tried only where gradmark is root: else the kernel can't tell its processes
    from its user's.
    """

    name: str
    title: str
    status: tuple[str, ...]
    leaks: tuple[str, ...] = ()
    root_only: tuple[str, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    fifos: tuple[str, ...] = ()

    def leaks_in(self, isolation: Isolation, *, root: bool) -> bool:
        """Whether it gets through."""
        return str(isolation) in self.leaks or (not root and f"{isolation} without root" in self.leaks)

    def submission(self, folder: Path, places: Mapping[str, str]) -> Path:
        """Make the submission in a folder that isn't there yet."""
        copy_of_worked(folder)
        source = CORPUS / self.name
        if (source / "files").is_dir():
            shutil.copytree(source / "files", folder, dirs_exist_ok=True)
        with (folder / _PLACE).open("a", encoding="utf-8") as file:
            file.write("\n\n" + _filled((source / "attack.py").read_text("utf-8"), places))
        for name, target in self.links.items():
            (folder / name).symlink_to(_filled(target, places))
        for name in self.fifos:
            os.mkfifo(folder / name)
        return folder


def _filled(text: str, places: Mapping[str, str]) -> str:
    for name, place in places.items():
        text = text.replace("{" + name + "}", place)
    return text


def read_attack(folder: Path) -> Attack:
    """The attack of a folder of the corpus."""
    about = tomllib.loads((folder / "expected.toml").read_text("utf-8"))
    lists = {name: tuple(about.pop(name, ())) for name in ("status", "leaks", "root_only", "fifos")}
    return Attack(folder.name, **lists, **about)


ATTACKS = [read_attack(folder) for folder in sorted(CORPUS.iterdir()) if folder.is_dir()]
