"""The folder that runs with student code: small files that know nothing of ours but each other."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from graders.sandbox.isolation.choice import Isolation
from graders.sandbox.isolation.place import ENTRY
from graders.sandbox.packages import inside
from tests.sandbox.isolation.test_isolation import BOTH
from tests.support import check_on, value_of, worker_on, write_tree

FILES = sorted(inside().glob("*.py"))
OTHERS = {"numpy": None, "matplotlib": {"figures.py"}}
"""Packages besides the standard library, and the files that may use them."""


def imported(path: Path) -> set[str]:
    """The first names of what a file imports absolutely, wherever it does."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_it_imports_the_standard_library_numpy_and_itself(path: Path) -> None:
    foreign = imported(path) - sys.stdlib_module_names
    assert all(name in OTHERS and (OTHERS[name] is None or path.name in OTHERS[name]) for name in foreign), foreign


def test_it_names_its_own_files_beside_it_and_no_folder_above() -> None:
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            assert not isinstance(node, ast.ImportFrom) or node.level <= 1


def test_the_first_file_imports_the_standard_library_alone() -> None:
    assert imported(ENTRY) - sys.stdlib_module_names == {"gradmark_worker"}  # once the limits are set


def test_none_of_its_files_is_long() -> None:
    assert max(len(path.read_text("utf-8").splitlines()) for path in FILES) <= 300


def test_it_is_compiled_unless_python_is_told_not_to(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[Path] = []
    monkeypatch.setattr("compileall.compile_dir", lambda folder, **_: compiled.append(folder))
    for told in (True, False):
        monkeypatch.setattr(sys, "dont_write_bytecode", told)
        inside()
    assert compiled == [FILES[0].parent]


NAMES = sorted({path.stem for path in FILES} - {"__init__"})


@pytest.mark.parametrize("isolation", BOTH)
def test_modules_of_a_submission_may_be_called_as_ours_are(tmp_path: Path, isolation: Isolation) -> None:
    files = {f"{name}.py": f"NAME = {name!r}\ndef encode(message): return b'nonsense'\n" for name in NAMES}
    files |= {f"gradmark_worker/{name}.py": "raise SystemExit\n" for name in NAMES}
    files |= {"gradmark_worker.py": "raise SystemExit\n", "gradmark_entry.py": "raise SystemExit\n"}
    user = f"import {', '.join(NAMES)}\nNAMES = [module.NAME for module in ({', '.join(NAMES)})]\n"
    user += "from gradmark_worker import wire as ours\ndef own(): return [NAMES, hasattr(ours, 'MAX_FRAME')]\n"
    user += "def lacks(): return wire.nothing\n"
    root = write_tree(tmp_path / "submission", files | {"user.py": user})
    with worker_on(root, "user", *NAMES, isolation=isolation) as worker, check_on(worker) as student:
        assert value_of(student("user").own()) == [NAMES, True]
        assert [value_of(student(name).NAME) for name in NAMES] == NAMES
