"""How a message calls an operation that was asked of the worker."""

from __future__ import annotations

from typing import NamedTuple


class Asked(NamedTuple):
    """`kind` is the operation, `path` what it gives (`linear.dLdW`), `owner` what it is asked of (`linear`).

    `called` if what it gives is called afterwards.
    """

    kind: str
    path: str
    owner: str
    called: bool = False


NOTHING_ASKED = Asked("", "", "")
