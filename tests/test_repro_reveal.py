"""What a rubric hides is in no report."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.repro.reveal import revealed
from graders.rubric import Reveal
from tests.cli.program import graded, gradmark
from tests.support import ROOT, copy_of_worked, replace_in

MESSAGE = "linear.dLdW[0, 0] is 2, but should be 1"


@pytest.mark.parametrize(
    ("reveal", "message"),
    [
        (Reveal.ALL, MESSAGE),
        (Reveal.DIFFERENCE, "linear.dLdW[0, 0] is 2, which is not what was expected"),
        (Reveal.NOTHING, "the answer is wrong"),
    ],
)
def test_a_message_says_as_much_as_the_rubric_lets_it(reveal: Reveal, message: str):
    assert revealed(MESSAGE, reveal) == message


def test_slopes_are_expected_values_too():
    text = "finite differences disagree. At [0] got 2, should be 1."
    assert revealed(text, Reveal.DIFFERENCE) == "finite differences disagree"


@pytest.mark.parametrize("reveal", [Reveal.DIFFERENCE, Reveal.NOTHING])
def test_no_expected_number_is_in_any_report_or_script(reveal: Reveal, tmp_path: Path):
    import shutil

    homework = Path(shutil.copytree(ROOT / "graders" / "homeworks" / "ai702", tmp_path / "homework"))
    replace_in(homework / "rubric.toml", "total = 100", f'total = 100\nreveal = "{reveal}"')
    submission = copy_of_worked(tmp_path / "wrong")
    replace_in(submission / "mytorch" / "nn" / "linear.py", "self.dLdW = dLdW / self.N", "self.dLdW = dLdW")
    chosen = [submission, "--homework", homework, "--only", "linear", "-n", 1, "--profile", "quick"]
    _, report = graded(*chosen, "--repro", tmp_path / "repro")
    check = next(c for s in report["sections"] for c in s["checks"] if c["id"] == "linear.backward_weight")
    assert "expected" not in check["counterexample"]
    assert ("index" in check["counterexample"]) is (reveal is Reveal.DIFFERENCE)
    assert "should be" not in gradmark("grade", *chosen, "--verbose").stdout
    assert "expected =" not in Path(check["repro"]).read_text()
