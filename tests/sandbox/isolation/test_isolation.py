"""Which isolation is taken, what the worker sees and may use in each, and how the command line says so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from graders import UsageError
from graders.cli.app import app
from graders.sandbox.faults import StudentError, StudentTimeout
from graders.sandbox.isolation import bubblewrap, place, process
from graders.sandbox.isolation.choice import Isolation, choose
from graders.sandbox.isolation.elf import Linking, linking
from graders.sandbox.isolation.entry import below
from graders.sandbox.isolation.limits import Limits
from graders.sandbox.isolation.users import own_user, readable_by_all, tasks_of
from graders.sandbox.isolation.view import interpreter, libraries
from graders.sandbox.process import Library, SandboxFailure, Worker
from tests.hostile.conftest import children, outlived
from tests.support import ROOT, check_on, value_of, worker_on, write_tree

ABOUT = """
import os, resource, sys

def user(): return list(os.getresuid())
def groups(): return os.getgroups()
def limit(name): return list(resource.getrlimit(getattr(resource, name)))
def listed(folder): return sorted(os.listdir(folder))
def environment(): return sorted(os.environ)
def arguments(): return sys.argv
def memory(mib): return len(bytearray(mib << 20)) >> 20
def writable():
    found = []
    for here, folders, _ in os.walk("/"):
        if os.access(here, os.W_OK):
            found.append(here)
            folders.clear()
    return found
def pid(): return os.getppid()
def gain():
    os.setuid(0)
"""
needs_bubblewrap = pytest.mark.skipif(bool(bubblewrap.failure()), reason=bubblewrap.failure())
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
BOTH = [pytest.param(Isolation.BUBBLEWRAP, marks=needs_bubblewrap), Isolation.PROCESS]


@pytest.fixture(params=BOTH)
def worker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Worker]:
    root = write_tree(tmp_path / "submission", {"about.py": ABOUT})
    with Worker(Library(root, ["about"], isolation=request.param, memory_mib=256)) as running:
        yield running


def test_the_worker_has_lost_its_users_rights(worker: Worker) -> None:
    with check_on(worker) as student:
        real, effective, saved = value_of(student("about").user())
        assert real == effective == saved != 0
        if os.geteuid() == 0:
            assert value_of(student("about").groups()) == []
    with check_on(worker) as student, pytest.raises(StudentError, match=r"PermissionError|OSError"):
        value_of(student("about").gain())


def test_the_worker_is_told_nothing(worker: Worker) -> None:
    with check_on(worker) as student:
        names = set(value_of(student("about").environment()))
        assert names <= {*place.environment(""), "PWD", "LC_CTYPE"}
        assert len(value_of(student("about").arguments())) == 1


def test_limits_are_in_force_and_cannot_be_raised(worker: Worker) -> None:
    with check_on(worker) as student:
        for name in ("RLIMIT_AS", "RLIMIT_CORE", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_NPROC"):
            soft, hard = value_of(student("about").limit(name))
            assert soft == hard != -1
        assert value_of(student("about").limit("RLIMIT_AS"))[0] == Limits(256).address_space_mib << 20


def test_memory_is_there_up_to_the_limit_and_not_beyond(worker: Worker) -> None:
    with check_on(worker) as student:
        assert value_of(student("about").memory(200)) == 200
    with check_on(worker) as student, pytest.raises(StudentError, match="MemoryError"):
        value_of(student("about").memory(600))


def test_nothing_is_left_of_a_closed_worker(tmp_path: Path) -> None:
    running = children()
    for isolation in Isolation:
        if isolation is Isolation.BUBBLEWRAP and bubblewrap.failure():
            continue
        with worker_on(write_tree(tmp_path / "s", {"about.py": ABOUT}), "about", isolation=isolation) as worker:
            worker.load()
            assert children() - running
        assert not outlived(running)


def test_what_ends_the_marking_ends_the_worker(tmp_path: Path) -> None:
    """Killed with -9, the trusted process has no chance to clean up."""
    root = write_tree(tmp_path / "s", {"about.py": ABOUT})
    for isolation in Isolation:
        if isolation is Isolation.BUBBLEWRAP and bubblewrap.failure():
            continue
        program = f"""
