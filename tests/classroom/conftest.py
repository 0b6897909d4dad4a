"""The class that several tests interrupt, marked once by a run that nothing disturbs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.classroom.support import LINEAR, RIGHT, class_of, mark_class
from tests.support import replace_in


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A right submission, a wrong one, one that ends its process, an archive, an empty folder: and their results."""
    folder = class_of(tmp_path_factory.mktemp("undisturbed") / "class", "ada", "bob", "cyd", "dan", wrong=("bob",))
    replace_in(folder / "cyd" / LINEAR, RIGHT, "__import__('os')._exit(1)")
    shutil.make_archive(str(folder / "eve"), "zip", folder / "dan")
    (folder / "empty").mkdir()
    assert mark_class(folder, "-n", "2").returncode == 0
    return folder


@pytest.fixture
def unmarked(undisturbed: Path, tmp_path: Path) -> Path:
    """The same class before anything is marked."""
    return Path(shutil.copytree(undisturbed, tmp_path / "class", ignore=shutil.ignore_patterns("gradmark.sqlite*")))
