"""Shapes written as words, `N C 3`: numbers stay, and each letter or name is a size that is drawn for a case.

Sizes of different names never coincide, so that a wrong axis shows, nor is one of them the size of a fixed axis or of
a batch that is given before. An axis of size 1 that is fixed is one to broadcast: it is no other axis's size.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from graders import AuthorError

BATCH = (2, 5, 11, 16)
POOLS = ((3, 6, 9), (4, 7, 10), (8, 12, 14), (13, 15, 17), (18, 20, 22))
"""What the first, second, … name may be, in the order in which they are met."""
FEW = 2
"""Sizes that a pool has at least, once those of fixed axes are left out."""
MORE = 3
"""How many examples more, at least, the batch has that comes first where sizes change."""

Pools = Mapping[str, Sequence[int]]


def names_in(specs: Iterable[str]) -> list[str]:
    """The names of sizes in these shapes, each once, in their order."""
    return list(dict.fromkeys(word for spec in specs for word in spec.split() if not word.isdigit()))


def fixed_in(specs: Iterable[str]) -> frozenset[int]:
    """The sizes of fixed axes in these shapes, but for 1."""
    return frozenset(int(word) for spec in specs for word in spec.split() if word.isdigit()) - {1}


def pools(names: Sequence[str], batch: str, own: Pools, fixed: Collection[int] = ()) -> dict[str, tuple[int, ...]]:
    """What each size may be: what the author says about it, else of the pools those that no other name has.

    What is `fixed` is left out, unless an author says nothing else.
    """
    left = [free for pool in POOLS if not _common(pool, own) and len(free := _without(pool, fixed)) >= FEW]
    found: dict[str, tuple[int, ...]] = {}
    for name in names:
        if name in own:
            found[name] = _without(own[name], fixed) or tuple(own[name])
        elif name == batch:
            found[name] = _without(BATCH, fixed)
        elif left:
            found[name] = left.pop(0)
        else:
            raise AuthorError(f"there are no sizes left for {name!r}: say sizes={{{name!r}: (…)}}")
    return found


def _common(pool: Sequence[int], own: Pools) -> bool:
    return any(set(pool) & set(sizes) for sizes in own.values())


def _without(sizes: Sequence[int], fixed: Collection[int]) -> tuple[int, ...]:
    return tuple(size for size in sizes if size not in fixed)


def apart(drawn: Mapping[str, int], allowed: Pools) -> dict[str, int] | None:
    """The drawn sizes with others of those allowed where two coincide, as few and as late as can be; None if they must.

    A size that can be nothing else, as one that a check is about, stays what it is, and the others keep away from it.
    """
    return _apart(sorted(drawn, key=lambda name: len(allowed[name]) > 1), drawn, allowed, {})


def _apart(
    names: Sequence[str], drawn: Mapping[str, int], allowed: Pools, taken: dict[str, int]
) -> dict[str, int] | None:
    if not names:
        return {name: taken[name] for name in drawn}
    name, *others = names
    first = list(allowed[name]).index(drawn[name])
    for size in (*allowed[name][first:], *allowed[name][:first]):
        if size not in taken.values():
            found = _apart(others, drawn, allowed, {**taken, name: size})
            if found is not None:
                return found
    return None


def larger(batch: str, sizes: Mapping[str, int], fixed: Collection[int]) -> dict[str, int]:
    """How many examples another batch of a case has, if it has a size for that: more, and as many as no other axis."""
    if batch not in sizes:
        return {}
    others = {*fixed, *(size for name, size in sizes.items() if name != batch)}
    count = sizes[batch] + MORE
    while count in others:
        count += 1
    return {batch: count}


def shape(spec: str, sizes: Mapping[str, int]) -> tuple[int, ...]:
    """The shape of a spec for these sizes."""
    return tuple(int(word) if word.isdigit() else sizes[word] for word in spec.split())
