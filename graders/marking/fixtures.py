"""The pytest plugin with what a check may ask for by the names of its arguments."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from graders.checking.student import Student
from graders.coursework.packs.modules import Folders
from graders.marking.execution import EXECUTION

if TYPE_CHECKING:
    from graders.coursework.data import ImageData


@pytest.fixture
def student(request: pytest.FixtureRequest) -> Iterator[Student]:
    """The submission: `student("mytorch.nn").Linear(3, 2)` makes one of the student's layers, in the worker."""
    with request.node.stash[EXECUTION].attempted(request.node) as proxy:
        yield proxy


@pytest.fixture
def submission(request: pytest.FixtureRequest) -> Path:
    """The folder of the submission's private copy, whose source a check may read, never import."""
    place: Path = request.node.stash[EXECUTION].course.copy
    return place


@pytest.fixture
def pack(request: pytest.FixtureRequest) -> Folders:
    """The pack's folders: `pack.path("original/train.txt")` is a file of it, or of what it extends."""
    folders: Folders = request.node.stash[EXECUTION].course.pack
    return folders


@pytest.fixture
def keys(request: pytest.FixtureRequest) -> Path:
    """The folder with the instructor's keys: a section that needs one is only marked where it is there."""
    place: Path | None = request.node.stash[EXECUTION].course.keys
    assert place is not None
    return place


@pytest.fixture
def data(request: pytest.FixtureRequest) -> ImageData:
    """The images to train on."""
    images: ImageData | None = request.node.stash[EXECUTION].course.images
    assert images is not None
    return images
