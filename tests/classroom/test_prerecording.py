"""A class's checks are recorded in advance with the pack's worked submission; without one marking is only slower."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from graders.marking.warm.job import Job
from graders.marking.warm.process import WarmProcess
from tests.packs import CHECKS, base_pack
from tests.support import write_tree


@pytest.mark.parametrize("worked", [True, False])
def test_a_class_is_recorded_in_advance_where_it_has_a_worked_submission(tmp_path: Path, worked: bool) -> None:
    pack = base_pack(tmp_path / "my pack.2")
    if not worked:
        shutil.rmtree(pack / "worked")
    right = CHECKS["worked/work.py"]
    texts = {"ada": right, "bob": right.replace("3 * x", "x / 2"), "eve": right.replace("2 * x", "x + x"), "kim": right}
    for name, text in texts.items():
        write_tree(tmp_path / name, {"work.py": text})
    jobs = [Job(str(tmp_path / name), name, str(pack), profile="quick") for name in texts]
    with WarmProcess() as warm:
        answers = {job.name: answer for job, answer in warm.answers(jobs, 1)}
    assert {name: json.loads(answer.report)["score"] for name, answer in answers.items()} == {
        "ada": 3.0,
        "bob": 2.0,
        "eve": 3.0,
        "kim": 3.0,
    }
    assert {answer.prerecorded for answer in answers.values()} == {worked}
