"""A class that is marked on a Dask cluster, of real processes."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from distributed import Client, get_worker

import graders
from graders import UsageError
from graders.classroom import remote
from graders.classroom.belongings import Belongings
from graders.classroom.cluster import cluster
from graders.marking.warm.job import Answer, Job
from graders.marking.warm.process import WarmProcess
from tests.classroom.machines import Machines, machines
from tests.classroom.support import (
    alive,
    class_of,
    command,
    processes_below,
    results_so_far,
    without_times,
)
from tests.support import ROOT, WORKED


def until(condition: Callable[[], object], run: subprocess.Popen[str]) -> None:
    """Wait for something that a run does."""
    while not condition():
        assert run.poll() is None, run.communicate()
        time.sleep(0.02)


def marked_at(folder: Path) -> dict[str, tuple[str, float]]:
    return {one.name: (one.marked_at, one.seconds) for one in results_so_far(folder)}


def busy(cluster: Machines) -> list[subprocess.Popen[bytes]]:
    """The workers that have a submission."""
    return [worker for worker in cluster.workers if any(cluster.place(worker).rglob("gradmark-travelled-*/*"))]


def lose(worker: subprocess.Popen[bytes]) -> None:
    """Kill a worker; all that it had started ends with it."""
    others = processes_below(worker.pid)
    worker.kill()
    end = time.monotonic() + 30
    while alive(others) and time.monotonic() < end:
        time.sleep(0.05)
    assert alive(others) == set()


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_and_its_client_leaves_the_database_of_an_undisturbed_run(
    undisturbed: Path, unmarked: Path, tmp_path: Path
) -> None:
    with machines(tmp_path / "machines", 3) as cluster:

        def started() -> subprocess.Popen[str]:
            on_cluster = command(unmarked, "--scheduler", cluster.address)
            return subprocess.Popen(on_cluster, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

        with started() as run:
            until(lambda: marked_at(unmarked) and busy(cluster), run)
            lose(busy(cluster)[0])
            stored = len(marked_at(unmarked))
            until(lambda: len(marked_at(unmarked)) > stored, run)
            run.kill()
        before = marked_at(unmarked)
        assert len(before) < 6
        with started() as run:
            out, said = run.communicate()
    assert (run.returncode, said) == (0, ""), out
    assert {name: marked_at(unmarked)[name] for name in before} == before
    assert without_times(unmarked) == without_times(undisturbed)


# What follows is about the cluster alone: in place of marking there is a function of this file.


def pretended(run: str, job: Job, submission: bytes) -> tuple[Answer, float]:
    """Ends its worker, fails, or takes long where the submission's name says so."""
    if job.name == "slowly deadly":
        time.sleep(1)
    if job.name in ("deadly", "slowly deadly"):
        os._exit(1)
    if job.name == "failing":
        raise MemoryError("no room")
    if job.name == "slow":
        time.sleep(60)
    kept = remote.belongings(get_worker())
    assert kept is not None
    places = (kept.folders(run) or {}).items()
    return Answer("".join(f"{field} {sorted(path.name for path in Path(at).iterdir())}" for field, at in places)), 1.0


@pytest.fixture
def light(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machines]:
    monkeypatch.setattr(remote, "mark", pretended)
    with machines(tmp_path / "machines", 0) as started:
        yield started


JOB = Job(str(WORKED), "a", "ai702")


def jobs(*names: str, **fields: Any) -> list[Job]:
    return [Job(str(WORKED), name, "ai702", **fields) for name in names]


def test_a_submission_on_which_workers_are_lost_again_and_again_is_a_fault_and_the_others_are_marked(
    light: Machines, tmp_path: Path
) -> None:
    light.start(3)
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "q1.toml").write_text("")
    asked = jobs("deadly", "failing", *"abcdef", keys=str(tmp_path / "keys"))
    with cluster(light.address, None, None) as marker:
        answers = {job.name: answer for job, answer, _ in marker.answers(asked)}
    assert answers.pop("deadly") == Answer(fault="its worker was lost, and the next: 1 when it was marked alone")
    assert answers.pop("failing") == Answer(fault="its worker failed: MemoryError: no room")
    assert answers.keys() == set("abcdef")
    assert {answer.report for answer in answers.values()} == {"keys ['q1.toml']"}


