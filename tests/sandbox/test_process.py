"""The worker process: what goes wrong at import stays in its file, and one check can't spoil the next."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import numpy as np
import pytest

from graders.checking.student import Student
from graders.coursework.submission import private_copy
from graders.sandbox import process
from graders.sandbox.faults import StudentCrash, StudentError, StudentFault
from graders.sandbox.isolation.choice import Isolation
from graders.sandbox.process import Library, Worker
from tests.support import check_on, student_on, tree_hash, value_of, worker_on, write_tree

GOOD = "class Good:\n    def run(self): return 1.0\n"
PACKAGES = {
    "imports each by name": "from .good import Good\nfrom .bad import Bad\nfrom .late import Late\n",
    "imports all with a star": "from .bad import *\nfrom .good import *\nfrom .late import *\n",
    "imports nothing": "",
}
BROKEN = {
    "does not parse": ("class Bad:\n    def run(self) return 1\n", "nn/bad.py, line 2 does not parse: "),
    "has bad indentation": ("class Bad:\n  x = 1\n    y = 2\n", "nn/bad.py, line 3 does not parse: "),
    "has a null byte": ("class Bad: pass\0\n", "nn/bad.py"),
    "raises": ("import numpy as np\nx = 1 / 0\nclass Bad: pass\n", "nn/bad.py, line 2"),
    "imports torch": (
        "import torch\nclass Bad(torch.nn.Module): pass\n",
        "Bad() uses torch.nn.Module, which isn't allowed here",
    ),
    "imports what is not there": (
        "from .good import Worse\nclass Bad: pass\n",
        "nn/bad.py, line 1 can't be imported: ",
    ),
    "calls sys.exit": ("import sys\nsys.exit(0)\nclass Bad: pass\n", "nn/bad.py, line 2"),
    "leaves with os._exit": (
        "import os\nos._exit(3)\nclass Bad: pass\n",
        "nn/bad.py can't be imported: its import exited",
    ),
    "kills itself": (
        "import os\nos.kill(os.getpid(), 9)\n",
        "nn/bad.py can't be imported: its import was killed by SIGKILL",
    ),
    "never ends": ("while True: pass\nclass Bad: pass\n", "nn/bad.py can't be imported: its import did not end within"),
}


def submission(root: Path, bad: str, package: str) -> Path:
    files = {
        "nn/__init__.py": package,
        "nn/good.py": GOOD,
        "nn/late.py": GOOD.replace("Good", "Late"),
        "nn/bad.py": bad,
    }
    return write_tree(root, files)


def call(student: Student, name: str) -> float:
    return float(value_of(getattr(student(f"nn.{name.lower()}"), name)().run()))


@pytest.mark.parametrize(
    ("how", "package"),
    [(how, "imports each by name") for how in BROKEN]
    + [(how, package) for how in ("does not parse", "leaves with os._exit") for package in list(PACKAGES)[1:]],
)
def test_a_module_that_cannot_be_imported_takes_no_other_along(tmp_path: Path, how: str, package: str) -> None:
    source, words = BROKEN[how]
    root = submission(tmp_path, source, PACKAGES[package])
    patience = 2.0 if how == "never ends" else 10.0
    with student_on(root, "nn.good", "nn.bad", "nn.late", "nn", import_seconds=patience) as student:
        assert call(student, "Good") == 1.0
        assert call(student, "Late") == 1.0
        with pytest.raises(StudentError) as caught:
            call(student, "Bad")
    assert words in caught.value.message


def test_the_line_of_a_syntax_error_is_the_students(tmp_path: Path) -> None:
    root = submission(tmp_path, "x = (\n", "")
    with worker_on(root, "nn.bad") as worker, check_on(worker) as student, pytest.raises(StudentError) as caught:
        call(student, "Bad")
    assert "was never closed" in caught.value.message
    assert caught.value.hint == "Correct that line; the file can't be imported until then."


def test_a_module_that_uses_a_broken_one_blames_the_broken_one(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path,
        {"bad.py": "x = \n", "user.py": "from bad import Base\nclass User:\n    def run(self): return Base(1)\n"},
    )
    with student_on(root, "user", "bad") as student, pytest.raises(StudentError) as caught:
        value_of(student("user").User().run())
    assert "bad.py, line 1 does not parse" in caught.value.message


def test_a_subclass_of_a_broken_class_blames_the_broken_file(tmp_path: Path) -> None:
    root = write_tree(tmp_path, {"bad.py": "x = \n", "user.py": "from bad import Base\nclass User(Base): pass\n"})
    with student_on(root, "user", "bad") as student, pytest.raises(StudentError) as caught:
        value_of(student("user").User().run())
    assert "bad.py, line 1 does not parse" in caught.value.message


def test_a_missing_file_takes_no_other_along(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path, {"nn/__init__.py": "from .good import Good\nfrom .gone import Gone\n", "nn/good.py": GOOD}
    )
    with student_on(root, "nn.good", "nn.gone", "nn") as student:
        assert call(student, "Good") == 1.0
        with pytest.raises(StudentError, match=r"there is no file nn/gone\.py"):
            call(student, "Gone")


@pytest.mark.parametrize("init", [{"nn/__init__.py": ""}, {"nn/other.py": ""}], ids=["package", "folder"])
def test_a_package_without_the_file_is_no_file_without_the_name(tmp_path: Path, init: dict[str, str]) -> None:
    def located(module: str, name: str) -> tuple[list[tuple[str, str]], str]:
        return [("nn", name), ("nn.gone", name)], "nn/gone.py"

    with worker_on(write_tree(tmp_path, init), "nn.gone", "nn") as worker:
        session = worker.open_session(10.0, 5)
        with pytest.raises(StudentError, match=r"there is no file nn/gone\.py"):
            value_of(Student(session, located)("nn").Gone())
        session.close()


def test_several_modules_that_end_the_process_each_cost_their_own_names_only(tmp_path: Path) -> None:
    names = [f"bad{i}" for i in range(3)]
    root = write_tree(tmp_path, {"good.py": GOOD} | {f"{name}.py": "import os; os._exit(1)\n" for name in names})
    with student_on(root, *names, "good") as student:
        assert value_of(student("good").Good().run()) == 1.0
        for name in names:
            with pytest.raises(StudentError, match=f"{name}.py can't be imported"):
                value_of(getattr(student(name), name.title())())


def test_a_module_that_closes_everything_is_a_fault_and_no_error_of_ours(tmp_path: Path) -> None:
    root = write_tree(tmp_path, {"bad.py": "import os\nos.closerange(3, 200)\n"})
    with pytest.raises(StudentFault), student_on(root, "bad", import_seconds=1.0) as student:
        value_of(student("bad").Bad())


def test_a_module_that_writes_to_the_control_socket_is_a_fault_and_no_error_of_ours(tmp_path: Path) -> None:
    source = "import os\nfor fd in range(3, 20):\n    try: os.write(fd, b'\\xff' * 64)\n    except OSError: pass\n"
    root = write_tree(tmp_path, {"bad.py": source})
    with pytest.raises(StudentFault), student_on(root, "bad", import_seconds=1.0) as student:
        value_of(student("bad").Bad())


STATE = """
import numpy as np

