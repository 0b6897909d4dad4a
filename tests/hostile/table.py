"""The table of attacks in docs/security.md, made from the corpus: `python -m tests.hostile.table` writes it there."""

from __future__ import annotations

from graders.sandbox.isolation.choice import Isolation
from tests.hostile.corpus import ATTACKS, Attack
from tests.hostile.pretenders import PRETENDERS
from tests.made_parts import between
from tests.support import ROOT

DOCUMENT = ROOT / "docs" / "security.md"
BEGIN, END = "<!-- attacks: made by tests.hostile.table -->\n", "<!-- end of attacks -->\n"
BEGIN_POINTS, END_POINTS = "<!-- points: made by tests.hostile.table -->\n", "<!-- end of points -->\n"


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


def points_table() -> str:
    """One row a submission that tries for points: what it gets of the sections that it tries, and what for."""
    rows = ["| submission | homework | points, in both isolations | checks |", "|---|---|---|---|"]
    for pretender in PRETENDERS:
        points = ", ".join(f"{section} {score:g}" for section, score in pretender.points.items())
        checks = [f"passed: {name}" for name in sorted(pretender.kept)]
        checks += [f"failed: {name}" for name in sorted(pretender.lost)]
        rows.append(f"| {pretender.title} | {pretender.homework} | {points} | {', '.join(checks)} |")
    return "\n".join(rows) + "\n"


def with_table(text: str) -> str:
    """The document with the tables as the corpora have them now."""
    text = between(text, BEGIN, END, table())
    return between(text, BEGIN_POINTS, END_POINTS, points_table())


if __name__ == "__main__":
    DOCUMENT.write_text(with_table(DOCUMENT.read_text("utf-8")), "utf-8")
