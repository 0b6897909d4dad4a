"""The table of attacks in docs/security.md, made from the corpus: `python -m tests.hostile.table` writes it there."""

from __future__ import annotations

from graders.sandbox.isolation.choice import Isolation
from tests.hostile.corpus import ATTACKS, Attack
from tests.support import ROOT

DOCUMENT = ROOT / "docs" / "security.md"
BEGIN, END = "<!-- attacks: made by tests.hostile.table -->\n", "<!-- end of attacks -->\n"


def table() -> str:
    """One row an attack: what it does, how its check ends, and whether it gets what it is after."""
    rows = ["| attack | its check ends as | bubblewrap | process |", "|---|---|---|---|"]
    rows += [f"| {attack.title} | {_ending(attack)} | {' | '.join(_words(attack))} |" for attack in ATTACKS]
    return "\n".join(rows) + "\n"


def _ending(attack: Attack) -> str:
    return " or ".join(attack.status) or "refused, unmarked"


def _words(attack: Attack) -> list[str]:
    return [_word(attack, isolation) for isolation in (Isolation.BUBBLEWRAP, Isolation.PROCESS)]


def _word(attack: Attack, isolation: Isolation) -> str:
    if attack.leaks_in(isolation, root=True, landlock=True):
        return "**possible**"
    if attack.leaks_in(isolation, root=True, landlock=False):
        return "prevented by Landlock"
    if attack.leaks_in(isolation, root=False, landlock=False):
        return "prevented by Landlock, or under root"
    if isolation in attack.root_only:
        return "prevented under root only"
    return "prevented"


def with_table(text: str) -> str:
    """The document with the table as the corpus has it now."""
    before, _, rest = text.partition(BEGIN)
    return before + BEGIN + table() + END + rest.partition(END)[2]


if __name__ == "__main__":
    DOCUMENT.write_text(with_table(DOCUMENT.read_text("utf-8")), "utf-8")
