"""What submissions may import: checked in their source, and refused at run time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from graders.checking.apart import content_of, reads_files
from graders.checking.failures import RuleBroken
from graders.checking.rules.source import DYNAMIC_IMPORT, Use, uses
from graders.checking.student import Student
from graders.sandbox import wording
from graders.sandbox.faults import StudentCrash, StudentError

REACHING_OUT = (
    *("ctypes", "_ctypes", "cffi", "numpy.ctypeslib", "subprocess", "_posixsubprocess", "multiprocessing", "socket"),
    *("os.system", "os.popen", "os.exec*", "os.spawn*", "os.posix_spawn*", "os.fork*"),
    *("builtins.exec", "builtins.eval", "builtins.compile", DYNAMIC_IMPORT),
)
"""Ways out of Python, into other processes, and past whoever reads the source."""
_ASKED = "importing your modules"


@reads_files
def check_imports(
    submission: Path, packages: Sequence[str], refused: Sequence[str] = REACHING_OUT, looked_at: Sequence[str] = ("*",)
) -> None:
    """CheckFailed at the first line that imports more than these packages, own modules and the standard library.

    `looked_at` are patterns of the files that are the student's: others may have been handed out.
    `refused` are modules, functions and patterns of them that aren't allowed either, the standard library's among them;
    what is below a module is refused with it. A file that Python can't read is nobody's import.
    """
    own = {path.stem for path in submission.rglob("*") if path.suffix == ".py" or path.is_dir()}
    for name, use in _used(submission, looked_at):
        if is_within(use.name, refused):
            told = use.name.removeprefix("builtins.")
            raise RuleBroken(f"{name}, line {use.line} uses {told}", "This homework doesn't allow it.")
        root = use.name.partition(".")[0]
        if root not in sys.stdlib_module_names and root not in own and root not in packages:
            allowed = " and ".join(["the standard library", *packages])
            raise RuleBroken(f"{name}, line {use.line} imports {root}", f"This homework allows {allowed}.")


def check_imports_at_run_time(
    student: Student, modules: Sequence[str], call: Callable[[], object] = lambda: None
) -> None:
    """CheckFailed where the submission imports one of these modules: when it is imported itself, or during `call`.

    Its modules are run once more in this check's child. It gets an ImportError; one that it catches is reported, too.
    What libraries import for themselves isn't the submission's.
    """
    student.queue(["refuse", list(modules)], _ASKED)
    fault: StudentError | None = None
    try:
        call()
        student.settle()
    except StudentError as error:
        fault = error
    found = student.get("refused", [], _ASKED, "")
    match found:
        case [[str(module), str(file), int(line)], *_]:
            told = wording.text_of({"text": f"{file}, line {line} imports {module}"}, "text")
            raise RuleBroken(told, "This homework doesn't allow it.") from None
        case []:
            pass
        case _:
            raise StudentCrash("the process that runs your code sent a list of imports that isn't one")
    if fault is not None:
        raise fault


def is_within(name: str, patterns: Sequence[str]) -> bool:
    """Whether a full name is one of these, or is below one."""
    return any(fnmatchcase(name, pattern) or fnmatchcase(name, f"{pattern}.*") for pattern in patterns)


def _used(submission: Path, looked_at: Sequence[str]) -> Iterator[tuple[str, Use]]:
    for path in sorted(submission.rglob("*.py")):
        name = path.relative_to(submission).as_posix()
        if path.is_file() and any(fnmatchcase(name, pattern) for pattern in looked_at):
            for use in uses(content_of(submission, name)):
                yield name, use
