"""The reasons of a section or a check in lines for students; every text report is laid out from these."""

from __future__ import annotations

import math
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from graders.coursework.points import NO_RESULT
from graders.coursework.record import (
    FINE,
    PRIVATE_SEED,
    Cause,
    CheckResult,
    Look,
    Report,
    SectionResult,
    SectionStatus,
    Status,
    loses,
)
from graders.reports.arrays import DIGITS, apart, array, inputs

MAX_CALLS = 8
MAX_OUTPUT_LINES = 6
MAX_OUTPUT_WIDTH = 160
NOT_CHECKED = "This could not be checked, which is not the submission's fault: tell whoever runs gradmark."
Line = tuple[str, str]
"""A label, `got` say, and what is beside it."""


class Note(NamedTuple):
    """What costs nothing but should be said, under its kind: `advice`, `warning`, `practice`, `fault` (ours)."""

    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}"


class Reason(NamedTuple):
    """A message, and the checks that lost with exactly this message; `further` are those that one cause explains, too.

    These may be of other sections.
    """

    message: str
    checks: list[CheckResult]
    further: Sequence[str] = ()

    @property
    def is_elsewhere(self) -> bool:
        """Whether it is told under a check of another section."""
        return self.message != self.checks[0].message

    @property
    def waits(self) -> bool:
        """Whether it is that something isn't started: the report says so of all in one line."""
        return bool(self.checks[0].waits_for)

    @property
    def ids(self) -> str:
        """The checks' names in one line: `linear.forward, shapes, batch_of_one`."""
        first, *others = [check.id for check in self.checks]
        return ", ".join([first, *(name.partition(".")[2] for name in others)])


def points(value: float) -> str:
    """`15`, or `7.5`."""
    return f"{value:g}"


def total(report: Report, *, pending: bool = True) -> str:
    """`65/100`, and what is still to be marked by hand, if that is `pending` to be said."""
    marks = f"{points(report.score)}/{points(report.max_score)}"
    left = math.fsum(section.max_score for section in manual(report) if not section.extra)
    return f"{marks} ({points(left)} to be marked by hand)" if left and pending else marks


def manual(report: Report) -> list[SectionResult]:
    """The sections that a person marks."""
    return [section for section in report.sections if section.status is SectionStatus.MANUAL]


def of_section(section: SectionResult) -> str:
    """`15/15`; `+0/50` where the points come on top of the total; `practice` where there are none to earn."""
    if section.practice:
        return "practice"
    return f"{'+' if section.extra and section.score >= 0 else ''}{points(section.score)}/{points(section.max_score)}"


def refused(report: Report) -> str:
    """Why the submission could not be used; empty where it was marked."""
    return str(report.environment.get("refused", ""))


def conditions(report: Report) -> Iterator[str]:
    """What the marks depend on and a student should know."""
    if refused(report):
        yield f"Not marked: {refused(report)}"
    if "data" in report.environment:
        yield f"Trained on {report.environment['data']}"
    yield from (f"Warning: {text}" for text in report.environment.get("warnings", ()))
    if "unfinished" in report.environment:
        yield "The marking was stopped: a check without a result counts as failed"


def first_line(message: str) -> str:
    """What a message says in a line: what is below it is code."""
    return message.partition("\n")[0]


def how_much(found: Mapping[str, object]) -> str:
    """How many entries of a counterexample are wrong, and how far off the worst is that is a number."""
    many = f"{found['wrong_entries']} of {found['entries']} entries"
    if found["largest_error"] == 0:
        return f"{many} are nan or infinite"
    return f"{many} differ, by up to {found['largest_error']}"


def lost_checks(section: SectionResult) -> list[CheckResult]:
    """The checks that cost the section points, in the rubric's order."""
    return [check for check in section.checks if loses(check)]


def reasons(section: SectionResult, checks: Sequence[CheckResult] | None = None) -> list[Reason]:
    """Why the section, or these checks of it, lost points: each line and message once, in the order of the rubric."""
    found: dict[object, list[CheckResult]] = {}
    for check in lost_checks(section) if checks is None else checks:
        found.setdefault(check.groups_as, []).append(check)
    return [Reason(checks[0].message, checks) for checks in found.values()]