COUNT = 0
TABLE = {}
WEIGHTS = np.zeros(3)

class Layer:
    shared = []

    def spoil(self):
        global COUNT
        COUNT += 1
        TABLE["x"] = 1
        WEIGHTS[:] = 7
        Layer.shared.append(1)
        np.exp = None
        Layer.forward = None
        return COUNT

    def forward(self):
        return [COUNT, len(TABLE), WEIGHTS, len(self.shared), np.exp(0.0)]
"""


def test_a_global_that_one_check_changes_is_unchanged_in_the_next(tmp_path: Path) -> None:
    with worker_on(write_tree(tmp_path, {"state.py": STATE}), "state") as worker:
        for _ in range(3):
            with check_on(worker) as student:
                count, entries, weights, shared, one = value_of(student("state").Layer().forward())
                assert (count, entries, shared, float(one)) == (0, 0, 0, 1.0)
                assert weights.tolist() == [0.0, 0.0, 0.0]
                assert value_of(student("state").Layer().spoil()) == 1


def test_a_check_that_crashes_or_hangs_leaves_the_next_unharmed(tmp_path: Path) -> None:
    source = (
        "import os\ndef die(): os.kill(os.getpid(), 9)\ndef hang():\n    while True: pass\ndef fine(): return 1.0\n"
    )
    with worker_on(
        write_tree(
            tmp_path,
            {"code.py": source},
        ),
        "code",
    ) as worker:
        for name in ("die", "hang", "die"):
            with check_on(worker, 0.3) as student, pytest.raises(StudentFault):
                value_of(getattr(student("code"), name)())
            with check_on(worker) as student:
                assert value_of(student("code").fine()) == 1.0


def test_a_check_that_kills_the_worker_leaves_the_next_unharmed(tmp_path: Path) -> None:
    source = "import os\ndef kill_parent(): os.kill(os.getppid(), 9)\ndef fine(): return 1.0\n"
    with worker_on(write_tree(tmp_path, {"code.py": source}), "code") as worker:
        with check_on(worker) as student, contextlib.suppress(StudentFault):
            value_of(student("code").kill_parent())
        with check_on(worker) as student:
            assert value_of(student("code").fine()) == 1.0


LEFT_BEHIND = """
import os, time

