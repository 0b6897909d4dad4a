"""An item that stays zero is told with the near key that the code assigns; nothing is told where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.coursework.packs.pack import read_rubric
from graders.coursework.record import CheckResult, Status
from graders.marking.near_keys import named

RUBRIC = read_rubric("cs189")
FILE = "neural_networks/layers.py"


def failed(check: str, key: str) -> CheckResult:
    said = [f"fullyconnected.gradients['{key}'] is zero everywhere: it is never computed"]
    return CheckResult(id=check, title="t", status=Status.FAILED, message="m", hint="h", diagnosis=said)


def hints(folder: Path, source: str, *keys: str) -> list[str]:
    (folder / "neural_networks").mkdir(exist_ok=True)
    (folder / FILE).write_text(source)
    told = named(folder, RUBRIC, {f"s.{key}": failed(f"s.{key}", key) for key in keys})
    return [told[f"s.{key}"].hint for key in keys]


@pytest.mark.parametrize(("wrong", "right"), [("w", "W"), ("weigths", "weights"), ("dW", "W")])
def test_a_near_key_is_named_with_its_line(wrong: str, right: str, tmp_path: Path) -> None:
    source = f'class FullyConnected:\n    def backward(self, d):\n        self.gradients["{wrong}"] = d\n'
    said = f"gradients['{wrong}'] is assigned ({FILE}, line 3): is ['{right}'] meant?"
    assert hints(tmp_path, source, right) == [said]


def test_keys_that_are_asked_for_other_attributes_and_far_keys_are_none(tmp_path: Path) -> None:
    source = (
        'class FullyConnected:\n    def backward(self, d):\n        self.gradients["W"] = d\n'
        '        self.cache["b"] = d\n        self.gradients["other"] = d\n'
    )
    assert hints(tmp_path, source, "W", "B") == ["h", "h"]


@pytest.mark.parametrize("source", ["class FullyConnected(:\n", "\0", 'x = {"W": 1}\n'])
def test_a_file_that_cannot_be_read_names_nothing(source: str, tmp_path: Path) -> None:
    assert hints(tmp_path, source, "W") == ["h"]
    (tmp_path / FILE).unlink()
    assert named(tmp_path, RUBRIC, {"s.W": failed("s.W", "W")})["s.W"].hint == "h"


def test_a_result_that_tells_of_no_item_is_as_it_was(tmp_path: Path) -> None:
    result = CheckResult(id="s.f", title="t", status=Status.FAILED, message="m", diagnosis=["A is zero everywhere: x"])
    assert named(tmp_path, RUBRIC, {"s.f": result}) == {"s.f": result}
