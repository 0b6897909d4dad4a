"""What a pipeline is written for: a homework, the instructor's files, and the options of its marking."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from graders.cli.pipelines.forwarded import ForwardedOptions
from graders.cli.pipelines.packing import read_folder
from graders.cli.pipelines.wheel import constraints, wheel
from graders.cli.refusal import refused
from graders.coursework.data import FILES
from graders.coursework.packs.bundle import Bundle, bundle
from graders.coursework.packs.pack import Homework
from graders.coursework.record import Report

HERE = '"$here/{}"'
"""Where the instructor's files lie, in scripts that have set `here`."""
SEED = "seed"
"""The file with a private seed."""
RECORDINGS = "recordings"
"""The folder with recordings."""
UNFINISHED = "The marking did not finish. Hand in again; if that doesn't help, tell your instructor."


@dataclass(frozen=True)
class PipelineSpec:
    """One pipeline. `image` is what its container's image is to be called."""

    homework: Homework
    passed: ForwardedOptions
    keys: Path | None = None
    data: Path | None = None
    image: str = ""
    private_seed: int | None = None
    recordings: Mapping[str, bytes] = field(default_factory=dict)
    """The files of recordings, by their places in a folder of them."""

    def options(self, seconds: float, processes: str = "1") -> str:
        """The marking's options in a script: its defaults, the instructor's files, and what was passed on."""
        words = ["--homework", self._homework, "-n", processes, "--max-seconds", f"{seconds:g}"]
        words += ["--keys", HERE.format("keys")] if self.keys is not None else []
        words += ["--private-seed", HERE.format(SEED)] if self.private_seed is not None else []
        words += ["--guard-keys"] if self.secrets else []
        words += ["--recorded", HERE.format(RECORDINGS)] if self.recordings else ["--no-recordings"]
        words += ["--data", HERE.format("data")] if self.data is not None else []
        return " ".join([*words, self.passed.shell]).rstrip()

    def seconds(self, default: float) -> float:
        """After how many the marking is to have ended."""
        return default if self.passed.seconds is None else self.passed.seconds

    @property
    def _homework(self) -> str:
        if self.homework.bundled:
            return shlex.quote(self.homework.id)
        home = self._pack.home
        return f'"$here"/{shlex.quote(f"homework/{home}")}' if home else HERE.format("homework")

    @cached_property
    def _pack(self) -> Bundle:
        return bundle(self.homework)

    @cached_property
    def own_files(self) -> Mapping[str, bytes]:
        """The instructor's: keys, a private seed, images to train on, a homework that isn't gradmark's own."""
        files: dict[str, bytes] = {}
        if self.keys is not None:
            files |= read_folder(self.keys, "keys")
        if self.data is not None:
            files |= {name: content for name, content in read_folder(self.data, "data").items() if _is_data(name)}
        if self.private_seed is not None:
            files[SEED] = f"{self.private_seed}\n".encode()
        files |= {f"{RECORDINGS}/{name}": content for name, content in self.recordings.items()}
        if not self.homework.bundled:
            files |= {f"homework/{name}": content for name, content in self._pack.files.items()}
        return files

    @property
    def secrets(self) -> list[str]:
        """What of the instructor's files student code is kept from."""
        private = self.private_seed is not None
        there = {"keys": self.keys is not None, SEED: private, RECORDINGS: private and bool(self.recordings)}
        return [name for name, given in there.items() if given]

    @cached_property
    def installer(self) -> Mapping[str, bytes]:
        """What install.sh needs beside it."""
        name, content = wheel()
        return {name: content, "constraints.txt": constraints()}

    @cached_property
    def unmarked(self) -> Report:
        """The report that is there until there is a better one."""
        homework = self.homework.with_keys(self.keys)
        return refused(UNFINISHED, homework, self.passed.only, "submission")

    @property
    def handin(self) -> str:
        """The file that a platform with one file for each submission asks for."""
        asked = self.homework.rubric.handin
        archive = asked.archive if asked is not None else ""
        return archive.replace("{name}_", "").replace("{name}", "handin") or "handin.zip"

    @property
    def image_name(self) -> str:
        """What the container's image is called."""
        return self.image or f"gradmark-{self.homework.id}"

    def words(self) -> dict[str, object]:
        """What every template may use."""
        return {
            "homework": self.homework.id,
            "title": self.homework.rubric.title,
            "secrets": self.secrets,
            "handin": self.handin,
            "packed": self.handin == (asked.archive if (asked := self.homework.rubric.handin) is not None else ""),
            "image": self.image_name,
        }


def _is_data(name: str) -> bool:
    """Of a folder of images only what is read of it: other things in it are nobody's business."""
    stem = Path(name).name.removesuffix(".gz").replace(".idx", "-idx")
    return name.count("/") == 1 and stem in FILES
