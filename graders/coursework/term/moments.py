"""A moment as people write it, with its zone; and how many days of the clock, or hours, lie between two of them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from graders import UsageError

YEARS = 1970, 9000
"""In which something can be handed in: days before and after are dates as well."""
MOST_DAYS = 10_000
"""What is later isn't meant so."""
MAX_TEXT = 120
_DATE = r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})|(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})"
_TIME = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,12}))?)?"
_MOMENT = re.compile(rf"(?:{_DATE})(?:[T ]\s*{_TIME})?\s*(?P<zone>.*)", re.ASCII)
_OFFSET = re.compile(r"(?P<sign>[+-])(?P<hours>\d{2}):?(?P<minutes>\d{2})", re.ASCII)
_NAMED = re.compile(r"(?P<offset>\S*?)\[(?P<name>[^\]]+)\]")
"""An offset and the zone's name behind it, as RFC 9557 has it: 2026-10-24T20:00+02:00[Europe/Berlin]."""
EXAMPLE = "2026-10-24 20:00 Europe/Berlin"


def moment(text: str, zone: tzinfo | None = None) -> datetime:
    """`2026-10-24 20:00 Europe/Berlin` and its kin: T, seconds, an offset, 24.10.2026; `zone` is for a text with none.

    UsageError for anything else, and where there is no zone. A time that the clock shows twice is the later one.
    """
    found = _MOMENT.fullmatch(text.strip()[: MAX_TEXT + 1])
    if found is None or len(text) > MAX_TEXT:
        raise UsageError(f"{_short(text)} is no date with a time: write it as {EXAMPLE}")
    if found["hour"] is None:
        raise UsageError(f"{_short(text)} has no time of day: write it as {EXAMPLE}")
    where = _zone(found["zone"].strip(), text) or zone
    if where is None:
        raise UsageError(f"{_short(text)} has no zone: write it as {EXAMPLE}, or with an offset as +02:00")
    read = latest(_read(found, text), where)
    _must_agree(found["zone"], read, text)
    return read


def named_zone(name: str) -> ZoneInfo:
    """A zone by its name in the IANA database; UsageError where that isn't known."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(f"{_short(name)} is no zone that this machine knows: Europe/Berlin is one") from None


def latest(clock: datetime, zone: tzinfo) -> datetime:
    """When the zone's clock shows this: the later time of the two where it is set back, and where it is set forward."""
    readings = [clock.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
    return max(readings, key=lambda reading: reading.astimezone(UTC))


def clock_days(due: datetime, at: datetime) -> int:
    """The days of the clock in the due date's zone that have begun since: a day is over when the clock shows the same.

    From Saturday 20:00 to Sunday 19:59 is one day, whether the clocks were changed in between or not.
    """
    if at.astimezone(UTC) <= due.astimezone(UTC):
        return 0
    days = (at.astimezone(due.tzinfo).date() - due.date()).days
    days = min(max(days, 1), MOST_DAYS)
    if days > 1 and _is_over(due, days - 1, at):
        days -= 1
    return days if _is_over(due, days, at) or days == MOST_DAYS else days + 1


def _is_over(due: datetime, days: int, at: datetime) -> bool:
    """Whether `at` is not after the due date moved by this many days of the clock."""
    return at.astimezone(UTC) <= days_later(due, days).astimezone(UTC)


def days_later(due: datetime, days: int) -> datetime:
    """The same time of the clock this many days later."""
    assert due.tzinfo is not None
    return latest(due.replace(tzinfo=None, fold=0) + timedelta(days=days), due.tzinfo)


def hours_between(due: datetime, at: datetime) -> int:
    """The hours that have begun since: these have sixty minutes, whatever the clock shows."""
    passed = at.astimezone(UTC) - due.astimezone(UTC)
    return min(max(0, -(-passed // timedelta(hours=1))), MOST_DAYS * 24)


def shown(time: datetime) -> str:
    """For people: `2026-10-24 20:00 Europe/Berlin`, or with the offset where the zone has no name."""
    key = getattr(time.tzinfo, "key", None)
    where = f" {key}" if key else f"{time:%z}".replace("+0000", " UTC")
    seconds = f":{time:%S}" if time.second else ""
    return f"{time:%Y-%m-%d %H:%M}{seconds}{where}"


def _zone(text: str, whole: str) -> tzinfo | None:
    if named := _NAMED.fullmatch(text):
        return named_zone(named["name"])
    if offset := _OFFSET.fullmatch(text):
        passed = timedelta(hours=int(offset["hours"]), minutes=int(offset["minutes"]))
        if passed >= timedelta(hours=24):
            raise UsageError(f"{_short(whole)} is no date with a time: its offset is a day or more")
        return timezone(-passed if offset["sign"] == "-" else passed)
    if text.upper() in ("Z", "UTC"):
        return UTC
    return named_zone(text) if text else None


def _must_agree(zone: str, read: datetime, whole: str) -> None:
    """An offset beside a zone's name has to be the one that it has then."""
    named = _NAMED.fullmatch(zone.strip())
    if named is None or not named["offset"]:
        return
    offset = _zone(named["offset"], whole)
    if offset is None or any(read.replace(fold=fold).utcoffset() == offset.utcoffset(None) for fold in (0, 1)):
        return
    raise UsageError(f"{_short(whole)} says two things: {named['name']} has another offset then")


def _read(found: re.Match[str], text: str) -> datetime:
    year, month, day = (int(found[name] or found[name[0]]) for name in ("year", "month", "day"))
    fraction = int((found["fraction"] or "").ljust(6, "0")[:6])
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    try:
        clock = datetime(year, month, day, hour, minute, second, fraction)
    except ValueError as error:
        raise UsageError(f"{_short(text)} is no date with a time: {error}") from None
    if not YEARS[0] <= year <= YEARS[1]:
        raise UsageError(f"{_short(text)} is no date with a time: nothing is handed in in the year {year}")
    return clock


def _short(text: str) -> str:
    return repr(text[:60])
