"""How the allowed error compares with what runs in float32 would allow: `python -m tests.benchmarks.tolerance`.

The oracles are asked what the checks of each homework ask them while its worked submission is marked.
"""

from __future__ import annotations

import argparse
import statistics
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from graders.coursework.bundled import bundled
from graders.coursework.packs.pack import homework_ids, load_homework
from graders.coursework.selection import select
from graders.judging import expected, rounding
from graders.judging.expected import Answer, Expected
from graders.judging.tolerance import SINGLE_ROUNDING, allowed_error
from graders.marking.profiles import Profile
from graders.marking.run import Request, mark

WHOLE = np.dtype(np.int64)
SAMPLES = 3


class Listening(Answer):
    """An answer that is remembered, once for each oracle and arguments."""

    heard: list[Answer]

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        type(self).heard.append(self)


def asked(homework: str, profile: Profile) -> list[Answer]:
    """What the checks of a homework ask its oracles."""
    Listening.heard = []
    found = load_homework(homework)
    original, expected.Answer = expected.Answer, Listening
    try:
        mark(Request(Path(bundled(f"student_impl/{homework}")), found, select(found, [], {}), profile))
    finally:
        expected.Answer = original
    return Listening.heard


def in_float32(answer: Answer) -> dict[str, np.ndarray]:
    """The noise of each quantity by runs in float32 on inputs moved by a rounding error."""
    random = np.random.default_rng(0)
    runs = []
    for _ in range(SAMPLES):
        arguments = _tensors(answer._arguments, random)
        token = rounding._SIMULATED.set(True)
        runs.append(dict(flat(_arrays(answer._oracle(**arguments)))))
        rounding._SIMULATED.reset(token)
    exact = dict(flat(answer._values))
    with np.errstate(all="ignore"):
        return {name: np.max([np.abs(run[name] - exact[name]) for run in runs], axis=0) for name in exact}


def _tensors(value: Any, random: np.random.Generator) -> Any:
    if isinstance(value, np.ndarray) and value.dtype.kind != "f":
        return torch.tensor(value)
    if isinstance(value, np.ndarray):
        moved = value * (1 + SINGLE_ROUNDING * random.uniform(-1, 1, value.shape))
        return torch.tensor(moved, dtype=torch.float32)
    if isinstance(value, Mapping):
        return {name: _tensors(item, random) for name, item in value.items()}
    return [_tensors(item, random) for item in value] if isinstance(value, list | tuple) else value


def _arrays(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return value.detach().to(torch.float64).numpy()
    if isinstance(value, Mapping):
        return {name: _arrays(item) for name, item in value.items()}
    return [_arrays(item) for item in value] if isinstance(value, list | tuple) else value


def flat(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each array with the name of its quantity and its place in it."""
    for name, value in values.items():
        for place, item in enumerate(value if isinstance(value, list) else [value]):
            yield f"{name} {place}", item


def ratios(answer: Answer) -> Iterator[tuple[str, float]]:
    """For each quantity, entry by entry: what is allowed now against what runs in float32 would allow."""
    before = in_float32(answer)
    for name, value in flat({name: getattr(answer, name) for name in answer._values}):
        assert isinstance(value, Expected)
        with np.errstate(all="ignore"):
            now = allowed_error(value.value, value.noise, WHOLE)
            then = allowed_error(value.value, before[name], WHOLE)
            share = np.where(now == then, 1.0, now / then)
        yield from ((name.partition(" ")[0], float(entry)) for entry in np.ravel(share))


def main() -> None:
    """Print a line for each quantity of each oracle."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("homeworks", nargs="*", default=homework_ids())
    parser.add_argument("--profile", default="quick")
    chosen = parser.parse_args()
    print(f"{'quantity':45} {'entries':>8} {'median':>7} {'min':>7} {'max':>9}  outside 1/2..2")
    everything: list[float] = []
    for homework in chosen.homeworks:
        found: dict[str, list[float]] = defaultdict(list)
        for answer in asked(homework, Profile(chosen.profile)):
            for quantity, share in ratios(answer):
                found[f"{homework} {answer._oracle.__name__}.{quantity}"].append(share)
        for quantity, shares in sorted(found.items()):
            print(f"{quantity:45} {described(shares)}")
            everything += shares
    print(f"{'all':45} {described(everything)}")


def described(shares: list[float]) -> str:
    """Count, median, least and largest, and the part that is not within a factor of 2; NaN counts as outside."""
    real = [share for share in shares if share == share] or [float("nan")]
    outside = sum(not 0.5 <= share <= 2 for share in shares) / len(shares)
    return f"{len(shares):8} {statistics.median(real):7.3f} {min(real):7.3f} {max(real):9.3f}  {outside:8.2%}"


if __name__ == "__main__":
    main()
