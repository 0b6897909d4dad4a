"""Pytest wiring for the repository's own tests: one thread for each process, and no measurements among the tests."""

from __future__ import annotations

import os

from graders.worker.process import ONE_THREAD

os.environ.update(ONE_THREAD)
collect_ignore = ["tests/benchmarks"]
