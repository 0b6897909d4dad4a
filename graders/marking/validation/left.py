"""Submissions whose author hasn't written some classes: as starter code has them, or without them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from graders.coursework.handout import BEGIN, END
from graders.marking.validation.changes import Rewriting

_SOLUTION = re.compile(rf"^( *){BEGIN}\n.*?{END}\n", re.DOTALL | re.MULTILINE)


def left(classes: Sequence[str], body: str) -> Rewriting:
    """A file in which these classes have so much in place of each solution, a line each."""

    def filled(found: re.Match[str]) -> str:
        return "".join(f"{found[1]}{line}\n" for line in body.split("\n"))

    def rewrite(text: str) -> str:
        return "".join(_SOLUTION.sub(filled, part) if is_left else part for part, is_left in _parts(text, classes))

    return rewrite


def without(classes: Sequence[str]) -> Rewriting:
    """A file without these classes."""

    def rewrite(text: str) -> str:
        return "".join(part for part, is_left in _parts(text, classes) if not is_left)

    return rewrite


def _parts(text: str, classes: Sequence[str]) -> list[tuple[str, bool]]:
    """What begins with a class, each with whether it is one of these; ValueError where one of these isn't there."""
    parts = re.split(r"(?m)^(?=class )", text)
    found = [(part, re.match(r"class (\w+)", part)) for part in parts]
    names = [match[1] for _, match in found if match]
    missing = [name for name in classes if name not in names]
    if missing:
        raise ValueError(f"there is no class {missing[0]} in the worked submission")
    return [(part, match is not None and match[1] in classes) for part, match in found]
