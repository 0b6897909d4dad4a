"""CMU's homework in its terms: what each asks for, what all accept, and which flags turn what on."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.coursework.flags import read_flags
from graders.coursework.packs.pack import load_homework
from graders.coursework.record import Status
from graders.coursework.selection import select
from graders.marking.validation.changes import Changes, Edit
from graders.marking.validation.marker import Marker
from graders.marking.validation.pack_suite import suite_of
from tests.support import ROOT

WORKED = ROOT / "student_impl"
TERMS = ("cmu11785", "cmu11785_s25", "cmu11785_f25")
OF_S25 = {"activations.tanh_without_numpy", "activations.softmax_large_inputs"}
OF_F25 = {*OF_S25, "activations.swish_defined"}
ACTIVATION = "mytorch/nn/activation.py"
SWISH = "swish: none, as in the terms before F25"


@pytest.mark.parametrize(("term", "asked"), list(zip(TERMS, (set(), OF_S25, OF_F25), strict=True)))
def test_what_a_term_asks_for_counts_in_it_and_is_advice_before(term: str, asked: set[str]) -> None:
    homework = load_homework(term)
    section = next(section for section in homework.sections if section.id == "activations")
    assert OF_F25 & set(section.checks) == asked
    assert OF_F25 & set(section.advisory) == OF_F25 - asked
    assert [section.points for section in homework.sections] == [15, 10, 10, 10, 15, 10, 10, 20]


def test_2022_has_its_own_points() -> None:
    sections = load_homework("cmu11785_2022").sections
    assert {section.id: section.points for section in sections} == {
        "linear": 15,
        "activations": 5,
        "mlp0": 10,
        "mlp1": 15,
        "mlp4": 20,
        "losses": 5,
        "sgd": 10,
        "batchnorm": 20,
    }


@pytest.mark.parametrize(
    ("homework", "place", "count"),
    [("cmu11785", "autograder", 16), ("cmu11785_2022", "mytorch", 12)],
)
def test_each_flag_turns_something_on(homework: str, place: str, count: int) -> None:
    pack = load_homework(homework)
    flags = read_flags(WORKED / homework / place / "hw1p1_autograder_flags.py")
    assert len(flags) == count
    for flag in flags:
        assert select(pack, [], {flag: False}).switched_off
    everything = select(pack, [], dict.fromkeys(flags, False)).switched_off
    without = {check.partition(".")[0] for check in pack.checks if check not in everything}
    assert without <= {"activations"}  # a term's own rules have no flag


def f23(folder: Path) -> Path:
    """As a student of F23 may have handed it in: no Swish, np.tanh, rows of logits as they are."""
    swish = next(case for case in suite_of("cmu11785").variants if case.name == SWISH)
    tanh = "decay = np.exp(-2 * np.abs(Z))\n        self.A = np.sign(Z) * (1 - decay) / (1 + decay)"
    edits = (
        *swish.changes.edits,
        Edit(ACTIVATION, tanh, "self.A = np.tanh(Z)"),
        Edit(ACTIVATION, "np.exp(Z - np.max(Z, axis=1, keepdims=True))", "np.exp(Z)"),
    )
    return Changes(edits).write("cmu11785", folder)


@pytest.mark.parametrize(("term", "failed"), list(zip(TERMS, (set(), OF_S25, OF_F25), strict=True)))
def test_what_an_older_term_accepts_costs_only_in_those_that_forbid_it(
    term: str, failed: set[str], marker: Marker, tmp_path: Path
) -> None:
    (activations,) = marker.mark(f23(tmp_path / "f23"), term, [*sorted(OF_F25), "activations.relu_forward"]).sections
    found = {check.id for check in activations.checks if check.status not in (Status.PASSED, Status.SKIPPED)}
    assert found == OF_F25  # what doesn't count is told all the same
    assert {check.id for check in activations.checks if check.id in found and not check.advisory} == failed
