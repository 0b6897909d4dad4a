"""How a message calls an operation that was asked of the worker."""

from __future__ import annotations

from typing import NamedTuple


class Asked(NamedTuple):
    """`kind` is the operation, `path` what it gives (`linear.dLdW`), `owner` what it is asked of (`linear`)."""

    kind: str
    path: str
    owner: str


NOTHING_ASKED = Asked("", "", "")
