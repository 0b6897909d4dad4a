"""How well a homework's marking works, in numbers and in the cases that show where it doesn't."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from graders.validation.outcome import Outcome


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What `gradmark validate` says of one homework."""

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
    """Other mutants whose message is the reason: something raised, is missing, or has a wrong shape or type."""
    silent: int
    """Other mutants: values are wrong and nothing is said about why."""
    misled: int
    """Mutants of which something was said that isn't approved."""
    unread: int
    """Mutants for which nobody has looked at what is said."""
    variants: int
    accepted: int
    seconds: float
    """Of all processes together."""

    @property
    def right(self) -> bool:
        """Whether every mutant was caught, in the right sections, and every variant kept its points."""
        return self.killed == self.mutants and self.accepted == self.variants and not self.wrong_sections


def summary(homework: str, outcomes: Sequence[Outcome]) -> Summary:
    """Count the outcomes of one homework."""
    mutants = [found for found in outcomes if found.kind == "mutant"]
    variants = [found for found in outcomes if found.kind == "variant"]
    unexplained = [found for found in mutants if not found.should_say]
    return Summary(
        homework=homework,
        mutants=len(mutants),
        killed=sum(not found.lives for found in mutants),
        wrong_sections=sum(not found.right for found in mutants),
        diagnosable=len(mutants) - len(unexplained),
        named=sum(found.named for found in mutants),
        told=sum(found.told for found in unexplained),
        silent=sum(not found.told for found in unexplained),
        misled=sum(bool(found.misled) for found in mutants),
        unread=sum(found.should_say is None for found in mutants),
        variants=len(variants),
        accepted=sum(found.right for found in variants),
        seconds=round(sum(found.seconds for found in outcomes), 1),
    )


def problems(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """A line for each case that went otherwise than it should."""
    for found in outcomes:
        where = f"{found.homework} {found.kind} {found.name!r}"
        if found.faults:
            yield f"{where}: gradmark itself failed in {', '.join(found.faults)}"
        elif found.lives:
            yield f"{where} lives: {_sections(found.should_fail)} should fail"
        elif found.kind == "variant" and not found.right:
            yield f"{where} loses {found.points_lost:g} points: {'; '.join(found.reasons[:2])}"
        elif not found.right:
            yield f"{where} fails {_sections(found.fails)}, but should fail {_sections(found.should_fail)}"
        if found.misled:
            yield f"{where} is told: {'; '.join(found.misled)}"
        elif found.should_say and not found.named:
            first = found.said[0] if found.said else "nothing"
            yield f"{where} is told {first!r}, but should be told {found.should_say[0]!r}"


def _sections(names: Sequence[str]) -> str:
    return ", ".join(names) or "nothing"
