"""The hostile submissions of fixtures/hostile: what each attacks, what is to come of it, and the folder to mark.

A folder there has an `expected.toml` and an `attack.py`, which is put at the end of a right submission's linear.py; its
`files/` are added, and what no repository can hold is made: links, pipes, devices, files without content, one with a
line that is `repeated`, names that are no text (in which %FF stands for the byte). Where `refused` stands, the folder
isn't marked, and that is why. In the attack, `{home}`, `{repository}`, `{original}`, `{outside}` and `{port}` stand for
places of the machine that marks. An attack that gets through to something prints LEAK.
"""

from __future__ import annotations

import os
import shutil
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

from graders.sandbox.isolation.choice import Isolation
from tests.support import ROOT, copy_of_worked

CORPUS = ROOT / "fixtures" / "hostile"
HOMEWORK = ROOT / "fixtures" / "hostile_homework"
ATTACKED = "linear.forward"
_PLACE = "mytorch/nn/linear.py"
_LINKS = 50_000
"""To one file, of which the usual file system allows 65 000."""


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
    devices: tuple[str, ...] = ()
    sparse: Mapping[str, int] = field(default_factory=dict)
    undecodable: tuple[str, ...] = ()
    setuid: tuple[str, ...] = ()
    many: int = 0
    deep: int = 0
    repeated: Mapping[str, Any] = field(default_factory=dict)
    refused: str = ""

    def leaks_in(self, isolation: Isolation, *, root: bool, landlock: bool) -> bool:
        """Whether it gets through."""
        unheld = not landlock and f"{isolation} without Landlock" in self.leaks
        free = not (root or landlock) and f"{isolation} without root or Landlock" in self.leaks
        return str(isolation) in self.leaks or unheld or free

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
        for name in self.devices:
            os.mknod(folder / name, stat.S_IFCHR | 0o666, os.makedev(1, 5))
        for name, size in self.sparse.items():
            (folder / name).touch()
            os.truncate(folder / name, size)
        for name in self.undecodable:
            Path(os.fsdecode(os.fsencode(folder) + b"/" + unquote_to_bytes(name))).write_text("raise ValueError\n")
        for name in self.setuid:
            (folder / name).write_text("#!/bin/sh\nid\n")
            (folder / name).chmod(0o6755)
        _fill(folder, self.many)
        if self.repeated:
            _repeat(folder, **self.repeated)
        if self.deep:
            folder.joinpath(*["d"] * self.deep).mkdir(parents=True)
        return folder


def _fill(folder: Path, count: int) -> None:
    """So many files, which are links to a few: nothing makes them faster."""
    for start in range(0, count, _LINKS):
        first = folder / f"{start}.txt"
        first.touch()
        for number in range(start + 1, min(start + _LINKS, count)):
            os.link(first, folder / f"{number}.txt")


def _repeat(folder: Path, file: str, first: str, line: str, times: int) -> None:
    """A source that has a line this many times after its beginning; {i} counts, and {j} is one more."""
    lines = (line.replace("{i}", str(number)).replace("{j}", str(number + 1)) for number in range(times))
    (folder / file).write_text(first + "".join(lines), "utf-8")


def _filled(text: str, places: Mapping[str, str]) -> str:
    for name, place in places.items():
        text = text.replace("{" + name + "}", place)
    return text


def read_attack(folder: Path) -> Attack:
    """The attack of a folder of the corpus."""
    about = tomllib.loads((folder / "expected.toml").read_text("utf-8"))
    lists = {name: tuple(about.pop(name, ())) for name in LISTS}
    return Attack(folder.name, **lists, **about)


LISTS = ("status", "leaks", "root_only", "fifos", "devices", "undecodable", "setuid")
ATTACKS = [read_attack(folder) for folder in sorted(CORPUS.iterdir()) if folder.is_dir()]