def test_a_suspect_that_takes_its_time_is_marked_alone_once(light: Machines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graders.classroom.cluster.TICK", 0.2)
    light.start(3)
    with cluster(light.address, None, None) as marker:
        answers = {job.name: answer for job, answer, _ in marker.answers(jobs("slowly deadly", "a"))}
    assert answers["slowly deadly"].fault.startswith("its worker was lost, and the next")
    assert len([worker for worker in light.workers if worker.poll() is None]) == 1


def warm_process(hold: float = 0) -> int:
    """Its number, in a task of a worker that has been greeted."""
    kept = remote.belongings(get_worker())
    assert kept is not None
    with kept.warm() as process:
        time.sleep(hold)
        return process._process.pid


def test_a_worker_keeps_a_warm_process_for_each_that_marks_at_once_and_ends_them_when_it_is_closed(
    tmp_path: Path,
) -> None:
    with machines(tmp_path / "machines", 0) as started:
        started.start(1, threads=2)
        with Client(started.address) as client:
            client.wait_for_workers(1)
            assert [one.failure for one in client.run(remote.greet, "a run", None, {}).values()] == [""]
            both = set(client.gather([client.submit(warm_process, 2, pure=False) for _ in range(2)]))
            again = client.submit(warm_process, pure=False).result()
            assert len(both) == 2
            assert again in both
            assert alive(both) == both
            client.run(remote.greet, "another run", None, {})
            assert alive(both) == both
            started.workers[0].terminate()
            assert started.workers[0].wait(60) == 0
        assert alive(both) == set()


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Belongings:
    monkeypatch.setattr("graders.classroom.belongings.PATIENCE", 0.1)
    kept = Belongings()
    kept.setup(SimpleNamespace(local_directory=str(tmp_path)))
    return kept


def test_a_process_of_which_an_answer_may_still_come_marks_nobody_else(kept: Belongings) -> None:
    def fail() -> None:
        with kept.warm() as process:
            failed.append(process)
            raise MemoryError("no room")

    failed: list[WarmProcess] = []
    with pytest.raises(MemoryError):
        fail()
    assert failed[0]._process.poll() is not None
    with kept.warm() as process:
        assert process not in failed
    asyncio.run(kept.teardown(SimpleNamespace()))


def test_a_process_that_is_given_back_to_a_closed_worker_is_ended(kept: Belongings) -> None:
    with kept.warm() as process:
        asyncio.run(kept.teardown(SimpleNamespace()))
        assert process._process.poll() is None
    assert process._process.poll() is not None


def test_a_worker_that_was_not_greeted_asks_for_it(tmp_path: Path) -> None:
    with machines(tmp_path / "machines", 0) as started:
        started.start(1)
        with Client(started.address) as client:
            assert client.submit(remote.mark, "a run", JOB, b"").result() is None


def test_without_workers_it_is_said_and_waited_and_a_lost_scheduler_ends_the_run(
    light: Machines, capfd: pytest.CaptureFixture[str]
) -> None:
    light.start()
    said: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        light.start(1)

    with cluster(light.address, None, None, say) as marker:
        answers = marker.answers(jobs("a", "slow"))
        assert next(answers)[0].name == "a"
        light.scheduler.kill()
        with pytest.raises(UsageError, match="was lost: the same command goes on from here"):
            next(answers)
    assert capfd.readouterr() == ("", "")
    assert said == [f"the Dask scheduler {light.address} has no workers: waiting for one"]


def test_a_worker_with_another_gradmark_is_named_before_anything_is_marked(
    light: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    light.start(1)
    monkeypatch.setattr(graders, "__version__", "9.9")
    with (
        pytest.raises(
            UsageError, match=r"worker tcp://.* has gradmark 0.*, but should have gradmark 9.9: install the same"
        ),
        cluster(light.address, None, None) as marker,
    ):
        next(marker.answers(jobs("a")))


def test_an_address_without_a_scheduler_is_one_line_in_bounded_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graders.classroom.cluster.CONNECT", 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        closed = "tcp://127.0.0.1:1"
        for address in (closed, f"tcp://127.0.0.1:{silent.getsockname()[1]}", "nonsense://x", "tcp://"):
            began = time.monotonic()
            with pytest.raises(UsageError, match="no Dask scheduler answers at"), cluster(address, None, None):
                pass
            assert time.monotonic() - began < 30


@pytest.mark.slow
def test_without_dask_it_is_said_what_to_install(tmp_path: Path) -> None:
    folder = class_of(tmp_path / "class", "ada")
    program = "import sys; sys.modules['distributed'] = None; from graders.cli.app import main; main()"
    options = [*command(folder)[4:], "--scheduler", "tcp://127.0.0.1:1"]
    done = subprocess.run(
        [sys.executable, "-c", program, *options], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1].endswith('pip install "gradmark[cluster]"')
