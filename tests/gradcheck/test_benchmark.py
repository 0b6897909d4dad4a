"""The benchmark measures what it says, on checkers that need no further package."""

import numpy as np
import pytest

from tests.benchmarks.gradcheck import __main__ as benchmark
from tests.benchmarks.gradcheck import measure, peers, report, scenarios

SMALL = scenarios.silent()["normal linear"]
OURS_AND_CLASSROOM = ["gradmark", "classroom 1e-5", "classroom 1e-6"]


@pytest.mark.parametrize("name", OURS_AND_CLASSROOM)
def test_checkers_accept_the_right_and_refuse_the_wrong(name):
    checker = peers.available()[name]
    layer = SMALL(np.random.default_rng(0))
    assert checker(peers.Counted(layer), 0) == peers.SILENT
    assert checker(peers.Counted(scenarios.zero_backward(layer)), 0) == peers.ALARM


def test_evaluations_are_counted():
    cost = measure.cost(peers.available()["classroom 1e-6"], SMALL, 1)
    entries = sum(x.size for x in SMALL(np.random.default_rng(0)).inputs.values())
    assert (cost.forwards, cost.backwards) == (2 * entries + 1, 1)


def test_one_entry_is_spoiled():
    rng = np.random.default_rng(0)
    layer = SMALL(rng)
    wrong = measure.spoiled(layer, 0.5, True, rng)
    g = rng.standard_normal((6, 5))
    off = wrong.backward(wrong.inputs, g)["X"] - layer.backward(layer.inputs, g)["X"]
    assert np.count_nonzero(off) == 1


def test_detection_is_bisected_and_false_alarms_disqualify():
    ours = peers.available()["gradmark"]
    assert measure.detection(ours, SMALL, True, 3) <= -9
    assert measure.detection(lambda c, seed: peers.ALARM, SMALL, True, 3) == "false alarms"
    assert measure.detection(lambda c, seed: peers.SILENT, SMALL, True, 3) == "none"


def test_rates_add_up_and_crashes_are_counted():
    def crashes(c, seed):
        raise RuntimeError

    rate = measure.rate(crashes, SMALL, 3)
    assert measure.total(iter([rate, rate])) == measure.Rate(0, 0, 6, 6)


def test_every_scenario_has_a_row():
    families = [measure.family(name) for name in scenarios.silent()]
    assert {name: families.count(name) for name in families} == {
        **dict.fromkeys(("normal", "scale 1e4", "scale 1e-6", "float32"), 7),
        **dict.fromkeys(("variance 1e-8", "offset 1e4"), 2),
        "kinks and ties": 5,
    }


def test_tables_are_markdown():
    assert report.table(["a", "b"], [["x", "1"]]).splitlines() == ["| a | b |", "|---|---:|", "| x | 1 |"]


def test_parts_of_a_report_are_kept():
    text = "# Title\n\nHead.\n\n## Detection\n\nOne.\n\n## False alarms\n\nTwo.\n"
    assert benchmark._sections(text) == {
        "## Detection": "## Detection\n\nOne.",
        "## False alarms": "## False alarms\n\nTwo.",
    }
