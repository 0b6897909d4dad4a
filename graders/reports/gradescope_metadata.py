"""Gradescope's submission_metadata.json: how late a submission is, and whether there were too many before it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from graders import UsageError
from graders.coursework.lateness import lateness
from graders.coursework.reading import read_ordinary
from graders.coursework.rubric import Late, Lateness

_HOUR = timedelta(hours=1)
_YEARS = 1970, 9000
"""In which something can be handed in: hours before and after it are dates as well."""


class Dates(msgspec.Struct, frozen=True):
    """Of the assignment, or of one student who was given other ones."""

    due_date: datetime | None = None


class User(msgspec.Struct, frozen=True):
    """One of those who submitted."""

    assignment: Dates | None = None


class Earlier(msgspec.Struct, frozen=True):
    """A submission before this one, and the results.json that it got."""

    submission_time: datetime
    score: float | None = None
    results: object = None

    @property
    def kept(self) -> float:
        """The score that the program gave it."""
        made = self.results.get("score") if isinstance(self.results, dict) else None
        return float(made) if isinstance(made, int | float) and abs(made) <= sys.float_info.max else self.score or 0.0

    @property
    def refused(self) -> bool:
        """Whether it wasn't marked, as one too many."""
        data = self.results
        for key in ("extra_data", "gradmark", "refused"):
            data = data.get(key) if isinstance(data, dict) else None
        return data is True


class Metadata(msgspec.Struct, frozen=True):
    """What of the file matters here."""

    created_at: datetime
    assignment: Dates
    users: list[User] = []
    previous_submissions: list[Earlier] = []

    @property
    def due_date(self) -> datetime | None:
        """When it is due; in a group the latest date of its members counts."""
        own = [user.assignment.due_date for user in self.users if user.assignment is not None]
        dates = [_aware(date) for date in own if date is not None]
        if dates:
            return max(dates)
        return None if self.assignment.due_date is None else _aware(self.assignment.due_date)

    @property
    def submitted(self) -> datetime:
        """When this submission was made."""
        return _aware(self.created_at)

    @property
    def late_days(self) -> int:
        """Days of the clock after the due date; each one that has begun counts."""
        return self.late(None).days

    def late(self, policy: Late | None) -> Lateness:
        """How late it is, by the zone and the minutes of grace that a rubric has for it."""
        if self.due_date is None:
            return Lateness()
        by_rubric = lateness(policy, self.due_date, self.submitted)
        if policy is not None and policy.zone:
            return by_rubric
        return replace(by_rubric, days=self._days_as_written(policy, self.due_date, by_rubric.days))

    def _days_as_written(self, policy: Late | None, due: datetime, days: int) -> int:
        """Days by the clock that both times are written in, which was changed if their offsets are an hour apart.

        Where one of these is zero it may be no clock's, and the days are the fewer ones.
        """
        now, then = self.submitted.utcoffset() or timedelta(), due.utcoffset() or timedelta()
        if not days or abs(now - then) != _HOUR:
            return days
        written = max(1, lateness(policy, due, self.submitted.replace(tzinfo=due.tzinfo)).days)
        return written if now and then else min(days, written)

    @property
    def last_marked(self) -> Earlier | None:
        """The latest submission before this one that was marked."""
        return max(self.marked, key=lambda earlier: _aware(earlier.submission_time), default=None)

    @property
    def marked(self) -> list[Earlier]:
        """The earlier submissions that were marked: those that were refused count for nothing."""
        return [earlier for earlier in self.previous_submissions if not earlier.refused]

    def said(self, late: Lateness) -> Iterator[str]:
        """A line for a submission that is late."""
        if late.days and self.due_date is not None:
            days = "1 day" if late.days == 1 else f"{late.days} days"
            yield f"Submitted {days} late: it was due on {_written(self.due_date)}."


@dataclass(frozen=True)
class RateLimit:
    """So many marked submissions in this many hours."""

    most: int
    hours: float

    def refuses(self, metadata: Metadata) -> bool:
        """Whether this submission is one too many."""
        return len(self._recent(metadata)) >= self.most

    def reason(self, metadata: Metadata) -> str:
        """What a student is told whose submission isn't marked."""
        free = self._recent(metadata)[-self.most] + timedelta(hours=self.hours)
        return (
            f"This submission was not marked: {self.most} in {self.hours:g} hours are. "
            f"The next one is marked if it comes after {_written(free)}. Until then the last marked one counts."
        )

    def _recent(self, metadata: Metadata) -> list[datetime]:
        since = metadata.submitted - timedelta(hours=self.hours)
        times = sorted(_aware(earlier.submission_time) for earlier in metadata.marked)
        return [time for time in times if since < time <= metadata.submitted]


def read_metadata(path: Path) -> Metadata:
    """UsageError where the file isn't one of Gradescope's."""
    try:
        metadata = msgspec.json.decode(read_ordinary(path), type=Metadata, strict=False)
    except OSError as error:
        raise UsageError(f"{path} can't be read ({error.strerror})") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not Gradescope's submission_metadata.json: {error}") from None
    for time in (metadata.created_at, *(earlier.submission_time for earlier in metadata.previous_submissions)):
        if not _YEARS[0] <= time.year <= _YEARS[1]:
            raise UsageError(f"{path} is not Gradescope's submission_metadata.json: submitted in the year {time.year}")
    return metadata


def rate_limit(text: str) -> RateLimit:
    """`5/24`: five submissions in 24 hours."""
    found = re.fullmatch(r"([1-9]\d{0,5})/(\d{1,5}(?:\.\d{1,3})?)h?", text)
    if found is None or not float(found[2]):
        raise UsageError(f"--gradescope-limit {text}: give submissions and hours, as in 5/24")
    return RateLimit(int(found[1]), float(found[2]))


def _aware(time: datetime) -> datetime:
    return time if time.tzinfo is not None else time.replace(tzinfo=UTC)


def _written(time: datetime) -> str:
    return time.strftime("%Y-%m-%d %H:%M UTC%z").removesuffix("+0000")
