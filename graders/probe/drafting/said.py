"""Values and places as components.py writes them; an empty text where nothing needs to be written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graders.probe.anatomy import Path, written
from graders.probe.api import Source


class Unsayable(Exception):
    """What a component can't say yet, in words."""


def place_of(source: Source) -> str:
    """A gradient's or an output's place in the words of a component."""
    roots = {"returned": "backward", "answer": "forward", "object": "layer"}
    if source.root not in roots:
        raise Unsayable("parameters are updated in backward, or their gradients come from a separate method")
    return f"{roots[source.root]}{steps(source.path)}"


def steps(path: Path) -> str:
    """The way from an object to what it holds: `.params['W']`."""
    found = written(path)
    return found if not found or found.startswith("[") else f".{found}"


def unless(value: str, usual: str) -> str:
    """A text as it is written; empty where it is the usual one."""
    return "" if value == usual else text(value)


def text(value: str) -> str:
    """A text as it is written."""
    return '"' + value.replace('"', "'") + '"'


def set_of(names: Sequence[str]) -> str:
    """A set of names as it is written; empty for an empty one."""
    return f"{{{', '.join(text(name) for name in names)}}}" if names else ""


def listed(names: Sequence[str]) -> str:
    """`W`, `W and b`, `W, b and c`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def table(found: Mapping[str, object]) -> str:
    """A dict as it is written; empty for an empty one."""
    entries = [f'"{name}": {said(value)}' for name, value in found.items()]
    return f"{{{', '.join(entries)}}}" if entries else ""


def said(value: object) -> str:
    """A value as it is written."""
    return f'"{value}"' if isinstance(value, str) else repr(value)


def in_order(values: Sequence[object]) -> tuple[object, ...]:
    """The values in their order."""
    return tuple(sorted(values, key=lambda value: (str(type(value)), str(value))))
