"""What a drafted component asks of sizes, and how it asks less where the worked solution doesn't do more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graders.probe.drafting import settings
from graders.probe.drafting.proposals import BATCH, Proposal

TIDY = {"height": (6, 12), "width": (12, 6), "length": (6, 12)}
"""Sizes that windows of 2 and 3 fit into, whatever the stride."""
LOOSE = {"height": (7, 8), "width": (5, 10), "length": (7, 10)}
GROUPED = (4, 6)
OTHERS = ((6, 2), (9, 8), (11, 13))
"""What channels may be that come out, and the sizes after these."""
CHANNELS = (4, 3)
FEW = (2, 5)
"""Examples in a batch, where each is dear."""
OF_BATCHES = (5, 11)
"""Examples, where what is computed of one alone says nothing."""


@dataclass(frozen=True)
class Narrowing:
    """What of a draft was taken back, as the worked solution doesn't do it: checks, sizes, options, numbers."""

    without: tuple[str, ...] = ()
    tidy: bool = False
    single: bool = False
    plain: bool = False

    def further(self) -> Narrowing | None:
        """The next step, where outputs or gradients are wrong in some case; None where there is none."""
        if not self.tidy:
            return Narrowing(self.without, tidy=True)
        if not self.single:
            return Narrowing(self.without, tidy=True, single=True)
        return None if self.plain else Narrowing(self.without, tidy=True, single=True, plain=True)


def sizes(
    proposal: Proposal, words: Sequence[str], narrowing: Narrowing, *, of_batches: bool
) -> dict[str, tuple[int, ...]]:
    """What the sizes in a component's shapes may be, where windows run over an input or there are too many names."""
    spread = TIDY if narrowing.tidy else LOOSE
    found: dict[str, tuple[int, ...]] = {}
    if any(word in spread for word in words):
        found = _of_windows(proposal, words, spread)
    if of_batches:
        found[BATCH] = OF_BATCHES
    known = {word: (proposal.lengths[word],) for word in words if word in proposal.lengths}
    if narrowing.single:
        found |= {word: known[word] for word in found if word in known}
    if len(words) > MOST_NAMES:
        found = known | found
    return found


MOST_NAMES = 5
"""Sizes that have their own values without being said."""


def _of_windows(
    proposal: Proposal, words: Sequence[str], spread: Mapping[str, tuple[int, ...]]
) -> dict[str, tuple[int, ...]]:
    channels = GROUPED if settings.GROUPS in proposal.meanings.values() else CHANNELS
    others = [word for word in words if word not in spread and word not in (BATCH, words[1])]
    found = {word: spread.get(word, channels) for word in words} | dict(zip(others, OTHERS, strict=False))
    windows = {
        word: tuple(v for v in proposal.options[word] if isinstance(v, int))
        for word in words
        if word in proposal.options
    }
    return found | windows | {BATCH: FEW}
