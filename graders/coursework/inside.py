"""Whether a folder is the inside of a submission (`mytorch` in place of the folder above), by the names of files."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from graders.coursework.layout import Alternatives, wanted
from graders.coursework.rubric import RubricFile

RIGHT = 0.5
"""The share of a homework's files that, where they belong, make a folder right as it is."""
ENOUGH = 2
"""Files that tell an inside whose name says nothing."""


def inside_of(folder: Path, rubric: RubricFile, name: str = "") -> str:
    """The folder of a submission that this one is, `mytorch` or `mytorch/nn`; "" where it is none.

    `name` is what the folder is called, if not by its own name: the archive's, of one that is unpacked.
    """
    groups = wanted(rubric)
    there = sum(_is_there(folder, group) for group in groups)
    if not groups or there >= RIGHT * len(groups):
        return ""
    called = PurePosixPath(name).parts or folder.resolve().parts
    found = {prefix: _within(folder, groups, prefix) for prefix in _prefixes(groups)}
    fitting = [prefix for prefix in found if _is_meant(folder, groups, prefix, _ends_with(called, prefix), there)]
    return max(fitting, key=lambda prefix: len(found[prefix]), default="")


def _is_meant(folder: Path, groups: list[Alternatives], prefix: str, is_named: bool, there: int) -> bool:
    """Whether the folder is what belongs there: it has more so than as it is, and nothing of what is beside or below.

    A folder of another name needs its own shape: one in which all lies flat may as well be a whole submission.
    """
    within = _within(folder, groups, prefix)
    if len(within) <= there or (folder / prefix).exists():
        return False
    return is_named or ("/" not in prefix and len(within) >= ENOUGH and _has_shape(folder, groups, prefix, within))


def _has_shape(folder: Path, groups: list[Alternatives], prefix: str, within: list[str]) -> bool:
    """Whether files lie in folders as they do there, or all that belongs beside the folder is missing."""
    beside = [group for group in groups if not any(path.startswith(f"{prefix}/") for path in group)]
    return any("/" in path for path in within) or (bool(beside) and not _anywhere(folder, beside))


def _prefixes(groups: list[Alternatives]) -> list[str]:
    """The folders that a homework's files lie in."""
    parents = (parent for group in groups for path in group for parent in PurePosixPath(path).parents)
    return list(dict.fromkeys(str(parent) for parent in parents if parent.name))


def _within(folder: Path, groups: list[Alternatives], prefix: str) -> list[str]:
    """Of each group that has a file there if the folder is `prefix`, its path in the folder."""
    found = []
    for group in groups:
        paths = [path.removeprefix(f"{prefix}/") for path in group if path.startswith(f"{prefix}/")]
        found += [path for path in paths if (folder / path).is_file()][:1]
    return found


def _is_there(folder: Path, group: Alternatives) -> bool:
    return any((folder / path).is_file() for path in group)


def _anywhere(folder: Path, groups: list[Alternatives]) -> bool:
    """Whether one of these files is in the folder itself, by its name."""
    return any((folder / PurePosixPath(path).name).is_file() for group in groups for path in group)


def _ends_with(parts: tuple[str, ...], prefix: str) -> bool:
    wanted_parts = PurePosixPath(prefix).parts
    return parts[-len(wanted_parts) :] == wanted_parts
