"""What several tests need: the repository's folders, small submissions and rubrics, workers, a stand-in session."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent
from typing import Any

from graders.checking.student import Remote, Student
from graders.coursework.handout import starter_code
from graders.coursework.packs.pack import load_homework
from graders.sandbox.isolation.choice import Isolation
from graders.sandbox.process import Library, Worker
from graders.sandbox.session import READING, Impatient

ROOT = Path(__file__).resolve().parents[1]
WORKED = ROOT / "student_impl" / "ai702"


def heed_interrupts() -> None:
    """For a process to be started: Ctrl-C ends it, though whoever runs the tests may have them ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def write_tree(root: Path, files: Mapping[str, str]) -> Path:
    """A folder with these files, their text dedented."""
    root.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    return root


def tree_hash(root: Path) -> str:
    """Of every name, size and byte below a folder."""
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        content = path.read_bytes() if path.is_file() else b""
        digest.update(os.fsencode(f"{path.relative_to(root)} {len(content)}\n") + content)
    return digest.hexdigest()


def copy_of_worked(target: Path) -> Path:
    """A copy of student_impl/ai702 that a test may change."""
    return Path(shutil.copytree(WORKED, target, ignore=shutil.ignore_patterns("__pycache__")))


def starter_of_worked(target: Path) -> Path:
    """The starter code of ai702, as its students get it."""
    homework = load_homework("ai702")
    for name, content in starter_code(WORKED, homework.rubric.handout.without, list(homework.rubric.flags)).items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(content)
    return target


def replace_in(path: Path, old: str, new: str) -> None:
    """Change one place of a file, which must be there."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, f"{old!r} is not in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def locate(module: str, name: str) -> tuple[Sequence[tuple[str, str]], str]:
    """Where to look for a name if no rubric says so."""
    return [(module, name)], module.replace(".", "/") + ".py"


@contextmanager
def worker_on(
    root: Path,
    *modules: str,
    import_seconds: float = 10.0,
    packages: Sequence[str] = ("numpy",),
    light: Sequence[str] = (),
    isolation: Isolation = Isolation.PROCESS,
) -> Iterator[Worker]:
    """A worker that imports these modules of a folder."""
    library = Library(root, modules, import_seconds=import_seconds, packages=packages, light=light, isolation=isolation)
    with Worker(library) as worker:
        yield worker


@contextmanager
def check_on(
    worker: Worker,
    seconds: float = 300.0,
    cpu_seconds: int = 5,
    impatient: Impatient = lambda functions: False,
    idle_seconds: float | None = None,
) -> Iterator[Student]:
    """The submission under one check, in its own child."""
    session = worker.open_session(seconds, cpu_seconds, impatient, idle_seconds)
    try:
        yield Student(session, locate)
    finally:
        session.close()


@contextmanager
def student_on(root: Path, *modules: str, import_seconds: float = 10.0) -> Iterator[Student]:
    """The submission in a folder under one check, on its own worker."""
    with worker_on(root, *modules, import_seconds=import_seconds) as worker, check_on(worker) as student:
        yield student


def value_of(remote: Remote) -> Any:
    """What a remote holds now."""
    return remote._student.read(remote)[0]


class StandInSession:
    """Answers what is read with the values that it was given, without any process."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.queued: list[list[Any]] = []
        self.lost = False
        self.output = ""

    @property
    def output_in_all(self) -> str:
        return self.output

    def queue(self, operation: list[Any], path: str = "", owner: str = "") -> None:
        self.queued.append(operation)

    def discard(self) -> None:
        self.queued.clear()

    def flush(self) -> list[Any]:
        wanted = sum(operation[0] in READING for operation in self.queued)
        self.discard()
        return [self.answers.pop(0) for _ in range(wanted)]


def answering(*values: Any, path: str = "layer.dLdW") -> tuple[Student, Remote]:
    """A student whose code gives these values, and a remote of that name for the next of them."""
    student = Student(StandInSession(*values), locate)  # type: ignore[arg-type]
    return student, Remote(student, 1, path)


TOY_RUBRIC = """
id = "toy"
title = "A toy homework"
total = 20

[modules.toy]
Layer = ["toy/layer.py", "layer.py"]

[flags]
grade_layer = "layer"
grade_sum_left = "sum.left"

[[sections]]
id = "layer"
title = "A layer"
points = 10
policy = "all-or-nothing"
checks = ["layer.forward", "layer.backward_input", "layer.backward_weight"]
advisory = ["layer.large_inputs"]

[[sections]]
id = "sum"
title = "A sum"
points = 4
policy = "per-check"
checks = ["sum.left", "sum.right", "sum.both"]

[[sections]]
id = "product"
title = "A product"
points = 5
policy = "per-check"
checks = ["product.plain", "product.chained"]
weights = { "product.plain" = 1.5, "product.chained" = 3.5 }

[[sections]]
id = "essay"
title = "An essay"
points = 1
policy = "manual"
"""

TOY_CHECKS = """
from graders.checking import section

@section("layer")
def test_forward(student):
    \"\"\"forward works.\"\"\"

@section("layer")
def test_backward_input(student):
    \"\"\"backward works for the input.\"\"\"

@section("layer")
def test_backward_weight(student):
    \"\"\"backward works for the weight.\"\"\"

@section("layer")
def test_large_inputs(student):
    \"\"\"Large inputs are fine.\"\"\"

@section("sum")
def test_left(student):
    \"\"\"The left one.\"\"\"

@section("sum")
def test_right(student):
    \"\"\"The right one.\"\"\"

@section("sum")
def test_both(student):
    \"\"\"Both.\"\"\"

@section("product")
def test_plain(student):
    \"\"\"One product.\"\"\"

@section("product")
def test_chained(student):
    \"\"\"Several.\"\"\"
"""


def toy_homework(root: Path, rubric: str = TOY_RUBRIC, checks: str = TOY_CHECKS) -> Path:
    """A homework's folder, for `load_homework(str(...))`."""
    return write_tree(root, {"rubric.toml": rubric, "checks/test_toy.py": checks})
