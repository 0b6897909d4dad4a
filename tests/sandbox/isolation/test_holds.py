"""What a worker is held to: files and connections by Landlock, system calls by seccomp, memory by our own count."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from graders.sandbox.holding import Holding
from graders.sandbox.inside import landlock
from graders.sandbox.isolation.calls import refusing
from graders.sandbox.isolation.confinement import rules
from graders.sandbox.isolation.view import interpreter, standard_library
from tests.support import ROOT

NO_LANDLOCK = pytest.mark.skipif(not landlock.version(), reason="this kernel has no Landlock")
NO_SECCOMP = pytest.mark.skipif(not refusing(), reason="libseccomp is not installed")


def said(program: str, *arguments: str) -> str:
    """What a program prints, whose process may do to itself what it likes."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@NO_LANDLOCK
def test_what_no_rule_gives_is_refused_and_stays_refused_below(tmp_path: Path) -> None:
    for name in ("given", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name)
    program = """
import os, sys
from graders.sandbox.inside import landlock
landlock.confine([(sys.argv[1] + "/given", landlock.READ), (sys.argv[1] + "/nowhere", landlock.READ)])
def ends(path, mode):
    try:
        open(path, mode).close()
        return "open"
    except PermissionError:
        return "refused"
if os.fork() == 0:
    os._exit(ends(sys.argv[1] + "/other/file", "r") != "refused")
below = os.wait()[1]
asked = [("given", "r"), ("given", "w"), ("other", "r")]
print(*(ends(f"{sys.argv[1]}/{name}/file", mode) for name, mode in asked), below)
"""
    assert said(program, str(tmp_path)) == "open refused refused 0"


@pytest.mark.skipif(landlock.version() < 4, reason="this kernel's Landlock holds no connection")
def test_a_confined_process_connects_to_nothing() -> None:
    program = """
import socket
from graders.sandbox.inside import landlock
server = socket.create_server(("127.0.0.1", 0))
landlock.confine([])
try:
    socket.create_connection(server.getsockname(), 1)
except PermissionError:
    print("refused")
"""
    assert said(program) == "refused"


def test_the_rules_give_python_without_what_is_installed_in_it(tmp_path: Path) -> None:
    given = dict(rules([tmp_path / "numpy"], [tmp_path]))
    assert given[str(interpreter())] == landlock.READ
    assert given[str(standard_library())] == landlock.LIST
    assert given[str(tmp_path)] == landlock.WRITE
    assert not [path for path in given if path.endswith(("site-packages", "dist-packages"))]
    assert str(ROOT) not in given


@NO_SECCOMP
def test_refused_calls_fail_and_threads_and_processes_start() -> None:
    program = """
import ctypes, os, subprocess, threading
from graders.sandbox.inside import seccomp
from graders.sandbox.isolation.calls import refusing
filter_ = refusing()
ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)
seccomp.refuse(filter_)
try:
    os.memfd_create("kept")
except PermissionError:
    print("refused")
print(ctypes.CDLL(None).unshare(0x10000000), ctypes.CDLL(None).shmget(0, 4096, 0o1600))
thread = threading.Thread(target=print, args=["a thread"])
thread.start()
thread.join()
print(subprocess.run(["true"]).returncode)
"""
    assert said(program).split("\n") == ["refused", "-1 -1", "a thread", "0"]


def test_a_filter_that_is_none_is_an_error() -> None:
    program = """
from graders.sandbox.inside import seccomp
try:
    seccomp.refuse(b"no filter at all")
except OSError:
    print("refused")
"""
    assert said(program) == "refused"


def test_memory_is_counted_over_all_processes() -> None:
    program = """
import os, sys
for _ in range(2):
    if os.fork() == 0:
        break
kept = bytearray(60 << 20)
for place in range(0, len(kept), 4096):
    kept[place] = 1
print("ready", flush=True)
sys.stdin.read()
"""
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for _ in range(3):
            process.stdout.readline()
        assert Holding(process.pid, 150).is_too_much()  # 3 times 60, of which the forks share nothing
        assert not Holding(process.pid, 400).is_too_much()
        process.kill()
    assert not Holding(process.pid, 0).is_too_much()


def test_what_forks_share_counts_once() -> None:
    program = """
import os, sys
kept = bytearray(100 << 20)
for place in range(0, len(kept), 4096):
    kept[place] = 1
for _ in range(3):
    if os.fork() == 0:
        break
print("ready", flush=True)
sys.stdin.read()
"""
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for _ in range(4):
            process.stdout.readline()
        if os.access(f"/proc/{process.pid}/smaps_rollup", os.R_OK):
            assert not Holding(process.pid, 250).is_too_much()
        process.kill()
