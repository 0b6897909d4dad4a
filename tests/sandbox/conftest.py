"""Small submissions under a worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from graders.checking.student import Student
from graders.sandbox.session import Impatient
from tests.support import check_on, worker_on, write_tree

Start = Callable[..., Student]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """`start(source)`: one module, `layer`, under one check."""
    with ExitStack() as stack:

        def begin(
            source: str,
            seconds: float = 300.0,
            cpu_seconds: int = 5,
            impatient: Impatient = lambda functions: False,
            idle_seconds: float | None = None,
        ) -> Student:
            root = write_tree(tmp_path / "submission", {"layer.py": source})
            worker = stack.enter_context(worker_on(root, "layer"))
            return stack.enter_context(check_on(worker, seconds, cpu_seconds, impatient, idle_seconds))

        yield begin