def leave(own_session):
    if os.fork() == 0:
        if own_session:
            os.setsid()
        while True:
            with open("alive", "a") as file: file.write("x")
            time.sleep(0.02)
    time.sleep(0.1)
    return beats()

def beats():
    return os.path.getsize("alive")
"""


@pytest.mark.parametrize("own_session", [False, True])
@pytest.mark.parametrize("isolation", Isolation)
def test_children_that_a_check_leaves_behind_end_with_it(
    tmp_path: Path, isolation: Isolation, own_session: bool
) -> None:
    root = write_tree(tmp_path / "s", {"code.py": LEFT_BEHIND})
    with worker_on(root, "code", isolation=isolation) as worker:
        with check_on(worker) as student:
            assert value_of(student("code").leave(own_session)) > 0
        with check_on(worker) as student:
            before = value_of(student("code").beats())
            time.sleep(0.1)
            assert value_of(student("code").beats()) == before


def test_closing_a_worker_twice_or_before_it_started_is_fine(tmp_path: Path) -> None:
    worker = Worker(Library(write_tree(tmp_path, {"good.py": GOOD}), ["good"]))
    worker.close()
    worker.load()
    worker.close()
    worker.close()
    with check_on(worker) as student:
        assert value_of(student("good").Good().run()) == 1.0
    worker.close()


def test_the_submissions_folder_is_never_written_to(tmp_path: Path) -> None:
    source = """
    import os
    from pathlib import Path
    Path(__file__).with_name("at_import.txt").write_text("x")
    Path("in_cwd.txt").write_text("x")

    def run():
        here = Path(__file__).parent
        (here / "at_run.txt").write_text("x")
        Path("cwd_at_run.txt").write_text("x")
        with open(__file__, "a") as file: file.write("# more")
        os.remove(here / "other.py")
        return 1.0
    """
    original = write_tree(tmp_path / "original", {"code.py": source, "pkg/__init__.py": "", "other.py": "x = 1\n"})
    before = tree_hash(original)
    with private_copy(original) as copy, worker_on(copy, "code", "pkg", "other") as worker:
        with check_on(worker) as student:
            assert value_of(student("code").run()) == 1.0
        assert tree_hash(copy) == before
    assert tree_hash(original) == before
    assert not copy.exists()


def test_importing_leaves_no_byte_code_behind(tmp_path: Path) -> None:
    root = write_tree(tmp_path, {"nn/__init__.py": "from .good import Good\n", "nn/good.py": GOOD})
    before = tree_hash(root)
    with student_on(root, "nn.good", "nn") as student:
        assert call(student, "Good") == 1.0
    assert tree_hash(root) == before


def test_a_module_is_found_in_every_folder_that_is_searched(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path, {"lib/nn/__init__.py": "", "lib/nn/good.py": GOOD, "top.py": "from nn.good import Good\n"}
    )
    with Worker(Library(root, ["lib.nn.good", "top"], search=(".", "lib"))) as worker, check_on(worker) as student:
        assert value_of(student("top").Good().run()) == 1.0


def test_large_arrays_go_both_ways(tmp_path: Path) -> None:
    array = np.random.default_rng(0).standard_normal(2 * 10**6)
    with student_on(write_tree(tmp_path, {"code.py": "def same(x): return x\n"}), "code") as student:
        np.testing.assert_array_equal(value_of(student("code").same(array)), array, strict=True)


def test_a_worker_that_is_lost_too_often_is_not_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_MAX_RESTARTS", 2)
    names = [f"bad{i}" for i in range(3)]
    root = write_tree(tmp_path, {f"{name}.py": "import os; os._exit(1)\n" for name in names})
    with worker_on(root, *names) as worker:
        with pytest.raises(StudentCrash, match="this submission can't be imported") as first:
            worker.load()
        with pytest.raises(StudentCrash) as second:
            worker.load()
    assert first.value is second.value


def test_sets_of_strings_have_the_same_order_in_every_worker(tmp_path: Path) -> None:
    root = write_tree(tmp_path, {"code.py": "def run(): return [hash('a'), list({'x', 'y', 'z', 'w'})]\n"})
    seen = []
    for _ in range(2):
        with student_on(root, "code") as student:
            seen.append(value_of(student("code").run()))
    assert seen[0] == seen[1]


def test_numpys_own_frames_are_not_taken_for_the_students(tmp_path: Path) -> None:
    source = (
        "import numpy as np\n\ndef run():\n    return np.apply_along_axis(lambda x: x.nothing, 0, np.ones((2, 2)))\n"
    )
    with (
        student_on(write_tree(tmp_path, {"code.py": source}), "code") as student,
        pytest.raises(StudentError, match=r"in code\.py, line 4: "),
    ):
        value_of(student("code").run())


FORGER = """
import os, stat
from gradmark_worker import loop, wire
import numpy as np

