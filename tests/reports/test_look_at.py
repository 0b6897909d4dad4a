"""Where to look is said once, beside the code, and in the same words for everybody who reads it."""

from __future__ import annotations

import json

from graders.coursework.record import Cause, CheckResult, Code, Look, Report, SectionResult, SectionStatus, Status
from graders.reports.github import github
from graders.reports.html.student import student
from graders.reports.junit import junit
from graders.reports.sarif import sarif
from graders.reports.text import text

CODE = Code(file="nn/batchnorm.py", first=10, lines=["def forward(self, Z):", "    V = Z.var(ddof=1)", "    return V"])
SURE = Look(file="nn/batchnorm.py", line=11, sure=True)


def failed(name: str, message: str, **fields: object) -> CheckResult:
    """A check that failed."""
    values: dict[str, object] = {"id": name, "title": f"{name} is right.", "status": Status.FAILED, "message": message}
    return CheckResult(**values | fields)  # type: ignore[arg-type]


def section(name: str, *checks: CheckResult) -> SectionResult:
    """A section that lost all its points."""
    return SectionResult(
        id=name, title=name.title(), score=0, max_score=5, status=SectionStatus.FAILED, checks=list(checks)
    )


def report(*sections: SectionResult, causes: list[Cause]) -> Report:
    """A report with these sections and causes."""
    return Report(
        homework="toy", submission="ada", score=0, max_score=10, sections=list(sections), environment={}, causes=causes
    )


FIRST = failed("batchnorm.forward", "Z is wrong", look_at=[SURE])
SECOND = failed("batchnorm.backward", "dZ is wrong", look_at=[SURE], same_as="batchnorm.forward")
THIRD = failed("mlp.forward", "A is wrong", look_at=[SURE], same_as="batchnorm.forward")
OTHER = failed("batchnorm.init", "W is wrong")
CAUSE = Cause(checks=["batchnorm.forward", "batchnorm.backward", "mlp.forward"], of=4, look_at=[SURE], code=[CODE])
EXPLAINED = report(section("batchnorm", FIRST, SECOND, OTHER), section("mlp", THIRD), causes=[CAUSE])

TENTATIVE = [Look(file="nn/batchnorm.py", line=line, sure=False) for line in (11, 12)]
DOUBTFUL = report(
    section("batchnorm", failed("batchnorm.forward", "Z is wrong", look_at=TENTATIVE)),
    causes=[Cause(checks=["batchnorm.forward"], of=1, look_at=TENTATIVE, code=[CODE])],
)


def test_a_line_is_said_with_what_it_explains_and_what_stands_there():
    shown = text(EXPLAINED)
    said = "line 11 of nn/batchnorm.py: with another value there, and nothing else changed, 3 of the 4 failed checks"
    assert said in shown
    assert "  11 | V = Z.var(ddof=1)" in shown
    assert "2 further checks fail, in 2 sections, for the same reason: batchnorm.backward, mlp.forward" in shown
    assert "mlp.forward: for the same reason as batchnorm.forward" in shown
    assert "dZ is wrong" not in shown
    assert "batchnorm.init: W is wrong" in shown


def test_every_failed_check_is_shown_in_full_where_that_is_asked_for():
    shown = text(EXPLAINED, verbose=True)
    assert all(message in shown for message in ("Z is wrong", "dZ is wrong", "A is wrong", "W is wrong"))


def test_several_lines_are_said_without_what_they_explain():
    shown = text(DOUBTFUL)
    assert "look at  line 11 or line 12 of nn/batchnorm.py" in shown
    assert "would pass" not in shown


def test_annotations_stand_at_the_line():
    made = github(EXPLAINED, "token")
    assert "::error file=ada/nn/batchnorm.py,line=11,title=batchnorm.forward%3A" in made
    assert made.count("line=11") == 1


def test_sarif_has_a_result_for_each_cause_whose_place_is_known():
    (run,) = json.loads(sarif(EXPLAINED))["runs"]
    (result,) = run["results"]
    place = result["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]) == ("ada/nn/batchnorm.py", {"startLine": 11})
    assert (result["ruleId"], result["level"]) == ("batchnorm.forward", "error")
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["batchnorm.forward"]


def test_sarif_calls_what_is_not_certain_a_warning():
    (result,) = json.loads(sarif(DOUBTFUL))["runs"][0]["results"]
    assert result["level"] == "warning"
    (related,) = result["relatedLocations"]
    assert related["physicalLocation"]["region"] == {"startLine": 12}


def test_sarif_of_a_report_without_lines_has_no_results():
    plain = report(section("batchnorm", OTHER), causes=[])
    assert json.loads(sarif(plain))["runs"][0]["results"] == []


def test_other_reports_take_it_along():
    assert "line 11 of nn/batchnorm.py" in junit(EXPLAINED)
    page = student(EXPLAINED).decode()
    assert "line 11 of nn/batchnorm.py" in page
    assert 'class="at-fault"' in page
    assert page.count("Z.var") == 1
