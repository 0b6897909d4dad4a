"""Shapes written as words, `N C 3`: numbers stay, and each letter or name is a size that is drawn for a case.

Sizes of different names never coincide, so that a wrong axis shows, and none of them is that of a batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from graders import AuthorError

BATCH = (2, 5, 11, 16)
POOLS = ((3, 6, 9), (4, 7, 10), (8, 12, 14), (13, 15, 17))
"""What the first, second, … name may be, in the order in which they are met."""

Pools = Mapping[str, Sequence[int]]


def names_in(specs: Iterable[str]) -> list[str]:
    """The names of sizes in these shapes, each once, in their order."""
    return list(dict.fromkeys(word for spec in specs for word in spec.split() if not word.isdigit()))


def pools(names: Sequence[str], batch: str, own: Pools) -> dict[str, tuple[int, ...]]:
    """What each size may be: what the author says of it, else of the pools those that no other name has."""
    left = [pool for pool in POOLS if not any(set(pool) & set(sizes) for sizes in own.values())]
    found: dict[str, tuple[int, ...]] = {}
    for name in names:
        if name in own:
            found[name] = tuple(own[name])
        elif name == batch:
            found[name] = BATCH
        elif left:
            found[name] = left.pop(0)
        else:
            raise AuthorError(f"there are no sizes left for {name!r}: say sizes={{{name!r}: (…)}}")
    return found


def shape(spec: str, sizes: Mapping[str, int]) -> tuple[int, ...]:
    """The shape of a spec for these sizes."""
    return tuple(int(word) if word.isdigit() else sizes[word] for word in spec.split())
