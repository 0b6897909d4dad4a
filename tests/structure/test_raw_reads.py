"""Checks take what student code gave through `expect`, or through a reader that fails the check for anything odd."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.structure.measure import ENGINE

RAW = frozenset({"judge", "_student", "_slot", "session", "detach", "numpy"})
"""Attributes by which a pack would get at a value before anything has looked at it."""
OURS = ("validation", "misconceptions", "in_worker", "original")
"""Folders of a pack that no value of a student's reaches in our process."""
TORCH_OF_OURS = frozenset({"detach", "numpy"})
"""What oracles do with tensors of ours."""


def modules() -> list[Path]:
    found = sorted((ENGINE / "homeworks").rglob("*.py"))
    return [path for path in found if not set(OURS) & {*path.relative_to(ENGINE).parts}]


def raw_reads(source: str, *, oracle: bool = False) -> Iterator[tuple[int, str]]:
    """The lines at which a module gets at a value as it came, and by what."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Attribute(attr=name) if name in RAW and not (oracle and name in TORCH_OF_OURS):
                yield node.lineno, f".{name}"
            case ast.Call(func=ast.Attribute(value=ast.Name(id="student"), attr="read" | "get" as name)):
                yield node.lineno, f"student.{name}"
            case ast.ImportFrom(names=names) if "as_array" in {alias.name for alias in names}:
                yield node.lineno, "as_array"
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="np"), attr="asarray" | "array" as name), args=[arg, *_]
            ):
                if any(
                    isinstance(part, ast.Name) and part.id in ("student", "remote", "got") for part in ast.walk(arg)
                ):
                    yield node.lineno, f"np.{name}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ENGINE / "homeworks")))
def test_no_pack_reads_a_value_as_it_came(path: Path):
    computes = "torch" in path.read_text() or "oracle" in path.name
    assert list(raw_reads(path.read_text(), oracle=computes)) == []


@pytest.mark.parametrize(
    "line",
    [
        "(value,) = student.read(layer.bias)",
        "found = student.get('length', [], '', '')",
        "student.judge(remote, verdict)",
        "remote._student.settle()",
        "value = output.detach()",
        "from graders.checking import as_array",
        "loss = np.asarray(remote.loss)",
    ],
)
def test_a_raw_read_is_found(line: str):
    assert list(raw_reads(line))
