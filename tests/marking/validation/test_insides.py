"""No text for students shows an inside of gradmark's own; `gradmark validate` fails where one does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graders.coursework.record import CheckResult, Report, SectionResult, SectionStatus, Status
from graders.marking.validation.insides import insides, told_to_students
from graders.marking.validation.summary import problems, summary
from tests.marking.validation.test_summary import outcome


def report(**told: Any) -> Report:
    """A report with one failed check that says this."""
    check = CheckResult(**{"id": "layer.forward", "title": "forward", "status": Status.FAILED, **told})
    section = SectionResult(
        id="layer", title="Layer", score=0, max_score=10, status=SectionStatus.FAILED, checks=[check]
    )
    return Report(homework="toy", submission="s", score=0, max_score=10, sections=[section], environment={})


@pytest.mark.parametrize(
    "told",
    [
        {"message": "forward raised AttributeError: 'types.SimpleNamespace' object has no attribute 'N'"},
        {"message": "'Opaque' object has no attribute 'detach'"},
        {"hint": "The line is: torch.matmul(A, B)"},
        {"diagnosis": ["Z is what graders.checking makes of it"]},
        {"warnings": ["it is assigned in /submission/layer.py"]},
        {"parts": "see /tmp/gradmark-1/x.py"},
        {"counterexample": {"calls": ["layer = Layer(arg0=3)"]}},
        {"message": "no file homeworks/ai702/cases.py"},
        {"message": "raised in gradmark_worker"},
    ],
)
def test_an_inside_is_found_wherever_it_is_told(told: dict[str, Any], tmp_path: Path):
    (tmp_path / "layer.py").write_text("import numpy as np\n")
    (found, *_) = insides(report(**told), tmp_path)
    assert found.startswith("layer.forward shows ")


@pytest.mark.parametrize(
    "text",
    [
        "layer.Z is 1, but should be 2",
        "a PyTorch network",
        "mytorch/nn/linear.py, line 3, in forward",
        "your homework's file",
        "again: gradmark grade . --only layer",
        "the template's / is a division, a/tmp is theirs",
    ],
)
def test_other_words_are_left_alone(text: str, tmp_path: Path):
    assert not insides(report(message=text), tmp_path)


def test_what_the_submission_says_itself_may_be_said_of_it(tmp_path: Path):
    (tmp_path / "q1.py").write_text("import torch\n")
    assert not insides(report(message="q1.py, line 1: torch may not be imported"), tmp_path)
    assert insides(report(message="q1.py, line 1: call detach()"), tmp_path)


def test_of_a_file_that_is_named_only_its_own_words_may_be_said(tmp_path: Path):
    (tmp_path / "train.py").write_text("import torch\n")
    (tmp_path / "q2.py").write_text("import numpy\n")
    assert insides(report(message="mlp.forward(x) raised RuntimeError in q2.py: torch"), tmp_path)
    assert not insides(report(message="train.py, line 1 uses torch"), tmp_path)


def test_all_that_a_check_tells_is_looked_at():
    texts = [text for _, text in told_to_students(report(message="a", hint="b", warnings=["c"], diagnosis=["d"]))]
    assert {"a", "b", "c", "d", "forward", "Layer"} <= set(texts)


def test_validation_fails_where_a_text_shows_one():
    shown = outcome(insides=["layer.forward shows 'torch': torch"])
    assert not summary("toy", [shown]).right
    (line,) = problems([shown])
    assert "shows 'torch'" in line