def causes(report: Report, section: SectionResult) -> list[Reason]:
    """The same with what one cause explains said once, under the first check that fails for it.

    Where that is in another section, this one says so in a line.
    """
    own = [check for check in lost_checks(section) if not check.same_as]
    found = [reason._replace(further=_further(report, reason)) for reason in reasons(section, own)]
    elsewhere: dict[str, list[CheckResult]] = {}
    for check in lost_checks(section):
        if check.same_as and check.same_as.partition(".")[0] != section.id:
            elsewhere.setdefault(check.same_as, []).append(check)
    return [*(Reason(f"for the same reason as {first}", checks) for first, checks in elsewhere.items()), *found]


def _further(report: Report, reason: Reason) -> list[str]:
    """The checks that fail for the same cause, which none of the reason's own tell of."""
    told = {check.id for check in reason.checks}
    found = [cause for check in reason.checks if (cause := report.cause_of(check)) is not None and cause.is_sure]
    return [check for cause in found[:1] for check in cause.checks if check not in told]


def notes(section: SectionResult) -> Iterator[Note]:
    """What costs nothing but should be said: advisory checks that did not pass, warnings, what was left out, faults."""
    if section.note:
        yield Note("note", section.note)
    if section.practice and lost_checks(section):
        yield Note("practice", "the handout doesn't ask for this: it costs nothing")
    skipped = {check.message for check in section.checks if check.status is Status.SKIPPED}
    yield from (Note("skipped", message) for message in sorted(skipped))
    yield from (Note("advice", f"{one.title} Here: {first_line(one.message)} ({one.id})") for one in advice(section))
    yield from (
        Note("fault", f"{one.title} {NOT_CHECKED} {first_line(one.message)} ({one.id})")
        for one in silent_faults(section)
    )
    yield from (Note("warning", text) for text in warnings(section))


def advice(section: SectionResult) -> list[CheckResult]:
    """The advisory checks that were run and that the submission did not pass."""
    ended = [check for check in section.checks if check.advisory and check.message != NO_RESULT]
    return [one for one in ended if one.status not in (*FINE, Status.GRADER_FAULT) and not one.waits_for]


def silent_faults(section: SectionResult) -> list[CheckResult]:
    """The advisory checks that could not be made, which cost no points and are nothing that a student can mend."""
    return [check for check in section.checks if check.advisory and check.status is Status.GRADER_FAULT]


def warnings(section: SectionResult) -> list[str]:
    """What the section's checks warn of, each once."""
    return list(dict.fromkeys(text for check in section.checks for text in check.warnings))


def details(
    report: Report, check: CheckResult, also: Sequence[CheckResult] = (), further: Sequence[str] = ()
) -> Iterator[Line]:
    """Everything about one check that did not pass: likely why, where, what to try, the numbers, how to see it again.

    `also` are the checks that failed with the same message, `further` those that fail for the same cause.
    """
    yield "", check.message
    if check.waits_for:
        yield "again", repeat(report, check)
        return
    yield from _likely_causes(check)
    yield from where_to_look(report, check)
    if check.hint:
        yield "try", check.hint
    yield from _values(check)
    yield from numbers(check)
    if check.repro:
        yield "script", str(check.repro)
    if also:
        yield "also", ", ".join(other.id for other in also)
    if further:
        yield "also", in_words(further)
    yield "again", repeat(report, check)


def _values(check: CheckResult) -> Iterator[Line]:
    """What came, what should have, and how far apart they are."""
    found = check.counterexample
    if "got" in found:
        digits = digits_of(found)
        yield "got", array(found["got"], digits)
        if "expected" in found:
            yield "expected", array(found["expected"], digits)


def numbers(check: CheckResult) -> Iterator[Line]:
    """How far off the values are, in which case, and what student code printed."""
    if "index" in check.counterexample:
        yield "how much", how_much(check.counterexample)
    yield from _failing_case(check)
    if check.output:
        yield "printed", printed(check.output)


def digits_of(found: Mapping[str, Any]) -> int:
    """With how many digits to write what was returned and what was expected, so that they are seen to differ."""
    if "expected" not in found or "index" not in found:
        return DIGITS
    return apart(found["got"], found["expected"], found["index"])


