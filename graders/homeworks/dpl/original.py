"""A handed-out file that takes the place of the submission's in every run."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True)
class Original:
    """A file as it is handed out, which lies in a package as `name`.txt."""

    package: str
    name: str

    @property
    def content(self) -> bytes:
        """Its bytes."""
        return (files(self.package) / f"{self.name}.txt").read_bytes()
