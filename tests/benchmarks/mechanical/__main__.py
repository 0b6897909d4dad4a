"""Marks a sample of mechanical mutants and lists those that keep all points.

`python -m tests.benchmarks.mechanical [--count 500] [--seed 0] [--homework ID] [--write docs/mechanical-mutants.md]`

A survivor is equivalent only if it computes the same for every input that the handout allows, or differs in what the
handout leaves open. Each has its reason in the homework's survivors.toml, by file and change; one without a reason
there is a check that is missing, and the command ends with status 1.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from graders.coursework.packs.pack import read_homework
from graders.marking.validation.mechanical.sample import marked, mistakes, reasons
from graders.marking.validation.outcome import Outcome
from graders.marking.validation.run import Task
from tests.support import ROOT

MLPS = ["mlp0", "mlp1", "mlp4"]
SEEN: dict[str, dict[str, list[str]]] = {
    "ai702": {
        "mytorch/nn/linear.py": ["linear", *MLPS],
        "mytorch/nn/activation.py": ["activations", *MLPS],
        "mytorch/nn/loss.py": ["losses"],
        "mytorch/nn/batchnorm.py": ["batchnorm"],
        "mytorch/optim/sgd.py": ["sgd"],
        "mytorch/models/mlp.py": MLPS,
    },
    "cs189": {
        "neural_networks/activations.py": ["relu", "activations", "softmax", "fully_connected", "network"],
        "neural_networks/layers.py": ["fully_connected", "conv", "pool", "network"],
        "neural_networks/losses.py": ["cross_entropy", "l2", "network"],
        "neural_networks/models.py": ["network", "training"],
    },
    "a4": {
        "q1.py": ["dense", "softmax", "tanh", "relu", "cross_entropy"],
        "q2.py": ["mlp"],
    },
    "dpl2023": {
        "my_neural_networks/activations.py": ["activations", "autograd"],
        "my_neural_networks/networks.py": ["autograd", "basic"],
    },
    "dpl2025": {"numpy_mlp.py": ["mlp", "trained_mlp", "curves_mlp"]},
}
"""What is changed, and the sections that see it."""

TRAINING = {"training", "trained_mlp", "curves_mlp"}
"""Sections that take long: they are marked only where the others see nothing."""


def candidates(homework: str) -> Iterator[Task]:
    """Every change of a homework's worked submission, as a mutant that loses what sees its file."""
    for file, sections in SEEN[homework].items():
        text = (ROOT / "student_impl" / homework / file).read_text(encoding="utf-8")
        first = tuple(section for section in sections if section not in TRAINING)
        yield from mistakes(homework, file, text, frozenset(sections), first)


def sampled(homeworks: Sequence[str], count: int, seed: int) -> list[Task]:
    """So many of all, the same for the same seed."""
    found = [task for homework in homeworks for task in candidates(homework)]
    return random.Random(seed).sample(found, min(count, len(found)))


@cache
def reasons_of(homework: str) -> dict[str, str]:
    """What is in the homework's survivors.toml."""
    return reasons(read_homework(homework))


def reason(outcome: Outcome) -> str:
    """Why a survivor is no mistake; empty if nobody has found a reason."""
    return reasons_of(outcome.homework).get(outcome.name, "")


def main() -> int:
    """Mark the sample and print what survives."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.mechanical")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--homework", action="append", choices=sorted(SEEN))
    parser.add_argument("-n", type=int, default=2)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    began = time.monotonic()
    homeworks = [name for name in options.homework or sorted(SEEN) if (ROOT / "student_impl" / name).is_dir()]
    tasks = sampled(homeworks, options.count, options.seed)
    outcomes = []
    for number, outcome in enumerate(marked(tasks, options.n), 1):
        outcomes.append(outcome)
        if not outcome.fails:
            print(f"survives: {outcome.homework} {outcome.name}", flush=True)
        if number % 50 == 0:
            print(f"{number} of {len(tasks)}", file=sys.stderr, flush=True)
    text = report(outcomes, " ".join(["python -m tests.benchmarks.mechanical", *sys.argv[1:]]))
    print(text, f"{time.monotonic() - began:.0f} s")
    if options.write:
        options.write.write_text(text, encoding="utf-8")
    return 1 if any(not outcome.fails and not reason(outcome) for outcome in outcomes) else 0


def report(outcomes: Sequence[Outcome], command: str) -> str:
    """How many were caught, and the survivors with their reasons."""
    survivors = sorted((one for one in outcomes if not one.fails), key=lambda one: (one.homework, one.name))
    equivalent = [one for one in survivors if reason(one)]
    missed = len(survivors) - len(equivalent)
    real = len(outcomes) - len(equivalent)
    lines = [
        "# Mechanical mutants",
        "",
        f"Made by `{command}`: one operator, sign, constant, comparison, axis, index, order of arguments or keyword",
        "changed, or one line dropped, in what students write of the worked submissions.",
        "",
        f"{len(outcomes)} mutants: {len(outcomes) - len(survivors)} caught, {len(equivalent)} equivalent,",
        f"{missed} missed ({100 * (real - missed) / max(real, 1):.1f} % of those that are mistakes are caught).",
        "",
        "| homework | mutants | caught | equivalent | missed |",
        "|---|---|---|---|---|",
    ]
    for homework in dict.fromkeys(sorted(one.homework for one in outcomes)):
        own = [one for one in outcomes if one.homework == homework]
        left = [one for one in own if not one.fails]
        same = sum(bool(reason(one)) for one in left)
        lines.append(f"| {homework} | {len(own)} | {len(own) - len(left)} | {same} | {len(left) - same} |")
    lines += [
        "",
        "## Survivors",
        "",
        "A survivor is equivalent if it computes the same for every input that the handout",
    ]
    lines += ["allows, or differs in what the handout leaves open.", ""]
    lines += [f"- {one.homework}, {one.name}: {reason(one) or '**missed**'}" for one in survivors]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
