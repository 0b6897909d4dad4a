"""A handed-out file that takes the place of the submission's in every run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Original:
    """A file as it is handed out, which lies in a folder as `name`.txt."""

    folder: Path
    name: str

    @property
    def content(self) -> bytes:
        """Its bytes."""
        return (self.folder / f"{self.name}.txt").read_bytes()
