"""A submission that lies to what looks for its line loses what it loses, and no report shows another file."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.coursework.packs.pack import load_homework
from graders.coursework.record import Report, Status
from graders.coursework.selection import select
from graders.marking.profiles import Profile
from graders.marking.run import Request, mark
from tests.support import ROOT, copy_of_worked

ATTACK = (ROOT / "fixtures" / "hostile" / "lies_about_lines" / "attack.py").read_text("utf-8")
MISTAKE = ("np.var(Z, axis=0, keepdims=True)", "np.var(Z, axis=0, keepdims=True, ddof=1)")
ENDS = "sys.modules['gradmark_worker.suspect.looking'].Looking.answer = lambda *_: __import__('os')._exit(0)"
LOOPS = """
def _forever(*_):
    while True:
        pass
sys.modules['gradmark_worker.suspect.looking'].Looking.answer = _forever
"""
NONSENSE = "sys.modules['gradmark_worker.suspect.looking'].Looking.answer = lambda *_: {'x': [object()]}"


def marked(tmp_path: Path, attack: str) -> Report:
    """A submission with a mistake in BatchNorm1d, and with this beside it."""
    folder = copy_of_worked(tmp_path / "submission")
    file = folder / "mytorch" / "nn" / "batchnorm.py"
    text = file.read_text()
    assert text.count(MISTAKE[0]) == 1
    file.write_text(f"import sys\n{text.replace(*MISTAKE)}\n{attack}\n")
    found = load_homework("ai702")
    return mark(Request(folder, found, select(found, ["batchnorm.forward", "batchnorm.init"], {}), Profile.QUICK))


@pytest.mark.sampled(one_in=3, whole_if_named=True)
@pytest.mark.parametrize(
    "attack", [ATTACK.partition("\n\nclass ")[0], ENDS, LOOPS, NONSENSE], ids=["lies", "ends", "loops", "nonsense"]
)
def test_lies_cost_and_gain_nothing(attack: str, tmp_path: Path):
    report = marked(tmp_path, attack)
    assert [one.status for one in report.sections[0].checks if one.id == "batchnorm.init"] == [Status.PASSED]
    assert [one.status for one in report.sections[0].checks if one.id == "batchnorm.forward"] == [Status.FAILED]
    assert report.exit_status == 1
    shown = [code.file for cause in report.causes or () for code in cause.code]
    assert all(file.startswith("mytorch/") for file in shown)
    assert "LEAK" not in str(report)
