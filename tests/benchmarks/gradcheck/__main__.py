"""Runs the benchmark and writes docs/gradcheck-benchmark.md: ``python -m tests.benchmarks.gradcheck``."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

from tests.benchmarks.gradcheck import (  # noqa: E402 - after the threads are set
    large,
    measure,
    mixed,
    peers,
    report,
    scenarios,
    versus,
    wild,
)
from tests.benchmarks.gradcheck.measure import Cost, Rate  # noqa: E402
from tests.benchmarks.gradcheck.peers import Checker  # noqa: E402

OUTPUT = Path("docs/gradcheck-benchmark.md")

SECONDS = 3.0
"""Time for one peer in one scenario."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, write, and say where."""
    options = _options(arguments)
    checkers = {name: c for name, c in peers.available().items() if not options.only or name in options.only}
    output = None if options.output == "-" else Path(options.output)
    kept = _sections(output.read_text()) if options.parts and output and output.exists() else {}
    for name in options.parts or PARTS:
        start = time.perf_counter()
        section = PARTS[name](checkers, options)
        title = section.splitlines()[0]
        kept[title] = f"{section}\n\n{_made(name, options, time.perf_counter() - start)}"
        text = _document([kept[t] for t in sorted(kept, key=_rank)], list(checkers))
        if output:
            output.write_text(text)
    sys.stdout.write(f"{output}\n" if output else text)
    return 0


def _sections(text: str) -> dict[str, str]:
    """The sections of a report made earlier, by title."""
    parts = text.split("\n## ")[1:]
    return {f"## {part.splitlines()[0]}": f"## {part.strip()}" for part in parts}


def _rank(title: str) -> int:
    return TITLES.index(title)


def _made(part: str, options: argparse.Namespace, seconds: float) -> str:
    flags = " --quick" if options.quick else ""
    flags += f" --seconds {options.seconds:g}" if part in ("alarms", "bugs") and options.seconds != SECONDS else ""
    flags += " --other ../before" if part == "turns" and options.other else ""
    if options.only:
        flags += " --only " + " ".join(shlex.quote(name) for name in options.only)
    minutes = max(1, round(seconds / 60))
    return f"Made by `python -m tests.benchmarks.gradcheck --parts {part}{flags}` in {minutes} minutes."


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.gradcheck", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few seeds: does it run?")
    parser.add_argument("--only", nargs="*", metavar="CHECKER", help=f"of {', '.join(peers.CHECKERS)}")
    parser.add_argument("--parts", nargs="*", choices=PARTS, help="measure these again, keep the rest of the report")
    parser.add_argument("--output", default=str(OUTPUT), help="a file, or - for standard output")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="time for one peer in one scenario, at most")
    parser.add_argument("--other", type=Path, help="the folder of another version, for the part `turns`")
    return parser.parse_args(arguments)


