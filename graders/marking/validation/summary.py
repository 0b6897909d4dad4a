"""How well a homework's marking works, in numbers and in the cases that show where it doesn't."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from graders.marking.validation.kinds import Kind, kinds
from graders.marking.validation.lines import Lines
from graders.marking.validation.outcome import Outcome


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What `gradmark validate` says about one homework."""

    homework: str
    mutants: int
    killed: int
    wrong_sections: int
    """Cases in which another section failed than should have, or one that should have didn't."""
    diagnosable: int
    """Killed mutants for which an explanation has been approved."""
    named: int
    """Of these, those that were given it in first place."""
    told: int
    """Other mutants that are told something: by the message itself, where something raised, is missing, or has a wrong
    shape or type; or in a reason that nobody has read yet."""
    silent: int
    """Other mutants: values are wrong and nothing is said about why."""
    misled: int
    """Mutants of which something was said that isn't approved."""
    unread: int
    """Mutants for which nobody has looked at what is said."""
    unjudged: int = 0
    """Of these, those whose homework has a diagnoses.toml: their explanations have no verdict, so neither has it."""
    variants: int
    accepted: int
    insides: int = 0
    """Cases in which a text for students shows an inside of gradmark's own."""
    lines: dict[str, int] = {}
    """Mutants that fail by what a look at them named: the right line `alone`, `among` others, or none; see `Lines`."""
    seconds: float
    """Of all processes together."""
    kinds: list[Kind] = []
    """The mutants by how they show, an exception by its name or wrong numbers, and how many of each are explained."""

    @property
    def right(self) -> bool:
        """Whether every mutant was caught, in the right sections, every variant kept its points, no text is ours.

        Nor is a line said for certain that isn't at fault, nor a mutant left unread where others were read.
        """
        marked = self.killed == self.mutants and self.accepted == self.variants and not self.wrong_sections
        return marked and not self.insides and not self.unjudged and not self.lines.get(Lines.WRONG)


def summary(homework: str, outcomes: Sequence[Outcome]) -> Summary:
    """Count the outcomes of one homework."""
    mutants = [found for found in outcomes if found.kind == "mutant"]
    variants = [found for found in outcomes if found.kind == "variant"]
    unexplained = [found for found in mutants if not found.should_say]
    judged = [found for found in unexplained if not found.unread]
    return Summary(
        homework=homework,
        mutants=len(mutants),
        killed=_count(mutants, lambda found: not found.lives),
        wrong_sections=_count(mutants, lambda found: not found.right),
        diagnosable=len(mutants) - len(unexplained),
        named=_count(mutants, lambda found: found.named),
        told=_count(judged, _is_told),
        silent=_count(judged, lambda found: not _is_told(found)),
        misled=_count(mutants, lambda found: bool(found.misled)),
        unread=_count(mutants, lambda found: found.should_say is None),
        unjudged=_count(mutants, lambda found: found.unread),
        variants=len(variants),
        accepted=_count(variants, lambda found: found.right),
        lines=dict(Counter(found.lines for found in mutants if found.lines)),
        insides=_count(outcomes, lambda found: bool(found.insides)),
        seconds=round(sum(found.seconds for found in outcomes), 1),
        kinds=kinds(mutants),
    )


def _is_told(found: Outcome) -> bool:
    return found.told or (found.should_say is None and bool(found.said))


def _count(outcomes: Iterable[Outcome], holds: Callable[[Outcome], bool]) -> int:
    return sum(map(holds, outcomes))


def problems(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """A line for each case that went otherwise than it should."""
    for found in outcomes:
        where = f"{found.homework} {found.kind} {found.name!r}"
        wrong = (_wrongly_marked, _wrongly_explained, _explained_twice, _wrongly_worded, _wrongly_looked)
        yield from (f"{where}{problem}" for judge in wrong if (problem := judge(found)))


def _wrongly_marked(found: Outcome) -> str:
    if found.faults:
        return f": gradmark itself failed in {', '.join(found.faults)}"
    if found.lives:
        return f" lives: {_sections(found.should_fail)} should fail"
    if found.dialect:
        return f" is taken for another homework's: {found.dialect}"
    if found.right:
        return ""
    if found.kind == "variant":
        return f" loses {found.points_lost:g} points: {'; '.join(found.reasons[:2])}"
    return f" fails {_sections(found.fails)}, but should fail {_sections(found.should_fail)}"


def _wrongly_explained(found: Outcome) -> str:
    if found.unread:
        return f" has no entry in diagnoses.toml: read what it is told, and approve it: {_quoted(found.said)}"
    if found.misled:
        return f" is told: {'; '.join(found.misled)}"
    if found.should_say and not found.named:
        first = found.said[0] if found.said else "nothing"
        return f" is told {first!r}, but should be told {found.should_say[0]!r}"
    return f" is no longer told: {'; '.join(found.vanished)}" if found.vanished else ""


def _explained_twice(found: Outcome) -> str:
    return f" is told twice in one check: {'; '.join(found.twice)}" if found.twice else ""


def _quoted(texts: Sequence[str]) -> str:
    return "; ".join(map(repr, texts)) or "nothing"


def _wrongly_looked(found: Outcome) -> str:
    return ": a line is named for certain that isn't at fault" if found.lines == Lines.WRONG else ""


def _wrongly_worded(found: Outcome) -> str:
    return f": a text for students says what is ours: {'; '.join(found.insides[:3])}" if found.insides else ""


def _sections(names: Sequence[str]) -> str:
    return ", ".join(names) or "nothing"
