"""Drafts components from the modules of a worked solution: each piece is tried until something agrees."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from graders import UsageError
from graders.probe.bench import Bench
from graders.probe.drafting.drafts import Draft
from graders.probe.drafting.dropping import is_dropout
from graders.probe.drafting.inventory import Module, Piece, pieces
from graders.probe.drafting.looking import CPU_SECONDS, SECONDS, Laboratory, Sight
from graders.probe.drafting.matching import NAMES, Match, match, usual
from graders.probe.drafting.proposals import proposals
from graders.probe.drafting.reference import Reference
from graders.probe.drafting.said import Unsayable
from graders.probe.drafting.updates import is_optimiser
from graders.probe.drafting.writing import LeftOver
from graders.probe.faults import package_lacking
from graders.sandbox.faults import StudentFault
from graders.sandbox.process import Library, Worker

OPEN = "..."
"""What is in a draft where nothing that is right was found."""
NOT_SEEN = "how it is made and called wasn't found out"
NOT_KNOWN = "no PyTorch function that gradmark knows gives its outputs and gradients"


@dataclass(frozen=True)
class Solution:
    """A worked solution as a pack has it: its folder, its modules, where they are looked up, what they may import."""

    folder: Path
    modules: Sequence[Module]
    search: tuple[str, ...] = (".",)
    packages: tuple[str, ...] = ()

    @property
    def library(self) -> Library:
        """The same for a worker."""
        names = [module.name for module in self.modules]
        return Library(self.folder, names, self.search, SECONDS, ("numpy", *self.packages))


def drafted(solution: Solution, reference: Reference | None = None) -> Iterator[Draft | LeftOver]:
    """A draft of each piece, or why there is none; UsageError where a module can't be imported."""
    with Worker(solution.library) as worker:
        found = [piece for piece in pieces(solution.modules) if not (is_optimiser(piece) or is_dropout(piece))]
        for piece in {piece.module: piece for piece in found}.values():
            _must_load(worker, piece)
        laboratory, names = Laboratory(worker), _Names()
        for piece in found:
            yield _draft(laboratory, piece, names.of(piece), reference)


class _Names:
    """Sections of different names: a second `linear` is called after its module too."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def of(self, piece: Piece) -> str:
        """A name that no piece before has."""
        module = piece.module.rpartition(".")[2]
        forms = [piece.section, f"{module}_{piece.section}", *(f"{piece.section}_{k}" for k in range(2, 200))]
        found = next(form for form in forms if form not in self._taken)
        self._taken.add(found)
        return found


def _must_load(worker: Worker, piece: Piece) -> None:
    """UsageError where the module of a piece can't be imported, or hasn't got it then."""
    file = piece.file
    try:
        session = worker.open_session(SECONDS, CPU_SECONDS)
    except StudentFault as fault:
        raise UsageError(f"{file} can't be imported: {fault.message}") from None
    bench = Bench(session)
    try:
        bench.find("found", piece.module, piece.name, file)
        bench.send()
    except StudentFault as fault:
        lacking = package_lacking(fault)
        if lacking is not None:
            raise lacking from None
        raise UsageError(f"{file} can't be imported: {fault.message}") from None
    finally:
        session.close()


def _draft(laboratory: Laboratory, piece: Piece, section: str, reference: Reference | None) -> Draft | LeftOver:
    first: Sight | None = None
    for proposal in proposals(piece):
        for sight in laboratory.sights(piece, proposal):
            first = first or sight
            found = _matched(section, sight, reference)
            if found is not None:
                return _sayable(Draft(section, found), piece)
    if first is None:
        return LeftOver(section, piece.title, NOT_SEEN)
    return LeftOver(section, piece.title, NOT_KNOWN, _open(section, first))


def _matched(section: str, sight: Sight, reference: Reference | None) -> Match | None:
    """What agrees: a function of the reference, or one that gradmark knows where the reference isn't said for it."""
    if reference is None:
        return match(sight, usual(sight))
    names = {**NAMES, reference.module.__name__: reference.module}
    own = list(reference.known(section, sight))
    return match(sight, own if section in reference.said else [*own, *usual(sight)], names)


def _sayable(draft: Draft, piece: Piece) -> Draft | LeftOver:
    try:
        draft.text()
    except Unsayable as reason:
        return LeftOver(draft.section, piece.title, f"a component can't say this yet: {reason}")
    return draft


def _open(section: str, sight: Sight) -> str:
    """The component without what is right."""
    unknown = Match(sight, "unknown", OPEN, {}, dict.fromkeys(sight.gradients, ""))
    draft = Draft(section, unknown)
    try:
        return "\n".join(line for line in draft.text().splitlines() if not line.lstrip().startswith("#"))
    except Unsayable:
        return ""
