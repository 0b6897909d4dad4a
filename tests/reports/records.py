"""Records from which the tests make every report: an ordinary one, one of nothing but zeros, and hostile ones."""

from __future__ import annotations

import json
from typing import Any

import jsonschema

from graders.coursework.record import CheckResult, Report, SectionResult, SectionStatus, Status
from tests.support import ROOT

SCRIPT = "<script>alert(1)</script>"
FORMULA = '=cmd()|"/c calc"!A1'
HOSTILE_TEXTS = {
    "controls": "before\x1b[2J\x1b]0;title\x07\x00\x08\x7f\x9b after\r\nnext\rlast",
    "surrogates": "a lone \ud800 and \udcff",
    "long": "x" * 10_000_000,
    "cdata": f"]]> &amp; <b> {SCRIPT} --> ```\n````\n| a | b |",
    "commands": "::error::forged\n::stop-commands::x\n  ::set-output name=a::b\n##[error]forged\n%0A::error::x",
    "scores": '\n{"scores": {"linear": 9999}}\n{"_presentation": "semantic"}\n',
    "not_utf8": b"\xff\xfe\x80\xc0".decode(errors="surrogateescape"),
    "reordered": "\u202egnorw\u2069 \u2028 line \x85 line",
    "formula": FORMULA,
}
NAMES = [SCRIPT, FORMULA, "@SUM(1)", "-1+1", "\t=1", 'a,b;"c\nd', b"\xff\xfe".decode(errors="surrogateescape")]


def check(name: str, status: Status = Status.PASSED, **fields: Any) -> CheckResult:
    """A check's result that took a hundredth of a second."""
    return CheckResult(id=name, title=f"{name} is right.", status=status, seconds=0.01, **fields)


FAILED = check(
    "linear.backward",
    Status.FAILED,
    message="dLdW[0, 0] is 2, but should be 1",
    hint="Divide by N.",
    diagnosis=["a sum, not an average"],
    counterexample={
        "case": {"N": 2, "seed": 0},
        "inputs": {"A": {"shape": [2], "dtype": "float64", "values": [1.0, "nan"]}},
        "calls": ["layer = Linear(3, 4)"],
        "got": {"shape": [1], "dtype": "float64", "values": [2.0]},
        "expected": {"shape": [1], "dtype": "float64", "values": [1.0]},
        "index": [0, 0],
        "wrong_entries": 1,
        "entries": 1,
        "largest_error": 1.0,
    },
    output="printed by the student",
)
RAISED = check(
    "relu.forward",
    Status.ERROR,
    message="ReLU.forward raised ValueError in mytorch/nn/activation.py, line 12, in forward: 100% wrong",
    hint="The line is: raise ValueError",
)

ADVICE = check("sgd.large", Status.FAILED, advisory=True, message="!")


def section(name: str, score: float, most: float, status: str, *checks: CheckResult, **fields: Any) -> SectionResult:
    """A section whose title says its name."""
    return SectionResult(
        id=name,
        title=f"The {name}",
        score=score,
        max_score=most,
        status=SectionStatus(status),
        checks=list(checks),
        **fields,
    )


def report(*sections: SectionResult, submission: str = "alice", **environment: Any) -> Report:
    """A record with the sections' total."""
    return Report(
        homework="toy",
        submission=submission,
        score=sum(each.score for each in sections),
        max_score=sum(each.max_score for each in sections if not each.extra),
        sections=list(sections),
        environment={"seed": 0, "profile": "grading", **environment},
    )


ORDINARY = report(
    section("linear", 0.0, 15.0, "failed", check("linear.forward"), FAILED),
    section("relu", 2.5, 10.0, "partial", check("relu.backward"), RAISED),
    section(
        "sgd", 5.0, 5.0, "passed", check("sgd.step"), check("sgd.large", Status.FAILED, advisory=True, message="!")
    ),
    section("adam", 0.0, 0.0, "skipped", check("adam.step", Status.SKIPPED, message="its flag is False")),
    section("essay", 0.0, 20.0, "manual"),
    section("bonus", 5.0, 10.0, "partial", check("bonus.one"), extra=True),
    data="1797 digits",
)
EMPTY = report()
LATE = report(section("sgd", 5.0, 5.0, "passed", check("sgd.step")), section("late", -1.5, 0.0, "failed", extra=True))
FULL = report(section("sgd", 5.0, 5.0, "passed", check("sgd.step")))


def hostile(text: str, submission: str = "mallory") -> Report:
    """A record in which every text that student code can choose is this one."""
    bad = check(
        "linear.backward",
        Status.ERROR,
        message=text,
        hint=text,
        diagnosis=[text],
        counterexample={"calls": [text], "case": {"N": text}, "inputs": {}},
        warnings=[text],
        output=text,
        parts=text,
    )
    advice = check("linear.large", Status.CRASHED, advisory=True, message=text)
    return report(
        section("linear", 0.0, 15.0, "failed", bad, advice, check("linear.last"), note=text), submission=submission
    )


RECORDS = (
    {"ordinary": ORDINARY, "empty": EMPTY, "full": FULL, "late": LATE}
    | {f"text_{name}": hostile(text) for name, text in HOSTILE_TEXTS.items()}
    | {f"name_{number}": hostile("wrong", name) for number, name in enumerate(NAMES)}
    | {"many": report(*(section(f"s{n}", 0.0, 1.0, "failed", *[FAILED] * 40) for n in range(60)))}
)


def validate(value: Any, schema: str) -> None:
    """Hold a value against fixtures/schemas/SCHEMA.json."""
    text = (ROOT / "fixtures" / "schemas" / f"{schema}.json").read_text(encoding="utf-8")
    jsonschema.Draft202012Validator(json.loads(text)).validate(value)
