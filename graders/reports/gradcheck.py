"""The report of `gradmark check`: plain text for pipes, colour for a terminal, both from the one record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from graders.gradcheck.digits import apart, told_apart
from graders.probe.record import PASS, Item, ProbeReport
from graders.reports import heatmap

PLAIN_WIDTH = 100
INCONCLUSIVE = "inconclusive"
HEADINGS = ("gradient of", "shape", "verdict", "mismatch", "tolerance", "seen", "wrong entries", "unchecked outputs")
ENTRY_HEADINGS = ("index", "got", "expected", "got/expected")


def text(report: ProbeReport) -> str:
    """The report for a pipe."""
    lines = [f"{report.target}: {report.verdict}", *_said(report)]
    if report.inputs:
        lines += ["", *_aligned([HEADINGS, *(_row(item) for item in report.inputs)])]
    for item in _wrong(report):
        lines += ["", f"wrong entries of the gradient of {item.name}, worst first"]
        lines += _aligned([ENTRY_HEADINGS, *_entries(item)])
        lines += _plain_map(item)
    return "\n".join([*lines, *_spent(report)]) + "\n"


def show(report: ProbeReport, console: Console) -> None:
    """Print the report in colour."""
    console.print(Text.assemble((report.target, "bold"), "  ", (report.verdict, f"bold {_style(report.verdict)}")))
    for line in _said(report):
        console.print(Text(line, style="dim" if line == report.taken_for else ""))
    if report.inputs:
        console.print(_table(report))
    for item in _wrong(report):
        console.print(Text(f"\nwrong entries of the gradient of {item.name}, worst first", style="bold"))
        console.print(_grid(ENTRY_HEADINGS, _entries(item)))
        _show_map(item, console)
    for line in _spent(report):
        console.print(Text(line, style="dim"))


def _said(report: ProbeReport) -> list[str]:
    lines = [report.homework or "", report.taken_for, *report.message.splitlines(), *report.hint.splitlines()]
    return [line for line in lines if line]


def _spent(report: ProbeReport) -> list[str]:
    if not report.forward_evaluations:
        return []
    spent = f"{report.forward_evaluations} forward and {report.backward_evaluations} backward evaluations"
    return ["", f"{spent}, {report.dtype}, seed {report.seed}"]


def _wrong(report: ProbeReport) -> Iterator[Item]:
    return (item for item in report.inputs if item.wrong)


def _row(item: Item) -> tuple[str, ...]:
    wrong = str(item.wrong_count) if item.examined else "-" if item.verdict == PASS else ""
    if item.wrong_count > 1 and item.examined < _size(item):
        wrong = f"{item.wrong_count} of {item.examined} looked at"
    numbers = (_number(item.mismatch, "{:.1e}"), _number(item.tolerance, "{:.0e}"), _share(item.seen))
    return (item.name, f"{tuple(item.shape)}", item.verdict, *numbers, wrong, str(item.unchecked))


def _share(seen: float | None) -> str:
    """A share in per cent, which is 100 only where nothing is missing."""
    if seen is None:
        return "-"
    return "100 %" if seen == 1 else f"{min(100 * seen, 99.9):.3g} %"


def _size(item: Item) -> int:
    size = 1
    for length in item.shape:
        size *= length
    return size


def _entries(item: Item) -> list[tuple[str, ...]]:
    return [
        (
            f"{entry.index}",
            *told_apart(entry.got + 0.0, entry.expected + 0.0),
            _number(entry.ratio, _apart_from_one(entry.ratio)),
        )
        for entry in item.wrong
    ]


def _apart_from_one(ratio: float | None) -> str:
    """A form with digits enough to see that it isn't 1."""
    return f"{{:.{apart(ratio or 0.0, 1.0)}g}}"


def _number(value: float | None, form: str) -> str:
    return "-" if value is None else form.format(value + 0.0)


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _plain_map(item: Item) -> list[str]:
    if item.relative_error is None or not item.shape:
        return []
    lines = ["", f"relative error of the gradient of {item.name}", heatmap.LEGEND]
    for band in heatmap.bands(item.relative_error, PLAIN_WIDTH - 2):
        lines += [f"  {line}".rstrip() for line in heatmap.characters(band)]
    rest = heatmap.left_out(item.relative_error)
    return [*lines, rest] if rest else lines


def _show_map(item: Item, console: Console) -> None:
    if item.relative_error is None or not item.shape:
        return
    console.print(Text(f"\nrelative error of the gradient of {item.name}", style="bold"))
    console.print(heatmap.legend())
    for band in heatmap.bands(item.relative_error, console.width - 4):
        for line in heatmap.half_blocks(band):
            console.print(Padding(line, (0, 0, 0, 2)))
    console.print(Text(heatmap.left_out(item.relative_error), style="dim"), end="\n" if len(item.shape) > 2 else "")


def _table(report: ProbeReport) -> Table:
    table = _grid(HEADINGS, ())
    for item in report.inputs:
        name, shape, verdict, *rest = _row(item)
        table.add_row(name, shape, Text(verdict, style=_style(verdict)), *rest)
    return table


def _grid(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(*headings, box=box.SIMPLE, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table


def _style(verdict: str) -> str:
    return {PASS: "green", INCONCLUSIVE: "yellow"}.get(verdict, "red")
