"""Checks random networks, right and with one change: `python -m tests.benchmarks.gradcheck.networks [COUNT]`.

Prints how many ended with which verdict. Exit status 1 if a right network is accused or a changed one passes.
"""

from __future__ import annotations

import itertools
import sys
from collections import Counter

import numpy as np

from graders.gradcheck import Verdict
from tests.benchmarks.gradcheck import compositions
from tests.benchmarks.gradcheck.layers import Layer
from tests.gradcheck.helpers import check


def verdict_of(layer: Layer, seed: int) -> Verdict:
    """The checker's word on one network, without localisation."""
    return check(layer, seed=seed, localise=False).verdict


def right(count: int) -> Counter[Verdict]:
    """So many right networks."""
    return Counter(verdict_of(compositions.network(np.random.default_rng(seed)), seed) for seed in range(count))


def changed(change: str, count: int) -> Counter[Verdict]:
    """So many networks with this change, leaving out those in which it changes nothing."""
    verdicts: Counter[Verdict] = Counter()
    for seed in itertools.count():
        rng = np.random.default_rng(seed)
        original, wrong = compositions.changed_network(rng, change)
        if compositions.differs(original, wrong, rng):
            verdicts[verdict_of(wrong, seed)] += 1
        if verdicts.total() == count:
            break
    return verdicts


def main(count: int) -> int:
    """Count, print, judge."""
    found = {"right": right(count)} | {change: changed(change, count) for change in compositions.CHANGES}
    for name, verdicts in found.items():
        print(f"{name:<8}" + ", ".join(f"{verdict.value} {times}" for verdict, times in verdicts.most_common()))
    accused = count - found["right"][Verdict.PASS] - found["right"][Verdict.INCONCLUSIVE]
    passed = sum(found[change][Verdict.PASS] for change in compositions.CHANGES)
    return int(accused > 0 or passed > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))
