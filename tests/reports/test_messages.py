"""What a student reads: the messages of known mistakes, word for word, and never more than fifteen lines for one.

`python -m tests.reports.test_messages` writes them again into fixtures/messages: read the difference.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.coursework.packs.pack import load_homework
from graders.coursework.record import CheckResult, Report, SectionResult, SectionStatus, Status
from graders.coursework.selection import select
from graders.marking.profiles import Profile
from graders.marking.run import Request, mark
from graders.marking.validation.pack_suite import suite_of
from graders.reports.brief import MAX_LINES
from graders.reports.text import text
from tests.support import ROOT

MESSAGES = ROOT / "fixtures" / "messages"
CASES = {
    "value": ("ai702", "linear: dLdW not divided by N", "linear"),
    "swapped": ("ai702", "batchnorm: dLdBW and dLdBb swapped", "batchnorm"),
    "shape": ("ai702", "linear: dLdb (C,)", "linear"),
    "nothing returned": ("ai702", "relu: backward returns nothing", "activations.relu"),
    "part": ("ai702", "relu: leak of 1e-2", "mlp1"),
    "wiring": ("ai702", "mlp1: derivative of the hidden layer skipped", "mlp1"),
    "raised": ("ai702", "mlp1: one ReLU for both layers", "mlp1.backward"),
    "accumulates": ("ai702", "linear: dLdW accumulates", "linear"),
    "overwritten": ("ai702", "cross-entropy: A shifted in place", "losses"),
    "convolution": ("cs189_cnn", "conv: bias ignored", "conv"),
    "practice": ("cs189", "pool: average not divided", "pool"),
    "banned": ("a4", "tanh: np.tanh", "tanh"),
}
SUSPECTED = ("convolution", "practice", "raised")
"""Mistakes whose line is only suspected, or found in long loops: how many are said depends on the time there is."""


def said(name: str) -> str:
    """The report of one mistake, with the submission called `submission`."""
    homework, mutant, only = CASES[name]
    found = load_homework(homework)
    changes = next(case.changes for case in suite_of(homework).mutants if case.name == mutant)
    with tempfile.TemporaryDirectory() as place:
        folder = changes.write(homework, Path(place) / "submission")
        request = Request(
            folder, found, select(found, [only], {}), Profile.QUICK, name="submission", look=name not in SUSPECTED
        )
        return text(mark(request))


@pytest.mark.parametrize("name", CASES)
def test_a_mistake_is_told_in_these_words(name: str):
    assert said(name) == (MESSAGES / f"{name}.txt").read_text(encoding="utf-8")


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=900)


@given(
    message=TEXTS, hint=TEXTS, diagnosis=st.lists(TEXTS, max_size=3), parts=TEXTS, output=TEXTS, calls=st.lists(TEXTS)
)
def test_no_check_takes_more_than_fifteen_lines(
    message: str, hint: str, diagnosis: list[str], parts: str, output: str, calls: list[str]
):
    check = CheckResult(
        id="linear.forward",
        title="forward works",
        status=Status.FAILED,
        message=message,
        hint=hint,
        diagnosis=diagnosis,
        parts=parts,
        output=output,
        counterexample={"calls": calls},
    )
    section = SectionResult(
        id="linear", title="Linear", score=0, max_score=15, status=SectionStatus.FAILED, checks=[check]
    )
    report = Report(
        homework="ai702", submission="submission", score=0, max_score=15, sections=[section], environment={}
    )
    lines = text(report).split("\n")
    start = next(place for place, line in enumerate(lines) if line.startswith("  linear.forward failed"))
    end = next(place for place, line in enumerate(lines) if line.startswith("    again"))
    assert end - start + 1 <= MAX_LINES + 1 == 15


def main() -> None:
    """Write all messages again."""
    MESSAGES.mkdir(parents=True, exist_ok=True)
    for name in CASES:
        (MESSAGES / f"{name}.txt").write_text(said(name), encoding="utf-8")


if __name__ == "__main__":
    main()
