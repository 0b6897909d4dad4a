"""SIGTERM and SIGHUP end the program as Ctrl-C does."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from tests.support import ROOT

PROGRAM = """
import os, signal, sys
from graders.cli.endings import heed_endings
signal.signal(signal.SIGHUP, signal.SIG_IGN if "nohup" in sys.argv else signal.SIG_DFL)
heed_endings()
try:
    os.kill(os.getpid(), int(sys.argv[1]))
    print("goes on")
except KeyboardInterrupt:
    os.kill(os.getpid(), signal.SIGTERM)  # a second one cuts off nothing
    print("cleared up")
"""


@pytest.mark.parametrize(
    ("number", "more", "said"),
    [
        (signal.SIGTERM, [], "cleared up"),
        (signal.SIGHUP, [], "cleared up"),
        (signal.SIGHUP, ["nohup"], "goes on"),
    ],
)
def test_what_ends_the_program_lets_it_clear_up(number: int, more: list[str], said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(int(number)), *more], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, said), done.stderr
