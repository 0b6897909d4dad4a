"""The figures as Markdown tables."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence

from tests.benchmarks.gradcheck.measure import Cost, Mixed, Rate


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, its first column left-aligned."""
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)


def costs(found: Mapping[str, Mapping[str, Cost]], checkers: Sequence[str]) -> str:
    """Milliseconds and evaluations, one row a layer."""
    rows = []
    for layer, by in found.items():
        rows.append([layer, *(_cost(by[name]) for name in checkers)])
    return table(["ms (forward + backward)", *checkers], rows)


def _cost(c: Cost) -> str:
    return f"{c.seconds * 1e3:.1f} ({c.forwards} + {c.backwards})"


def speed(found: Mapping[str, Mapping[str, Cost]], slow: str) -> str:
    """How many times faster than ``slow``."""
    rows = [[layer, f"{by[slow].seconds / by['gradmark'].seconds:.0f}"] for layer, by in found.items()]
    return table(["layer", f"times faster than {slow}"], rows)


def powers(found: Mapping[str, Mapping[str, tuple[int | str, int]]], checkers: Sequence[str]) -> str:
    """Smallest errors found; a dagger where fewer seeds were tried."""
    rows = [[title, *(_power(*by[name]) if name in by else "-" for name in checkers)] for title, by in found.items()]
    return table(["smallest error found", *checkers], rows)


def _power(power: int | str, seeds: int) -> str:
    return (power if isinstance(power, str) else f"1e{power}") + ("" if seeds >= 20 else " †")


def rates(found: Mapping[str, Mapping[str, Rate]], checkers: Sequence[str], title: str) -> str:
    """Alarms out of runs."""
    rows = [[row, *(_rate(by[name]) if name in by else "-" for name in checkers)] for row, by in found.items()]
    return table([title, *checkers], rows)


def _rate(r: Rate) -> str:
    text = f"{r.alarms} / {r.runs}"
    if r.inconclusive:
        text += f" ({r.inconclusive} inconclusive)"
    return text + (f" ({r.errors} crashed)" if r.errors else "")


def mixed(found: Mapping[str, Mixed]) -> str:
    """Alarms about right gradients, passes of wrong ones, and evaluations."""
    wrongs = list(next(iter(found.values())).passed)
    rows = [
        [
            name,
            _rate(m.right),
            *(f"{m.passed[wrong]} / {m.wrong_runs}" for wrong in wrongs),
            f"{m.evaluations:.0f}",
        ]
        for name, m in found.items()
    ]
    return table(["", "alarms / runs", *(f"{wrong}: passes / runs" for wrong in wrongs), "evaluations"], rows)


def machine(versions: Mapping[str, str]) -> str:
    """What it ran on."""
    packages = ", ".join(f"{name} {version}" for name, version in versions.items())
    return f"Python {platform.python_version()} on {platform.system()} {platform.machine()}, one thread. {packages}."
