"""A rule that reads files gives in a fork what it gives here: its value, its failure, or that it couldn't be done."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.checking import (
    CheckFailed,
    RuleBroken,
    check_imports,
    check_no_loops_in_source,
    content_of,
    reads_files,
    uses,
)
from graders.sandbox.apart import Bounds, ReaderFault, bounded, in_place

SOON = Bounds(cpu_seconds=0.1)


@reads_files
def lengths(submission: Path, *files: str, most: int = 100) -> dict[int, list[str]]:
    """The files by their lengths; of `endless` there is no end."""
    found: dict[int, list[str]] = {}
    for file in files:
        found.setdefault(len(content_of(submission, file, most)), []).append(file)
        while file == "endless":
            pass
    return found


@reads_files
def shared(share: float) -> None:
    """A failure that earns a share."""
    raise CheckFailed("a paper", "Look again.", share=share, holds_no_values=True)


@reads_files
def broken() -> None:
    """A rule of ours that raises."""
    raise KeyError("x")


def test_a_value_comes_back_with_its_types(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("abc")
    (tmp_path / "b").write_text("x" * 200)
    assert lengths(tmp_path, "a", "b", most=10) == {3: ["a"], 11: ["b"]}
    assert uses("import numpy as np\nnp.exp")[1].name == "numpy.exp"


def test_a_failure_comes_back_with_all_that_it_says() -> None:
    with pytest.raises(CheckFailed) as caught:
        shared(0.25)
    assert not isinstance(caught.value, RuleBroken)
    assert (caught.value.message, caught.value.hint, caught.value.share) == ("a paper", "Look again.", 0.25)
    assert caught.value.holds_no_values


def test_what_raises_is_a_fault_of_ours() -> None:
    with pytest.raises(ReaderFault, match="KeyError"):
        broken()
    with in_place(), pytest.raises(KeyError):
        broken()


def test_what_takes_too_long_names_the_file_that_it_was_at(tmp_path: Path) -> None:
    for file in ("a", "endless"):
        (tmp_path / file).touch()
    with bounded(SOON), pytest.raises(RuleBroken, match=r"^endless takes longer than 0\.1 s to read$") as caught:
        lengths(tmp_path, "a", "endless")
    assert caught.value.hint


@pytest.mark.parametrize(
    "source", ["x = " + "-" * 5000 + "1", "import a as f\nx = f" + "()" * 5000, "x" + ".a" * 100_000]
)
def test_rules_say_what_is_too_deep_or_long(source: str, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(source)
    for rule in (
        lambda: check_no_loops_in_source(tmp_path, "a.py", "Layer"),
        lambda: check_imports(tmp_path, ["numpy"]),
    ):
        with pytest.raises(RuleBroken, match=r"nested too deeply|a name of more than 300 parts"):
            rule()


def test_a_source_that_needs_too_much_memory_breaks_the_rule_and_is_not_taken_for_one_that_cannot_run(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.py").write_text("import numpy\n" + "[a, b, c, d, e, f, g, h, i, j]\n" * 15_000)
    with bounded(Bounds(memory_mib=48)), pytest.raises(RuleBroken, match="memory to"):
        check_imports(tmp_path, ["numpy"])
