"""All components of a pack: layers with their averages, optimisers, as far as the solution is right."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from graders.marking.drafted.choosing import chosen
from graders.marking.drafted.files import PackFiles
from graders.marking.drafted.settling import Settled, settled
from graders.marking.validation.marker import Marker
from graders.probe.drafting.drafts import Draft
from graders.probe.drafting.dropping import dropouts
from graders.probe.drafting.running import with_running_averages
from graders.probe.drafting.updates import optimisers
from graders.probe.drafting.ways import Way
from graders.probe.drafting.writing import LeftOver

NONE = "nothing of its kind that gradmark knows does the same"


def whole(
    drafts: Sequence[Draft],
    left: Sequence[LeftOver],
    files: PackFiles,
    place: Path,
    marker: Marker,
    without: Sequence[str],
) -> Settled:
    """Layers, then optimisers and dropout, narrowed until the solution has full marks."""
    layers = _with_state(drafts, files, place, marker)
    taken = [*(draft.section for draft in drafts), *(one.section for one in left)]
    others, unknown = _others(files, taken, place, marker, without)
    return settled([*layers, *others], [*left, *unknown], files, place, marker)


def _with_state(drafts: Sequence[Draft], files: PackFiles, place: Path, marker: Marker) -> list[Draft]:
    """The drafts, with running averages where the solution has some that are understood."""
    ways = {draft.section: with_running_averages(draft, files.solution.modules) for draft in drafts}
    found = chosen(
        {section: several for section, several in ways.items() if several},
        lambda _, check: check.startswith(("state", "evaluation")),
        files,
        place / "state",
        marker,
    )
    return [found.get(draft.section, draft) for draft in drafts]


def _others(
    files: PackFiles, taken: Sequence[str], place: Path, marker: Marker, without: Sequence[str]
) -> tuple[list[Way], list[LeftOver]]:
    ways: dict[str, list[Way]] = {}
    modules = files.solution.modules
    for several in (*optimisers(modules), *dropouts(modules)):
        section = several[0].section
        while section in ways or section in taken:
            section = f"{section}_{len(ways)}"
        if section not in without:
            ways[section] = [one.called(section) for one in several]
    found = chosen(ways, lambda one, check: one.decides(check), files, place / "ways", marker)
    left = [LeftOver(section, several[0].title, NONE) for section, several in ways.items() if section not in found]
    return list(found.values()), left
