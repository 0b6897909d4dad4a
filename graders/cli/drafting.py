"""Makes the pack of `gradmark new`: drafts it, asks, narrows it until the solution has full marks, validates it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
import typer

from graders import UsageError
from graders.cli.new import NewOptions, asked, asks
from graders.cli.options import processes
from graders.cli.progress import progress
from graders.coursework.packs.loading import all_problems
from graders.coursework.packs.pack import WORKED
from graders.coursework.record import Report
from graders.marking.drafted.files import Component, PackFiles
from graders.marking.drafted.mutants import caught, made, mutants_text
from graders.marking.drafted.whole import whole
from graders.marking.validation.marker import Marker
from graders.marking.validation.mechanical.sample import SURVIVORS, drawn, marked
from graders.marking.validation.outcome import Outcome
from graders.marking.validation.pack_suite import suite_of
from graders.marking.validation.plain import FILE as MUTANTS
from graders.probe.drafting.copying import taken_along
from graders.probe.drafting.drafts import Draft
from graders.probe.drafting.dropping import dropouts
from graders.probe.drafting.finding import Solution, drafted
from graders.probe.drafting.matching import DIVIDED, identifier
from graders.probe.drafting.reference import Reference, opened
from graders.probe.drafting.updates import optimisers
from graders.probe.drafting.writing import LeftOver
from graders.reports.drafted import Made as Summary
from graders.reports.drafted import Row, show
from graders.reports.wording import points


@dataclass
class Made:
    """The outcome: drafts and what is left over, the solution's marks, mutants that are caught, small mistakes."""

    folder: Path
    drafts: list[Component]
    left: list[LeftOver]
    report: Report
    mutants: list[Outcome] = field(default_factory=list)
    tried: int = 0
    mechanical: list[Outcome] = field(default_factory=list)

    @property
    def survivors(self) -> list[str]:
        """The mechanical mistakes that nothing caught."""
        return sorted(one.name for one in self.mechanical if not one.fails)

    @property
    def is_whole(self) -> bool:
        """Whether the solution has full marks."""
        return self.report.exit_status == 0

    def summary(self, folder: Path) -> Summary:
        """The same for people, for the folder that it was moved to."""
        worth = {section.id: points(section.max_score) for section in self.report.sections}
        rows = [Row(d.section, worth[d.section], d.says, len(list(d.doubts()))) for d in self.drafts]
        killed = len(self.mutants), self.tried
        small = len(self.mechanical) - len(self.survivors), len(self.mechanical)
        score = f"{points(self.report.score)}/{points(self.report.max_score)} points"
        left = [(one.section, one.why) for one in self.left]
        return Summary(str(folder), rows, left, score, killed, small, self.survivors)


def make(name: str, folder: Path, options: NewOptions) -> int:
    """Make the pack in this folder and say what came; the exit status."""
    with tempfile.TemporaryDirectory(prefix="gradmark-new-") as place:
        found = _made(name, Path(place), options)
        _move(found.folder, folder)
    show(found.summary(folder))
    return 0 if found.is_whole else 1


def _made(name: str, place: Path, options: NewOptions) -> Made:
    solution = taken_along(options.source, place / "solution", _names(options.with_))
    reference = None if options.reference is None else opened(options.reference, options.said_oracles)
    drafts, left = _drafts(solution, reference, options)
    files = _files(name, solution, drafts, options)
    with _saying("marking the worked solution"), Marker() as marker:
        found = whole(drafts, left, files, place / "rounds", marker, _names(options.without))
        if not found.drafts:
            raise UsageError(f"--from {options.source}: {_nothing(found.left)}")
        pack = place / name
        files.write(pack, found.drafts, found.left)
        files.mark_solutions(pack, found.drafts)
        problems = all_problems(str(pack))
        if problems:
            raise UsageError(problems[0])
        report = marker.mark(pack / WORKED, str(pack))
    made_ = Made(pack, found.drafts, found.left, report)
    _validate(made_, options)
    return made_


def _drafts(solution: Solution, reference: Reference | None, options: NewOptions) -> tuple[list[Draft], list[LeftOver]]:
    """What is recognised, less what is to be handed out; UsageError where options name what isn't there."""
    with _saying("looking at the worked solution"):
        everything = list(drafted(solution, reference))
    known = [one.section for one in everything]
    known += [several[0].section for several in (*optimisers(solution.modules), *dropouts(solution.modules))]
    _must_be_known("--without", _names(options.without), known)
    _must_be_known("--points", list(options.said_points), known)
    _must_be_known("--oracle", list(options.said_oracles), known)
    found = [one for one in everything if one.section not in _names(options.without)]
    drafts, left = [d for d in found if isinstance(d, Draft)], [d for d in found if isinstance(d, LeftOver)]
    for section, function in options.said_oracles.items():
        if section in [one.section for one in left]:
            raise UsageError(f"--oracle {section}={function}: the solution's outputs or gradients are others")
    return _confirmed(drafts, options), left


