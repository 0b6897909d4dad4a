"""Refuses sources for which Python's parser needs memory quadratic in their size: names with very many parts."""

from __future__ import annotations

import re

MAX_PARTS = 300
"""Of a name that dots divide. The parser keeps each beginning of the name of a module that is imported."""
_BREAK = rb"[ \t\f]*+(?:\\\r?\n[ \t\f]*+)*+"
_NAME = re.compile(
    rb"(?<![\w\x80-\xff])(?:[A-Za-z_\x80-\xff][\w\x80-\xff]*+" + _BREAK + rb"\." + _BREAK + rb")++",
)


def has_endless_name(source: bytes | str) -> bool:
    """Whether a name has more parts than anybody's, so that the source had better not be parsed."""
    content = source if isinstance(source, bytes) else source.encode("utf-8", "surrogatepass")
    return any(found[0].count(b".") >= MAX_PARTS for found in _NAME.finditer(content))
