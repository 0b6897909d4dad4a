"""What reads student files takes steps and memory in proportion to their size: steps are counted, no clock is asked."""

from __future__ import annotations

import sys
import tracemalloc
from pathlib import Path
from types import FrameType

import pytest

from graders.sandbox.apart import in_place
from tests.fuzz import growth
from tests.fuzz.readers import READERS, Reader

LARGEST = 8000
"""Bytes of the largest of three inputs, which has 16 times as many pieces as the first, and 4 times as the second."""
MANY = (500, 2000, 8000)
"""The same where memory is measured, which is quicker."""
MOST = 8.0
"""Times as much for the second step as for the first: 4 where it is in proportion, 16 where it goes by the square."""
_FEW_STEPS, _FEW_BYTES = 200, 1 << 20
EVERY = [(reader, kind) for reader in READERS for kind in reader.kinds]


class _Steps:
    """Counts the lines that are executed while it is entered."""

    def __init__(self) -> None:
        self.count = 0

    def __enter__(self) -> _Steps:
        sys.settrace(self._trace)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)

    def _trace(self, frame: FrameType, event: str, argument: object) -> object:
        self.count += 1
        return self._trace


def steps_of(reader: Reader, kind: str, count: int, folder: Path) -> int:
    reader.put(kind, count, folder)
    before = sys.gettrace()
    try:
        with in_place(), _Steps() as steps:
            reader.run(folder)
    finally:
        sys.settrace(before)
    return steps.count


def memory_of(reader: Reader, kind: str, count: int, folder: Path) -> int:
    """The most bytes that are held at once."""
    reader.put(kind, count, folder)
    tracemalloc.start()
    try:
        with in_place():
            reader.run(folder)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def grows_too_fast(found: list[int], few: int) -> bool:
    small, middle, large = found
    return large - middle > MOST * (max(middle - small, 0) + few)


@pytest.mark.sampled(one_in=10)
@pytest.mark.parametrize(("reader", "kind"), EVERY, ids=[f"{reader.name}-{kind}" for reader, kind in EVERY])
def test_a_reader_takes_steps_in_proportion(reader: Reader, kind: str, tmp_path: Path) -> None:
    reader.put(kind, 1, tmp_path / "warm")
    reader.run(tmp_path / "warm")  # what is imported and compiled for the first is no step of the next
    counts = growth.counts(reader, kind, LARGEST)
    steps = [steps_of(reader, kind, count, tmp_path / str(count)) for count in counts]
    assert not grows_too_fast(steps, _FEW_STEPS), steps


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("uses", "names that grow"),
        ("uses", "names that grow by getattr"),
        ("uses", "imports of a long name"),
        ("begun", "imports of a long name"),
        ("uses", "stars"),
        ("answers", "a long key"),
        ("answers", "a long key between blanks"),
        ("notebook", "a tuple"),
    ],
)
def test_a_reader_takes_memory_in_proportion(name: str, kind: str, tmp_path: Path) -> None:
    (reader,) = (one for one in READERS if one.name == name)
    memory = [memory_of(reader, kind, count, tmp_path / str(count)) for count in MANY]
    assert not grows_too_fast(memory, _FEW_BYTES), memory


def _names_again_and_again(folder: Path) -> object:
    names: list[str] = []
    for word in (folder / "a.py").read_text().split():
        for name in names:
            if name == word:
                break
        names.append(word + "." * len(names))
    return names


AGAIN = Reader(
    "again", "a.py", _names_again_and_again, {"words": lambda count: b"".join(b"a%d " % i for i in range(count))}
)


def test_a_reader_that_goes_by_the_square_is_seen(tmp_path: Path) -> None:
    assert grows_too_fast(
        [steps_of(AGAIN, "words", count, tmp_path) for count in growth.counts(AGAIN, "words", LARGEST)], _FEW_STEPS
    )
    assert grows_too_fast([memory_of(AGAIN, "words", count, tmp_path) for count in MANY], _FEW_BYTES)


def test_the_clock_sees_it_too() -> None:
    assert not growth.growth(AGAIN, "words", 40_000).is_linear


def test_ratios_are_for_four_times_the_bytes() -> None:
    as_they_are = growth.Growth([10, 40, 160], [1.0, 4.0, 16.0], [1 << 30, 4 << 30, 16 << 30])
    assert as_they_are.is_linear
    assert as_they_are.ratios == pytest.approx((4.0, 4.0), rel=0.01)
    assert not growth.Growth([10, 40, 160], [1.0, 16.0, 256.0], [0, 0, 0]).is_linear
    assert not growth.Growth([10, 40, 160], [0.0, 0.0, 0.0], [0, 1 << 30, 16 << 30]).is_linear