def say(message):
    for fd in range(3, 20):
        try:
            if stat.S_ISSOCK(os.fstat(fd).st_mode):
                os.write(fd, wire.encode(message))
        except OSError:
            pass
"""


@pytest.mark.parametrize(
    "message",
    ['[np.ones(3), "x"]', "[np.ones(2)]", '["importing", "x" * 10_000]', '["importing", np.ones(2)]', '["pid"]'],
)
def test_what_a_module_says_in_the_workers_name_is_a_fault_and_no_error_of_ours(tmp_path: Path, message: str) -> None:
    root = write_tree(tmp_path, {"bad.py": f"{FORGER}\nsay({message})\n"})
    with pytest.raises(StudentFault), student_on(root, "bad") as student:
        value_of(student("bad").Bad())


@pytest.mark.slow
def test_a_module_that_announces_others_for_ever_does_not_keep_us(tmp_path: Path) -> None:
    source = f"{FORGER}\nimport time\nwhile True:\n    say(['importing', 'other'])\n    time.sleep(0.02)\n"
    root = write_tree(tmp_path, {"bad.py": source})
    with pytest.raises((StudentCrash, StudentError)), student_on(root, "bad", import_seconds=0.3) as student:
        value_of(student("bad").anything())  # where it was ended before it said anything it alone is given up


@pytest.mark.parametrize("account", ["['ended', [1]]", "['ended', None]", "['ended', np.ones(3)]", "['x', 1, 2]"])
def test_a_forged_account_of_how_a_child_ended_is_none(tmp_path: Path, account: str) -> None:
    source = f"""{FORGER}
encode = loop.encode
loop.encode = lambda message: encode({account} if message[:1] == ["ended"] else message)

class Bad:
    def run(self):
        os._exit(0)
"""
    with student_on(write_tree(tmp_path, {"bad.py": source}), "bad") as student, pytest.raises(StudentCrash):
        value_of(student("bad").Bad().run())
