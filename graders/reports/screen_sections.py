"""Why each section lost points, on a screen: briefly, since the main reason is given at the end; or everything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from rich.console import Console
from rich.text import Text

from graders.coursework.points import NO_RESULT
from graders.coursework.record import Report, SectionResult, SectionStatus
from graders.reports.explained import explanation, heading, place
from graders.reports.first import first
from graders.reports.folding import folded
from graders.reports.wording import Note, Reason, causes, lost_checks, notes, reasons, repeat

MOST_REASONS = 2
"""Of a section, besides the one that is to be mended first."""
CAUSE, NOTE = 2, 3
"""Lines that these take at most, where not everything is asked for."""
_IN_TABLE = ("not selected by --only", "part of a section was selected: its points need the whole")
"""What the table of sections shows."""


@dataclass
class Sections:
    """Tells of the sections of one report; of a warning that several have, in the first."""

    report: Report
    console: Console
    verbose: bool
    _told: set[Note] = field(default_factory=set)

    def of(self, section: SectionResult) -> list[Text]:
        """The lines about a section; none where there is nothing to say."""
        found = [*self._reasons(section), *self._notes(section)]
        title = Text.assemble((section.id, "bold"), f"  {section.title}")
        return [Text(""), title, *found] if found else []

    def _reasons(self, section: SectionResult) -> Iterator[Text]:
        if self.verbose:
            for reason in reasons(section):
                if not reason.waits:
                    yield from self._whole(reason)
            return
        found = self._others(section)
        shown = self._of_other_places(section, found)[:MOST_REASONS]
        for reason in shown:
            yield from self._short(reason)
        if len(shown) < len(found):
            yield Text(f"  and {len(found) - len(shown)} more, which --verbose shows", style="dim")

    def _whole(self, reason: Reason) -> Iterator[Text]:
        yield from heading(self.console, "  ✗ ", reason)
        yield from explanation(self.console, self.report, reason)
        yield Text.assemble("  ", (repeat(self.report, reason.checks[0]), "cyan"))

    def _short(self, reason: Reason) -> Iterator[Text]:
        yield from heading(self.console, "  ✗ ", reason, CAUSE)
        if not reason.is_elsewhere:
            yield from place(self.console, self.report, reason.checks[0])

    def _others(self, section: SectionResult) -> list[Reason]:
        """The reasons that aren't told at the end; none of what was never run."""
        last = first(self.report)
        found = [reason for reason in causes(self.report, section) if reason.message != NO_RESULT]
        return [one for one in found if not one.waits and (last is None or one.checks[0] is not last.check)]

    def _of_other_places(self, section: SectionResult, found: list[Reason]) -> list[Reason]:
        """Those that point to other lines than one before them, or than what is to be mended first."""
        last = first(self.report)
        told = [last.check.look_at] if last is not None and last.section is section else []
        kept = []
        for reason in found:
            lines = reason.checks[0].look_at
            if reason.is_elsewhere or not lines or lines not in told:
                kept.append(reason)
            told.append(lines)
        return kept

    def _notes(self, section: SectionResult) -> Iterator[Text]:
        said = [note for note in notes(section) if not self._is_told(section, note) and self._counts_now(section, note)]
        self._told.update(note for note in said if note.kind == "warning")
        for note in said:
            lines = folded(self.console, str(note), 4, None if self.verbose else NOTE)
            yield from (Text(f"  {'  ' if number else ''}{line}", style="yellow") for number, line in enumerate(lines))

    def _counts_now(self, section: SectionResult, note: Note) -> bool:
        """Whether a note is worth a line: what a rubric says about all, and of what isn't started, can wait."""
        lost = lost_checks(section)
        only_waits = bool(lost) and all(check.waits_for for check in lost)
        by_hand = section.status is SectionStatus.MANUAL and note.kind == "note"
        return self.verbose or note.kind == "fault" or not (only_waits or by_hand)

    def _is_told(self, section: SectionResult, note: Note) -> bool:
        left_out = note.kind == "skipped" and section.status is SectionStatus.SKIPPED
        return left_out or note in self._told or note.text in _IN_TABLE
