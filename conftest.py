"""Pytest wiring for our own tests: one thread a process, no measurements, and a sample of the mutants and variants."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import zlib
from typing import NoReturn

import pytest

from graders.cli.options import processes
from graders.sandbox.isolation.place import ONE_THREAD

os.environ.update(ONE_THREAD)
os.environ.setdefault("GRADMARK_RECORDINGS", "no")  # tests of these ask for them: no other has them made
collect_ignore = ["tests/benchmarks"]

if "PYTEST_XDIST_WORKER" not in os.environ:  # a worker has its controller's
    os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="gradmark-tests-")

SAMPLE = 5
"""Of the cases of a `sampled` test, one in this many runs if it says nothing else; their names alone decide which."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run ask for every mutant, variant and attack."""
    parser.addoption("--all-verdicts", action="store_true", help="every case of a sampled test, not one in five")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:  # noqa: ARG001 - the hook's
    """`-n auto` is two more than there are processors: most tests wait for a worker now and then."""
    return processes("auto", spare=2)


def pytest_configure(config: pytest.Config) -> None:
    """Name our own marker."""
    config.addinivalue_line(
        "markers",
        "slow: takes long and repeats what other tests see in part; run by its folder or file, or --all-verdicts",
    )
    config.addinivalue_line(
        "markers",
        "sampled(one_in=5, whole_if_named=False): of its cases one in so many runs, unless --all-verdicts is given, or "
        "its folder is named",
    )


@pytest.fixture
def student() -> NoReturn:
    """In a pack's checks, which are pytest's in form only: what to do instead of running them so."""
    pytest.fail(
        "this is a homework's check, which asks a submission: run it with "
        "gradmark grade SUBMISSION --homework ID --only NAME (docs/packs.md)",
        pytrace=False,
    )


def pytest_unconfigure() -> None:
    """What tests noted as theirs goes with them."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        shutil.rmtree(os.environ["XDG_STATE_HOME"], ignore_errors=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what isn't in the sample; a case that is named on the command line always runs."""
    if config.getoption("--all-verdicts"):
        return
    chosen = [item for item in items if _in_sample(item, config)]
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = chosen


def _in_sample(item: pytest.Item, config: pytest.Config) -> bool:
    if item.get_closest_marker("slow") is not None and not _is_named(item, config):
        return False
    sampled = item.get_closest_marker("sampled")
    if sampled is None or any("[" in argument and argument.endswith(item.name) for argument in config.args):
        return True
    if _is_meant(item.name, config.option.keyword) or (
        sampled.kwargs.get("whole_if_named") and _is_named(item, config)
    ):
        return True
    return zlib.crc32(item.name.encode()) % sampled.kwargs.get("one_in", SAMPLE) == 0


def _is_meant(name: str, expression: str) -> bool:
    """Whether `-k` names this very case of a test, and not the test alone."""
    case = name.partition("[")[2].lower()
    words = re.findall(r"[^\s()]+", expression.lower())
    return any(word in case for word in words if word not in ("and", "or", "not"))


def _is_named(item: pytest.Item, config: pytest.Config) -> bool:
    """Whether the run was asked for this test's folder or file, not for all tests."""
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        return False
    asked = [(config.invocation_params.dir / argument.partition("::")[0]).resolve() for argument in config.args]
    return any(path in (item.path, item.path.parent) for path in asked)
