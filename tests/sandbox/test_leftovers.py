"""What is seen of what one check could leave behind for the next."""

from __future__ import annotations

from pathlib import Path

from graders.sandbox.inside.packing import pack
from graders.sandbox.inside.wire import Reference
from graders.sandbox.session import Session
from tests.support import check_on, worker_on, write_tree

HARMLESS = ["pass", "Layer().calls = 3", "np.ones(3).sum()", "calls.append(1); calls.pop()"]
CHANGES = [
    "calls.append(1)",
    "table['a'][0] = 1",
    "global limit; limit = 4",
    "global new; new = 1",
    "Layer.count = 1",
    "Layer.shared['x'] = 1",
    "step.__defaults__[0].append(1)",
    "step.calls = 1",
    "np.random.rand()",
    "np.seterr(all='ignore')",
    "np.exp = np.log",
    "import decimal",
    "import os; os.environ['A'] = 'b'",
    "sys.setrecursionlimit(5000)",
    "sys.stdout = None",
    "import threading, time; threading.Thread(target=time.sleep, args=[5], daemon=True).start()",
]
SOURCE = f"""
import sys
import numpy as np

calls = []
table = {{"a": np.zeros(2)}}
limit = 3

class Layer:
    shared = {{}}

def step(x, seen=[]):
    return x

{"".join(f"def change_{place}(): {change}{chr(10)}" for place, change in enumerate([*HARMLESS, *CHANGES]))}
"""


def stands_after(session: Session, function: str) -> bool:
    """Whether all is as it was before this function was called."""
    session.repeat(pack([["remember"]]))
    session.repeat(pack([["find", 1, [["layers", function]]], ["call", 2, Reference(1), [], []]]))
    return session.repeat(pack([["unchanged"]])) == [[True], None, None]


def test_every_change_is_seen_and_no_other(tmp_path: Path) -> None:
    with worker_on(write_tree(tmp_path, {"layers.py": SOURCE}), "layers") as worker:
        for place, change in enumerate([*HARMLESS, *CHANGES]):
            with check_on(worker) as student:
                assert stands_after(student.session, f"change_{place}") is (change in HARMLESS), change


def test_what_has_a_state_that_only_itself_knows_counts_as_changed(tmp_path: Path) -> None:
    generator = "import numpy as np\nrandom = np.random.default_rng(0)\ndef look(): pass\n"
    with (
        worker_on(write_tree(tmp_path, {"layers.py": generator}), "layers") as worker,
        check_on(worker) as student,
    ):
        assert not stands_after(student.session, "look")
