"""Runs the benchmark and writes docs/gradcheck-benchmark.md: ``python -m tests.benchmarks.gradcheck``."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

from tests.benchmarks.gradcheck import measure, mixed, peers, report, scenarios  # noqa: E402 - after the threads are set
from tests.benchmarks.gradcheck.measure import Cost, Rate  # noqa: E402
from tests.benchmarks.gradcheck.peers import Checker  # noqa: E402

OUTPUT = Path("docs/gradcheck-benchmark.md")


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
    return f"Made by `python -m tests.benchmarks.gradcheck --parts {part}{flags}` in {seconds / 60:.0f} minutes."


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.gradcheck", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few seeds: does it run?")
    parser.add_argument("--only", nargs="*", metavar="CHECKER", help=f"of {', '.join(peers.CHECKERS)}")
    parser.add_argument("--parts", nargs="*", choices=PARTS, help="measure these again, keep the rest of the report")
    parser.add_argument("--output", default=str(OUTPUT), help="a file, or - for standard output")
    parser.add_argument("--seconds", type=float, default=3.0, help="time for one peer in one scenario, at most")
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
            measure.seconds_of(checker, make)
            found[layer][name] = measure.cost(checker, make, repeats)
    parts = ["## Time and evaluations", "A check of a right layer, median.", report.costs(found, list(checkers))]
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
        f"than {seconds:.0f} s for them gets as many as fit."
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
    found = {name: _rates(checkers, name, make, seeds, 1.5) for name, make in scenarios.bugs().items()}
    spoiled = {name: _rates(checkers, name, make, seeds, 0.5) for name, make in measure.never_pass().items()}
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


def _document(sections: list[str], checkers: list[str]) -> str:
    head = [
        "# The gradient checker, side by side",
        report.machine(peers.versions()),
        "All checkers see the same black-box NumPy layers, in the same run, with their own default settings: "
        "`torch.autograd.gradcheck` in its slow and fast mode, `jax.test_util.check_grads` (reverse mode, 64 bits), "
        "`autograd.test_util.check_grads`, `numdifftools.Gradient` compared with `np.allclose`, and two classroom "
        f"checkers: central differences with h = 1e-5 that allow a relative error of {peers.RELATIVE:.0e} in an entry, "
        f"and with h = 1e-6 that allow a ratio of norms of {peers.NORM_RATIO:.0e}. Times are those of a shared "
        "machine; evaluations are exact.",
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
}

TITLES = [
    "## Time and evaluations",
    "## Detection",
    "## Detection under stress",
    "## False alarms",
    "## Realistic bugs",
    "## Mixed sizes",
]

if __name__ == "__main__":
    sys.exit(main())
