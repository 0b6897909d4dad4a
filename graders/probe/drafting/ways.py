"""One of several components that a piece of the solution may be: a text whose checks it has yet to pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from graders.probe.drafting.inventory import Piece


@dataclass(frozen=True)
class Way:
    """A component of this kind, `Layer` say; `decisive` are the checks that tell it from the other ways."""

    section: str
    piece: Piece
    kind: str
    says: str
    fields: tuple[tuple[str, str], ...]
    passes: tuple[str, ...]
    decisive: tuple[str, ...]
    without: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """For people."""
        return self.piece.title

    def text(self) -> str:
        """The component as an entry of COMPONENTS."""
        lines = [f"    # {self.says}: the worked solution passes its checks."]
        lines += [f"    # CHECK: {text}" for text in self.doubts()]
        left = [("without", "{" + ", ".join(f'"{one}"' for one in self.without) + "}")] if self.without else []
        entries = [f"        {name}={value}," for name, value in (*self.fields, *left) if value]
        return "\n".join([*lines, f'    "{self.section}": {self.kind}(', *entries, "    ),"])

    def doubts(self) -> Iterator[str]:
        """What an instructor should look at."""
        if self.without:
            yield f"the solution doesn't pass {', '.join(self.without)}, so it isn't asked (see without)."

    def called(self, section: str) -> Way:
        """The same for another section."""
        return replace(self, section=section)

    def narrowed(self, failed: Sequence[str]) -> Way | None:
        """The same without checks that the solution fails; None where it fails one that is decisive."""
        if any(self.decides(name) for name in failed):
            return None
        return replace(self, without=(*self.without, *failed))

    def decides(self, check: str) -> bool:
        """Whether a check is one of those that tell it from the others."""
        return any(check == name or check.startswith(f"{name}_") for name in self.decisive)
