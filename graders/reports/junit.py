"""The report as JUnit XML, in the form that pytest writes: a suite for each section, a case for each check."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree

from graders.coursework.clean import harmless
from graders.coursework.record import CheckResult, Report, SectionResult, Status, loses
from graders.reports.wording import details

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(report: Report) -> str:
    """An XML document. An advisory check never fails here, nor does practice: what there is to say is output.

    A fault of ours is an error.
    """
    root = ElementTree.Element("testsuites", name="gradmark")
    shown = harmless(report)
    root.extend(_suite(shown, section) for section in shown.shown)
    if shown.opening and len(root):
        ElementTree.SubElement(root[0][0], "property", name="dialect", value=_clean(shown.opening))
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written.decode() + "\n"


def _suite(report: Report, section: SectionResult) -> ElementTree.Element:
    cases = [_case(report, section, check) for check in section.checks]
    counted = {tag: sum(case.find(tag) is not None for case in cases) for tag in ("failure", "error", "skipped")}
    suite = ElementTree.Element(
        "testsuite",
        name=section.id,
        tests=str(len(cases)),
        failures=str(counted["failure"]),
        errors=str(counted["error"]),
        skipped=str(counted["skipped"]),
        time=f"{sum(check.seconds for check in section.checks):.3f}",
    )
    properties = ElementTree.SubElement(suite, "properties")
    for name, value in (("score", section.score), ("max_score", section.max_score), ("status", section.status)):
        ElementTree.SubElement(properties, "property", name=name, value=str(value))
    suite.extend(cases)
    return suite


def _case(report: Report, section: SectionResult, check: CheckResult) -> ElementTree.Element:
    classname = f"{report.homework}.{section.id}"
    name = check.id.removeprefix(f"{section.id}.")
    case = ElementTree.Element("testcase", classname=classname, name=name, time=f"{check.seconds:.3f}")
    if check.status is Status.SKIPPED:
        ElementTree.SubElement(case, "skipped", message=_clean(check.message))
    elif _fails(section, check):
        tag = "failure" if check.status is Status.FAILED else "error"
        problem = ElementTree.SubElement(case, tag, message=_clean(check.message), type=str(check.status))
        problem.text = _clean("\n".join([check.title, *_reason(report, check)]))
    if said := list(_said(report, section, check)):
        ElementTree.SubElement(case, "system-out").text = _clean("\n".join(said))
    return case


def _reason(report: Report, check: CheckResult) -> Iterator[str]:
    return (f"{label}: {line}" for label, line in details(report, check) if label)


def _fails(section: SectionResult, check: CheckResult) -> bool:
    return check.status is Status.GRADER_FAULT or (loses(check) and not section.practice)


def _said(report: Report, section: SectionResult, check: CheckResult) -> Iterator[str]:
    """What there is beside a failure's reason: what student code printed, warnings, advice, and practice's reasons."""
    if loses(check) and not _fails(section, check):
        yield from (f"practice: {check.message}", *_reason(report, check))
        return
    if check.output:
        yield check.output
    yield from (f"warning: {text}" for text in check.warnings)
    if check.advisory and check.message and check.status is not Status.GRADER_FAULT:
        yield f"advice: {check.message}"


def _clean(text: str) -> str:
    """Without the characters that XML can't hold."""
    return _NOT_XML.sub("\ufffd", text)
