"""Where a component leaves what it computes, in a few words: `forward[0]`, `backward['dx']`, `layer.dLdW`."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import lru_cache

from graders import AuthorError
from graders.checking.student import Remote

ROOTS = ("forward", "backward", "layer")
_STEP = re.compile(r"\.(?P<attribute>[^\W\d]\w*)|\[(?P<key>[^\]]+)\]")


@dataclass(frozen=True)
class Step:
    """From one object to the next: an attribute of this name, or the item at this key."""

    key: str | int
    is_attribute: bool


@dataclass(frozen=True)
class Place:
    """What `forward` or `backward` returned, or the `layer` itself, and the way from there."""

    root: str
    steps: tuple[Step, ...] = ()

    @property
    def name(self) -> str:
        """What it is called there: the last attribute, or the last key that is a word; empty where there is none."""
        return next((step.key for step in reversed(self.steps) if isinstance(step.key, str)), "")

    def said_of(self, root: str) -> str:
        """The way there from an object that is called so."""
        return root + "".join(f".{step.key}" if step.is_attribute else f"[{step.key!r}]" for step in self.steps)

    @property
    def way(self) -> str:
        """All that is words on the way there, `q_proj.dLdW`."""
        return ".".join(step.key for step in self.steps if isinstance(step.key, str))

    def of(self, roots: dict[str, Remote]) -> Remote:
        """What is there."""
        return _followed(roots[self.root], self.steps)

    def put(self, roots: dict[str, Remote], value: object) -> None:
        """Put a value there."""
        *way, last = self.steps
        owner = _followed(roots[self.root], tuple(way))
        if last.is_attribute:
            setattr(owner, str(last.key), value)
        else:
            owner[last.key] = value


def _followed(remote: Remote, steps: tuple[Step, ...]) -> Remote:
    for step in steps:
        remote = getattr(remote, str(step.key)) if step.is_attribute else remote[step.key]
    return remote


@lru_cache(maxsize=1024)
def place(text: str, roots: tuple[str, ...] = ROOTS) -> Place:
    """The place that is written so, and begins with one of these; AuthorError for anything else."""
    root, way = re.match(r"(\w*)(.*)", text, re.DOTALL).groups()  # type: ignore[union-attr]
    matches = [*_STEP.finditer(way)]
    if root not in roots or "".join(match[0] for match in matches) != way:
        raise AuthorError(
            f"{text!r} is no place: say {', '.join(roots)}, then .name, [0] or ['name'] as often as needed"
        )
    return Place(root, tuple(map(_step, matches)))


def _step(match: re.Match[str]) -> Step:
    if match["attribute"]:
        return Step(match["attribute"], is_attribute=True)
    try:
        key = ast.literal_eval(match["key"])
    except (ValueError, SyntaxError):
        key = None
    if not isinstance(key, str | int):
        raise AuthorError(f"[{match['key']}] is no place: say [0] or ['name']")
    return Step(key, is_attribute=False)
