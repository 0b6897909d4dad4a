"""In the worker: a dict's views, as they are called where Python 2 is run, too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

PY2, PY3 = False, True


def iteritems(mapping: Mapping[Any, Any]) -> Iterator[tuple[Any, Any]]:
    """Its pairs."""
    return iter(mapping.items())


def iterkeys(mapping: Mapping[Any, Any]) -> Iterator[Any]:
    """Its keys."""
    return iter(mapping)


def itervalues(mapping: Mapping[Any, Any]) -> Iterator[Any]:
    """Its values."""
    return iter(mapping.values())