def _confirmed(drafts: list[Draft], options: NewOptions) -> list[Draft]:
    """The drafts, of which those are sure of whose conventions the instructor says so."""
    said = _names(options.averaged)
    averaged = {f"{d.section}.{identifier(n)}": d for d in drafts for n, s in d.match.scales.items() if s == DIVIDED}
    for name in said:
        if name not in averaged:
            raise UsageError(f"--averaged {name}: the worked solution doesn't divide that gradient by the batch size")
    sure = []
    for draft in drafts:
        own = [name for name, one in averaged.items() if one is draft]
        is_sure = bool(own) and all(name in said for name in own)
        if own and not is_sure and asks(options):
            question = (
                f"{', '.join(own)}: the solution divides these gradients by the batch size. Is that the handout's?"
            )
            is_sure = typer.confirm(question, default=True, err=True)
        sure.append(replace(draft, is_sure=is_sure))
    return sure


def _files(name: str, solution: Solution, drafts: Sequence[Draft], options: NewOptions) -> PackFiles:
    title = asked("Title", options.title or name, options, str) if options.title is None else options.title
    worth = options.said_points
    total = options.total
    if asks(options) and not worth:
        total = asked("Points in all", total, options, int)
        each = total // max(len(drafts), 1)
        for draft in drafts[:-1]:
            worth[draft.section] = asked(f"Points for {draft.title} ({draft.says})", float(each), options, float)
    if sum(worth.values()) > total:
        raise UsageError(f"--points: they come to {sum(worth.values()):g}, more than the total of {total}")
    return PackFiles(name, title, solution, worth, total, options.reference)


def _validate(found: Made, options: NewOptions) -> None:
    """Mark mutants as `gradmark validate` does, write down those that are caught, then mechanical mistakes."""
    number, pack = processes(options.n), found.folder
    mistakes = made(pack, found.drafts)
    with progress("making mutants", len(mistakes)) as done:
        found.mutants = caught(mistakes, number, lambda: done("mutants"))
    found.tried = len(mistakes)
    (pack / MUTANTS).write_text(mutants_text(pack, found.mutants), encoding="utf-8")
    suite_of(str(pack))  # the file can be read
    small = drawn(str(pack), options.mechanical, 0) if options.mechanical else []
    with progress("making small mistakes", len(small)) as done:
        for outcome in marked(small, number):
            found.mechanical.append(outcome)
            done(outcome.name)
    if found.survivors:
        (pack / SURVIVORS).write_text(_survivors(found.survivors), encoding="utf-8")


def _survivors(names: Sequence[str]) -> str:
    lines = [f'# {msgspec.json.encode(name).decode()} = ""' for name in names]
    head = (
        "# Small mistakes in worked/ that no check catches. Each is a check that is missing, or no mistake at all:\n"
        "# then take the # away and write down why.\n"
    )
    return head + "\n".join(lines) + "\n"


def _must_be_known(option: str, names: Sequence[str], known: Sequence[str]) -> None:
    for name in names:
        if name not in known:
            raise UsageError(
                f"{option} {name}: no layer of that name was found; there are {', '.join(known) or 'none'}"
            )


def _nothing(left: Sequence[LeftOver]) -> str:
    if not left:
        return "it has no class with forward and backward, and no pair of functions such as f_forward and f_backward"
    reasons = "; ".join(f"{one.title}: {one.why}" for one in left[:3])
    return f"nothing in it is recognised ({reasons})"


def _names(text: str | None) -> list[str]:
    return [name.strip() for name in (text or "").split(",") if name.strip()]


@contextmanager
def _saying(what: str) -> Iterator[None]:
    """Show what is going on, on a terminal."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with console.status(what):
        yield


def _move(made_: Path, folder: Path) -> None:
    """Put the pack where it belongs: whole, or not at all."""
    partial = folder.parent / f".{folder.name}.partial"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(made_, partial, ignore=shutil.ignore_patterns("__pycache__"))
        partial.rename(folder)
    except OSError as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise UsageError(f"{folder} can't be written ({error.strerror})") from None
