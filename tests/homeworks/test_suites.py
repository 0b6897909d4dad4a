"""No wrong code passes, no right code fails: a sample of what `gradmark validate` marks; all with --all-verdicts.

Each is marked in the sections that can see its changed files: in all others the same code runs as in the worked
submission.
"""

from __future__ import annotations

import pytest

from graders.coursework.packs.pack import homework_ids
from graders.marking.validation.marker import Marker
from graders.marking.validation.pack_suite import suite_of
from graders.marking.validation.run import Task, outcome, tasks

SHARE = {
    "a4": 2,
    "cs189": 2,
    "cs189_cnn": 8,
    "ai702": 8,
    "cmu11785": 12,
    "cmu11785_2022": 8,
    "cs231n_a1": 4,
    "cs231n_a1_2024": 12,
    "cs231n_a2": 6,
    "cs231n_a2_2024": 24,
    "dpl2023": 12,
    "dpl2025": 24,
}
"""Of these homeworks' cases one in this many belongs to what is sampled: there are hundreds, and a worker with PyTorch
takes seconds."""


def pytest_generate_tests(metafunc: pytest.Metafunc):
    if "task" in metafunc.fixturenames:
        everything = metafunc.config.getoption("--all-verdicts") or any("[" in path for path in metafunc.config.args)
        found = [task for name in homework_ids() for task in tasks([name], 1 if everything else SHARE.get(name, 1))]
        metafunc.parametrize("task", found, ids=[f"{task.homework} {task.kind} {task.case.name}" for task in found])


@pytest.mark.sampled(one_in=40)
def test_a_mistake_costs_what_depends_on_it_and_another_right_way_costs_nothing(task: Task, marker: Marker):
    found = outcome(task, marker)
    assert found.right, found
    assert not found.misled, found
    assert found.named or not found.should_say, found


@pytest.mark.parametrize("homework", homework_ids())
def test_every_mutant_and_variant_has_a_name_of_its_own(homework: str):
    suite = suite_of(homework)
    names = [case.name for case in [*suite.mutants, *suite.variants]]
    assert len(set(names)) == len(names)
