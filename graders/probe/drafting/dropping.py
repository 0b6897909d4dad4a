"""Dropout layers of a worked solution, in the ways in which they may be meant: what is kept, what is scaled when."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from graders.probe.drafting import settings
from graders.probe.drafting.inventory import Module, Piece, pieces
from graders.probe.drafting.running import evaluating
from graders.probe.drafting.said import table
from graders.probe.drafting.ways import Way
from graders.probe.words import bare

SHARES = (0.25, 0.6)
"""What an option that is a share may be."""


def is_dropout(piece: Piece) -> bool:
    """Whether it is by its name a layer that drops entries at random."""
    return "dropout" in bare(piece.name)


def dropouts(modules: Sequence[Module]) -> Iterator[list[Way]]:
    """For each such class what it may be, the likeliest first."""
    for piece in pieces(modules):
        share = next((one for one in piece.new if settings.meaning(one.name) in _SHARES), None)
        if piece.is_class and is_dropout(piece) and share is not None and len(piece.new) == 1:
            yield list(_ways(piece, share.name))


_SHARES = (settings.RATE, settings.PADDING)
"""`p` may be both."""


def _ways(piece: Piece, share: str) -> Iterator[Way]:
    x = piece.takes[0].name
    switch = evaluating(piece)
    kept_first = "keep" in bare(share)
    for is_kept, inverted in itertools.product((kept_first, not kept_first), (True, False)):
        kept = share if is_kept else f"1 - {share}"
        scaled = f"{x} * mask / ({kept})" if inverted else f"{x} * mask"
        evaluated = x if inverted else f"{x} * ({kept})"
        for shape in ("N C",):
            fields = (
                ("name", f'"{piece.module}.{piece.name}"'),
                ("new", f'"{share}"'),
                ("inputs", table({x: shape})),
                ("options", table({share: list(SHARES)})),
                ("chance", f"Chance(kept=lambda {share}: {kept})"),
                ("torch", f"lambda {x}, mask, {share}: {scaled}"),
                ("evaluation", f"lambda {x}, {share}: {evaluated}" if switch else ""),
                ("evaluate", table(switch)),
            )
            says = "dropout" if inverted else "dropout that evaluation scales"
            yield Way(
                piece.section,
                piece,
                "Layer",
                says,
                fields,
                ("forward", "backward"),
                ("forward", "backward", "evaluation"),
            )