from pathlib import Path
from graders.sandbox.process import *
worker = Worker(Library(Path({str(root)!r}), ["about"], isolation=Isolation({str(isolation)!r})))
worker.load()
session = worker.open_session(10.0)
print("ready", flush=True)
import time
time.sleep(60)
"""
        with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE) as marking:
            assert marking.stdout is not None
            assert marking.stdout.readline() == b"ready\n"
            started = set(below(marking.pid))
            assert started
            marking.kill()
        end = time.monotonic() + 60.0
        while (left := {pid for pid in started if runs(pid)}) and time.monotonic() < end:
            time.sleep(0.01)
        assert not left, isolation


def runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@needs_bubblewrap
def test_in_bubblewrap_nothing_of_the_machine_is_to_be_seen(tmp_path: Path) -> None:
    root = write_tree(tmp_path / "submission", {"about.py": ABOUT})
    with worker_on(root, "about", isolation=Isolation.BUBBLEWRAP) as worker, check_on(worker) as student:
        about = student("about")
        top = set(value_of(about.listed("/")))
        allowed = {Path(name).parts[1] for _, name in libraries()} | {interpreter().parts[1]}
        assert top - allowed <= {"dev", "etc", "packages", "proc", "submission", "tmp", "usr"}
        assert value_of(about.listed("/proc")) == ["cpuinfo"]
        assert value_of(about.listed("/etc")) == ["ld.so.cache"]
        assert value_of(about.listed("/dev")) == ["null", "random", "shm", "urandom", "zero"]
        assert value_of(about.writable()) == ["/tmp"]
        assert set(value_of(about.listed("/packages"))) == {
            *("gradmark_entry.py", "gradmark_worker", "numpy"),
            *(["numpy.libs"] if "numpy.libs" in value_of(about.listed("/packages")) else []),
        }
        assert value_of(about.pid()) < 10


@needs_bubblewrap
def test_in_bubblewrap_every_worker_has_its_own_copy(tmp_path: Path) -> None:
    root = write_tree(tmp_path / "submission", {"code.py": "def put():\n    open('x', 'w').close()\n    return 1.0\n"})
    with worker_on(root, "code", isolation=Isolation.BUBBLEWRAP) as worker, check_on(worker) as student:
        assert value_of(student("code").put()) == 1.0
    assert not (root / "x").exists()


def test_bubblewrap_by_hand_where_there_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bubblewrap, "failure", lambda: "no user namespaces")
    with pytest.raises(UsageError, match="--isolation bubblewrap isn't available here: no user namespaces"):
        choose(Isolation.BUBBLEWRAP)
    choice = choose(None)
    assert choice.isolation is Isolation.PROCESS
    assert "no user namespaces" in choice.note
    assert choose(Isolation.PROCESS).note == ""


@pytest.fixture
def without_bubblewrap(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No program of that name on the path."""
    monkeypatch.setenv("PATH", str(tmp_path))
    bubblewrap.failure.cache_clear()
    yield
    bubblewrap.failure.cache_clear()


@pytest.mark.usefixtures("without_bubblewrap")
def test_a_run_without_bubblewrap_says_so_once_and_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    worked = str(ROOT / "student_impl/ai702")
    arguments = ["grade", worked, "--only", "activations.identity", "--profile", "quick", "--json", "-", "-n", "1"]
    with pytest.raises(SystemExit) as ended:
        app(arguments)
    assert ended.value.code == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["environment"]["isolation"] == "process"
    assert said.err.count("bwrap is not installed") == 1


def test_the_command_line_refuses_what_it_cannot_have(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "graders", "grade", "student_impl/ai702", "--isolation", "bubblewrap"]
    environment = os.environ | {"PATH": str(tmp_path)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == "gradmark: --isolation bubblewrap isn't available here: bwrap is not installed\n"


def test_a_worker_that_cannot_start_is_no_fault_of_the_submission(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "_BOOTSTRAP", "raise SystemExit(7)")
    message = "exited with status 7 before it read the submission"
    root = write_tree(tmp_path, {"about.py": ABOUT})
    with worker_on(root, "about") as worker, pytest.raises(SandboxFailure, match=message):
        worker.load()


@needs_root
def test_each_worker_of_root_has_a_user_of_its_own() -> None:
    users = [own_user() for _ in range(5)]
    assert None not in users
    assert len(set(users)) == 5


def test_tasks_are_counted() -> None:
    assert tasks_of(os.getuid()) >= 1


def test_a_file_in_a_closed_folder_is_not_for_all(tmp_path: Path) -> None:
    file = tmp_path / "inner" / "file"
    file.parent.mkdir()
    file.touch()
    file.parent.chmod(0o700)
    assert not readable_by_all([file])
    assert readable_by_all([Path("/")])


def test_libraries_are_those_that_the_loader_names() -> None:
    needs = linking(interpreter())
    assert any(name.startswith("libc.") for name in needs.needed)
    assert Path(needs.interpreter).exists()
    assert all(file.is_file() for file, _ in libraries())


@pytest.mark.parametrize("content", [b"", b"#!/bin/sh\n", b"\x7fELF\x02\x01", b"\x7fELF\x02\x01" + bytes(80)])
def test_what_is_no_elf_file_needs_nothing(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert linking(path) == Linking()


def test_process_sandbox_keeps_its_folder_only_while_it_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(process.tempfile, "tempdir", str(folder))
    with worker_on(write_tree(tmp_path / "s", {"about.py": ABOUT}), "about") as worker:
        worker.load()
        assert len(list(folder.iterdir())) == 1
    assert list(folder.iterdir()) == []


BOMB = """
import os

def bomb():
    while True:
        try:
            os.fork()
        except OSError:
            pass

def fine():
    return 1.0
"""


@pytest.mark.parametrize("isolation", [BOTH[0], pytest.param(Isolation.PROCESS, marks=needs_root)])
def test_processes_that_multiply_for_ever_end_with_their_check(tmp_path: Path, isolation: Isolation) -> None:
    with worker_on(write_tree(tmp_path / "s", {"code.py": BOMB}), "code", isolation=isolation) as worker:
        with check_on(worker, seconds=2.0, cpu_seconds=1) as student, pytest.raises(StudentTimeout):
            value_of(student("code").bomb())
        with check_on(worker) as student:
            assert value_of(student("code").fine()) == 1.0
            left = {pid for pid in below(os.getpid()) if runs(pid)}
    assert len(left) < 10


def test_where_memory_runs_out_student_code_is_the_first_to_go(tmp_path: Path) -> None:
    write_tree(tmp_path, {"m.py": "def own():\n    return open('/proc/self/oom_score_adj').read().strip()\n"})
    with worker_on(tmp_path, "m") as worker, check_on(worker) as student:
        assert value_of(student("m").own()) == "1000"