def _progress(text: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stderr.flush()


def _costs(checkers: Mapping[str, Checker], options: argparse.Namespace) -> str:
    repeats = 1 if options.quick else 15
    found: dict[str, dict[str, Cost]] = {}
    for layer, make in scenarios.MEASURED.items():
        _progress(f"time: {layer}")
        found[layer] = {}
        for name, checker in checkers.items():
            found[layer][name] = measure.cost(checker, make, repeats)
    parts = [
        "## Time and evaluations",
        "A check of a right layer: time of the processor, median of 15; of one where it takes more than a second.",
        report.costs(found, list(checkers)),
    ]
    if {"gradmark", "torch slow"} <= checkers.keys():
        parts.append(report.speed(found, "torch slow"))
    return "\n\n".join(parts)


def _detection(checkers: Mapping[str, Checker], options: argparse.Namespace) -> str:
    found: dict[str, dict[str, tuple[int | str, int]]] = {}
    for layer, make in scenarios.MEASURED.items():
        for one in (False, True):
            title = f"{layer}, {'one entry' if one else 'all entries'}"
            found[title] = {}
            for name, checker in checkers.items():
                _progress(f"detection: {title}: {name}")
                took = measure.seconds_of(checker, make)
                if took > measure.TOO_SLOW:
                    continue
                patient = measure.OURS if name == "gradmark" else measure.SEEDS
                seeds = measure.FEWER if options.quick or took > measure.PATIENCE else patient
                found[title][name] = measure.detection(checker, make, one, seeds), seeds
    note = (
        "The first gradient is off by a relative error, in all entries or in one that isn't zero. The smallest power "
        f"of ten that is found in at least 95 % of {measure.SEEDS} seeds (ours: of {measure.OURS}; "
        f"†: in all of {measure.FEWER} seeds, for checkers that take more than {measure.PATIENCE} s; "
        f"-: not tried, more than {measure.TOO_SLOW} s)."
    )
    return "\n\n".join(["## Detection", note, report.powers(found, list(checkers))])


def _stress(checkers: Mapping[str, Checker], options: argparse.Namespace) -> str:
    checker = {"gradmark": checkers["gradmark"]} if "gradmark" in checkers else {}
    seeds = measure.FEWER if options.quick else measure.SEEDS
    found: dict[str, dict[str, tuple[int | str, int]]] = {}
    for title, make in scenarios.silent().items():
        if measure.family(title) not in measure.STRESS:
            continue
        for one in (False, True):
            _progress(f"stress: {title}")
            row = f"{title}, {'one entry' if one else 'all entries'}"
            found[row] = {name: (measure.detection(check, make, one, seeds), seeds) for name, check in checker.items()}
    note = "Ours alone, as under Detection, where rounding is worst: the smallest power of ten that is found."
    return "\n\n".join(["## Detection under stress", note, report.powers(found, list(checker))])


def _false_alarms(checkers: Mapping[str, Checker], options: argparse.Namespace) -> str:
    seeds, seconds = (5, 1.0) if options.quick else (200, options.seconds)
    single = {name: _rates(checkers, name, make, seeds, seconds) for name, make in scenarios.silent().items()}
    families = dict.fromkeys(measure.family(name) for name in single)
    summed = {
        f"{row} ({sum(measure.family(name) == row for name in single)})": {
            name: measure.total(iter(by[name] for title, by in single.items() if measure.family(title) == row))
            for name in checkers
        }
        for row in families
    }
    summed["all (37)"] = {name: measure.total(iter(by[name] for by in single.values())) for name in checkers}
    note = (
        "Right gradients: every alarm is false. Runs of ours are 200 seeds in each scenario; a peer that needs more "
        f"than {seconds:g} s for them gets as many as fit."
    )
    parts = ["## False alarms", note, report.rates(summed, list(checkers), "alarms / runs")]
    parts += ["Each scenario:", report.rates(single, list(checkers), "alarms / runs")]
    return "\n\n".join(parts)


def _rates(
    checkers: Mapping[str, Checker], title: str, make: scenarios.Make, seeds: int, seconds: float
) -> dict[str, Rate]:
    _progress(f"alarms: {title}")
    found = {}
    for name, checker in checkers.items():
        runs = seeds if name == "gradmark" else measure.affordable(checker, make, seeds, seconds)
        found[name] = measure.rate(checker, make, runs)
    return found


def _bugs(checkers: Mapping[str, Checker], options: argparse.Namespace) -> str:
    seeds = 2 if options.quick else measure.SEEDS
    seconds = options.seconds / 2
    found = {name: _rates(checkers, name, make, seeds, seconds) for name, make in scenarios.bugs().items()}
    spoiled = {name: _rates(checkers, name, make, seeds, seconds / 3) for name, make in measure.never_pass().items()}
    for title in ("all-zero", "ignores cotangent"):
        rows = [by for name, by in spoiled.items() if name.startswith(title)]
        found[f"{title}, 7 layers at 3 scales and 6 at full size"] = {
            name: measure.total(iter(by[name] for by in rows)) for name in checkers
        }
    note = f"Wrong gradients: every run should end in an alarm. {seeds} seeds, fewer where a peer takes too long."
    return "\n\n".join(["## Realistic bugs", note, report.rates(found, list(checkers), "alarms / runs")])


def _mixed(checkers: Mapping[str, Checker], options: argparse.Namespace) -> str:
    del checkers  # ours alone
    seeds = 3 if options.quick else 200
    found = {}
    for name, make in mixed.MIXED.items():
        _progress(f"mixed: {name}")
        found[name] = measure.mixed_sizes(make, seeds)
    note = (
        f"Ours alone: numbers of very different sizes in one array, {seeds} seeds each. Right gradients should raise "
        "no alarm; a gradient of zeros, a doubled one and one of the other sign (of all inputs, and of "
        "each alone) should never pass."
    )
    return "\n\n".join(["## Mixed sizes", note, report.mixed(found)])


def _turns(checkers: Mapping[str, Checker], options: argparse.Namespace) -> str:
    del checkers  # ours and torch's fast mode
    note = (
        "Ours and torch's fast mode by turns, in processes of their own, so that whatever else the machine does falls "
        "on both alike: time of the processor, median; ratios are medians of ratios."
    )
    if options.other:
        note += (
            " *before* is the version in another folder, made by `git worktree add ../before c8f3c1c`: before numbers "
            "of very different sizes were told apart."
        )
    return "\n\n".join(["## Time by turns", note, versus.compare(options.other, 5 if options.quick else 60)])


def _large(checkers: Mapping[str, Checker], options: argparse.Namespace) -> str:
    del checkers  # ours alone
    size = 10**5 * 2 if options.quick else 10**6
    note = (
        f"Ours alone: arrays of {size:,} entries. Time of a whole check in forward evaluations of the function itself, "
        "made between its steps, median of 5; peak of memory beside that of one forward and backward pass."
    )
    return "\n\n".join(["## Large arrays", note, large.measured(size, 1 if options.quick else 5)])


def _wild(checkers: Mapping[str, Checker], options: argparse.Namespace) -> str:
    del checkers, options  # ours alone
    rows = wild.written()
    note = (
        "Ours alone: kinds of interface of public libraries and courses, rewritten small, without further options; "
        "each target with what was said of it is in [gradcheck-wild.md](gradcheck-wild.md), made in the same run. "
        f"{wild.summary(rows)}"
    )
    return "\n\n".join(["## In the wild", note, wild.by_kind(rows)])


def _document(sections: list[str], checkers: list[str]) -> str:
    head = [
        "# The gradient checker, side by side",
        report.machine(peers.versions()),
        "All checkers see the same black-box NumPy layers, in the same run. With their own default settings: "
        "`torch.autograd.gradcheck` in its slow and fast mode, `jax.test_util.check_grads` (reverse mode, 64 bits), "
        "`autograd.test_util.check_grads`, `numdifftools.Gradient` compared with `np.allclose`. As strict as they can "
        f"be without alarms about ordinary right layers: torch's with `eps={peers.STEP:g}` and `atol` and `rtol` of "
        f"{peers.TUNED:g}, in both modes (*tuned*); JAX's with the same step and {peers.TUNED_JAX:g} (*strict*); "
        f"stencils of sixth order of `findiff` with h = {peers.COARSE:g} for each entry, whose largest error may be "
        f"{peers.TUNED_FINDIFF:g} of the largest entry. And two classroom "
        f"checkers: central differences with h = 1e-5 that allow a relative error of {peers.RELATIVE:.0e} in an entry, "
        f"and with h = 1e-6 that allow a ratio of norms of {peers.NORM_RATIO:.0e}. Times are those of the "
        "processor, on a shared machine; evaluations are exact.",
        "The others are installed with `pip install torch==2.13.0 numpy jax findiff autograd numdifftools`, or with "
        'this package by `pip install -e ".[bench]"`; a checker that isn\'t installed is left out.',
    ]
    missing = [name for name in peers.CHECKERS if name not in checkers]
    if missing:
        head.append(f"Not in this run: {', '.join(missing)}.")
    return "\n\n".join([*head, *sections]) + "\n"


PARTS: dict[str, Callable[[Mapping[str, Checker], argparse.Namespace], str]] = {
    "time": _costs,
    "detection": _detection,
    "stress": _stress,
    "alarms": _false_alarms,
    "bugs": _bugs,
    "mixed": _mixed,
    "turns": _turns,
    "large": _large,
    "wild": _wild,
}

TITLES = [
    "## Time and evaluations",
    "## Time by turns",
    "## Large arrays",
    "## Detection",
    "## Detection under stress",
    "## False alarms",
    "## Realistic bugs",
    "## Mixed sizes",
    "## In the wild",
]

if __name__ == "__main__":
    sys.exit(main())
