"""A few hundred inputs for each reader; `python -m tests.fuzz` runs as many as are asked for."""

from __future__ import annotations

from pathlib import Path
from random import Random

import numpy as np
import pytest

from graders.coursework import archives
from tests.fuzz.running import feed, fuzz
from tests.fuzz.targets import TARGETS, UNPACKED_BYTES, Target, nbytes
from tests.fuzz.watching import bounded

COUNT = 200


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_a_reader_raises_what_it_declares_and_takes_no_memory(
    target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "MAX_BYTES", UNPACKED_BYTES)
    fuzz(target, COUNT // 4, tmp_path)
    feed(target, range(COUNT), tmp_path)


def test_the_bound_is_one() -> None:
    with pytest.raises(AssertionError, match="bytes of memory for 1 bytes of input"), bounded(1):
        assert b"x" * (1 << 26)
    assert nbytes([np.zeros(2), {"a": [np.zeros(3, np.int8), None]}]) == 19


def test_what_a_reader_must_not_raise_is_seen(tmp_path: Path) -> None:
    def run(content: bytes, folder: Path) -> None:
        if b"\x00" in content:
            raise KeyError(content)

    target = Target("breaks", TARGETS[0].draw, run)
    with pytest.raises(KeyError):
        fuzz(target, COUNT, tmp_path)
    with pytest.raises(KeyError) as caught:
        feed(target, range(COUNT), tmp_path)
    assert caught.value.__notes__[0].startswith("python -m tests.fuzz breaks --first ")


def test_a_number_is_always_the_same_input() -> None:
    for target in TARGETS:
        assert repr(target.draw(Random(7))) == repr(target.draw(Random(7)))
