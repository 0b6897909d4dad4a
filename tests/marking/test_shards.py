"""Checks dealt out to forks: every result comes back, and a fork that dies takes along its own check alone."""

from __future__ import annotations

import os
from typing import Any

import pytest

from graders.coursework.record import CheckResult, Status
from graders.marking.shards import run_in_shards


class StandInWorker:
    def close(self) -> None:
        pass


def results_of(count: int, forks: int, dying: int = -1, size: int = 0) -> dict[str, CheckResult]:
    kept: dict[str, CheckResult] = {}

    def run(index: int, worker: Any) -> CheckResult | None:
        if index == dying:
            os._exit(1)
        output = f"{os.getpid()} " + "x" * size
        return CheckResult(id=str(index), title="ä", status=Status.PASSED, counterexample={"n": [index]}, output=output)

    run_in_shards(count, [StandInWorker() for _ in range(forks)], run, lambda r: kept.update({r.id: r}))  # type: ignore[misc]
    return kept


@pytest.mark.parametrize("forks", [1, 2, 3])
@pytest.mark.parametrize("count", [0, 1, 25])
def test_every_check_is_run_once_whatever_the_forks(count: int, forks: int) -> None:
    kept = results_of(count, forks)
    assert sorted(kept, key=int) == [str(index) for index in range(count)]
    assert all(result.counterexample == {"n": [int(name)]} for name, result in kept.items())


def test_one_worker_needs_no_fork_and_several_have_one_each() -> None:
    assert {result.output.split()[0] for result in results_of(5, 1).values()} == {str(os.getpid())}
    assert str(os.getpid()) not in {result.output.split()[0] for result in results_of(5, 2).values()}


def test_a_fork_that_dies_takes_along_its_own_check_alone() -> None:
    assert sorted(results_of(20, 2, dying=3), key=int) == [str(index) for index in range(20) if index != 3]


def test_results_larger_than_a_pipe_arrive_whole() -> None:
    kept = results_of(6, 2, size=300_000)
    assert len(kept) == 6
    assert all(len(result.output) > 300_000 for result in kept.values())


def test_a_check_without_a_result_is_left_out() -> None:
    kept: list[CheckResult] = []
    run_in_shards(3, [StandInWorker()] * 2, lambda index, worker: None, kept.append)  # type: ignore[list-item]
    assert kept == []
