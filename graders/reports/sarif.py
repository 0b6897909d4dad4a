"""The lines at fault as SARIF 2.1.0, which code scanning and editors read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import quote

import msgspec

import graders
from graders.coursework.clean import harmless
from graders.coursework.record import CheckResult, Report
from graders.reports.places import place_of, within
from graders.reports.wording import Reason, causes, in_words, where_to_look

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_Json = dict[str, object]


def sarif(report: Report) -> str:
    """A run with a result for each reason whose place in the submission is known; a rule is a check."""
    shown = harmless(report)
    found = [(reason, places) for reason in _reasons(shown) if (places := _places(reason.checks[0]))]
    rules = [_rule(reason.checks[0]) for reason, _ in found]
    driver: _Json = {"name": "gradmark", "version": graders.__version__, "rules": rules}
    results = [_result(shown, reason, places) for reason, places in found]
    run: _Json = {"tool": {"driver": driver}, "results": results, "columnKind": "unicodeCodePoints"}
    return msgspec.json.encode({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}).decode()


def _reasons(report: Report) -> Iterator[Reason]:
    for section in report.counting:
        yield from (reason for reason in causes(report, section) if not reason.is_elsewhere)


def _rule(check: CheckResult) -> _Json:
    return {"id": check.id, "shortDescription": {"text": check.title}}


def _places(check: CheckResult) -> list[tuple[str, int]]:
    """The line, or those at one of which the mistake is."""
    looks = [(look.file, look.line) for look in check.look_at or ()]
    place = place_of(check)
    return looks or ([(place[0], int(place[1]))] if place is not None else [])


def _result(report: Report, reason: Reason, places: Sequence[tuple[str, int]]) -> _Json:
    check = reason.checks[0]
    said = [check.message, *check.diagnosis, check.hint, in_words(reason.further) if reason.further else ""]
    said += [line for _, line in where_to_look(report, check)]
    found: _Json = {
        "ruleId": check.id,
        "level": "error" if len(places) == 1 else "warning",
        "message": {"text": "\n".join(filter(None, said))},
        "locations": [_location(report, places[0])],
    }
    if len(places) > 1:
        others = [_location(report, place) | {"id": number} for number, place in enumerate(places[1:], 1)]
        found["relatedLocations"] = others
    return found


def _location(report: Report, place: tuple[str, int]) -> _Json:
    file, line = place
    uri = quote(within(report, file) or file)
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": max(line, 1)}}}