def _likely_causes(check: CheckResult) -> Iterator[Line]:
    yield from (("perhaps", line) for line in check.diagnosis)
    if check.parts:
        yield "where", check.parts


def where_to_look(report: Report, check: CheckResult) -> Iterator[Line]:
    """The line at fault with what is there, or a few at one of which the mistake is."""
    cause = report.cause_of(check)
    if cause is not None and check.look_at:
        yield "look at", "\n".join([places(cause), *(_code_at(cause, look) for look in cause.look_at)])


def places(cause: Cause) -> str:
    """Where to look in words: one line and what would be if it were right; or several lines."""
    if not cause.is_sure:
        return " or ".join(f"{_lines(looks)} of {file}" for file, looks in _by_file(cause).items())
    count = len(cause.checks)
    which = f"all {count}" if count == cause.of else f"{count} of the {cause.of}"
    passing = f"{which} failed checks would pass" if cause.of > 1 else "the failed check would pass"
    where = " or ".join(f"{_lines(looks[:1])} of {file}" for file, looks in _by_file(cause).items())
    return f"{where}: with another value there, and nothing else changed, {passing}"


def _lines(looks: Sequence[Look]) -> str:
    return " or ".join(f"line {look.line}" for look in looks)


def _by_file(cause: Cause) -> dict[str, list[Look]]:
    found: dict[str, list[Look]] = {}
    for look in cause.look_at:
        found.setdefault(look.file, []).append(look)
    return found


def _code_at(cause: Cause, look: Look) -> str:
    line = next((code.line(look.line) for code in cause.code if code.file == look.file and code.line(look.line)), "")
    return f"{look.line:>4} | {line.strip()}"


def in_words(further: Sequence[str]) -> str:
    """How many checks more one cause explains, and which."""
    count, sections = len(further), {check.partition(".")[0] for check in further}
    many = "1 further check fails" if count == 1 else f"{count} further checks fail"
    across = f", in {len(sections)} sections," if len(sections) > 1 else ""
    return f"{many}{across} for the same reason: {', '.join(further)}"


def _failing_case(check: CheckResult) -> Iterator[Line]:
    """The calls that were made, on which arrays, and the case that these come from."""
    found = check.counterexample
    if found.get("calls"):
        yield "called", "; ".join(beginning(found["calls"], MAX_CALLS))
    if found.get("inputs"):
        yield "with", inputs(found["inputs"])
    if found.get("case"):
        yield "case", sizes(found["case"])


def beginning(words: Sequence[str], most: int) -> list[str]:
    """The first of them, and dots where there are more."""
    return [*words[:most], *(["..."] if len(words) > most else [])]


def sizes(case: Mapping[str, object]) -> str:
    """A case's fields: `N=2 regime=plain seed=0`."""
    return " ".join(f"{name}={value}" for name, value in case.items())


def printed(output: str) -> str:
    """The beginning of what student code printed."""
    return "\n".join(line[:MAX_OUTPUT_WIDTH] for line in output.strip().splitlines()[:MAX_OUTPUT_LINES])


def indented(lines: Iterable[Line]) -> Iterator[str]:
    """The lines for a plain text, each label in a column beside what it labels."""
    for label, line in lines:
        first, *rest = line.splitlines() or [""]
        yield f"    {label:<9}{first}" if label else f"    {first}"
        yield from (f"    {'':<9}{more}" for more in rest)


def repeat(report: Report, check: CheckResult) -> str:
    """The command that runs this check alone, on the same cases; on others where the seed is the instructor's own."""
    return of_report(report, check.id)


def of_report(report: Report, selected: str) -> str:
    """The same for whatever --only takes; the command that runs everything, without it."""
    environment = report.environment
    options = ["--homework", environment["rubric"]] if "rubric" in environment else []
    options += ["--only", selected] if selected else []
    private = environment.get("seed") == PRIVATE_SEED
    if environment.get("seed") and not private:
        options += ["--seed", str(environment["seed"])]
    if environment.get("profile", "grading") != "grading":
        options += ["--profile", str(environment["profile"])]
    command = shlex.join(["gradmark", "grade", report.submission, *options])
    return f"{command}  # on other cases than these, which are not to be told" if private else command
