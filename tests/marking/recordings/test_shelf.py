"""Recordings on disk: they come back as they were, and what is damaged or of something else counts for nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from graders.checking.looks import IsAsExpected
from graders.coursework.packs.pack import load_homework
from graders.coursework.selection import select
from graders.marking.profiles import Profile
from graders.marking.recordings import form, places
from graders.marking.recordings.filling import fill
from graders.marking.recordings.key import key
from graders.marking.recordings.recording import Recording
from graders.marking.recordings.shelf import SUFFIX, Shelf
from graders.marking.run import Prerecorded, Request, prerecord
from tests.support import WORKED

HOMEWORK = load_homework("ai702")
CHECKS = ["linear.forward", "linear.no_loop_over_examples", "linear.shapes"]
REQUEST = Request(WORKED, HOMEWORK, select(HOMEWORK, CHECKS, {}), Profile.QUICK)
KEY = key(HOMEWORK, 0, Profile.QUICK)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the recordings of the section that the checks are in."""
    folder = tmp_path_factory.mktemp("recordings")
    fill(Shelf(HOMEWORK, KEY, [folder], folder), REQUEST)
    return folder


@pytest.fixture
def shelf(filled: Path, tmp_path: Path) -> Shelf:
    """A copy of it."""
    for file in filled.rglob(f"*{SUFFIX}"):
        (tmp_path / file.relative_to(filled)).parent.mkdir(exist_ok=True)
        (tmp_path / file.relative_to(filled)).write_bytes(file.read_bytes())
    return Shelf(HOMEWORK, KEY, [tmp_path], tmp_path)


def only_file(shelf: Shelf) -> Path:
    """Its only file."""
    (file,) = shelf.places[0].rglob(f"*{SUFFIX}")
    return file


def test_a_whole_section_is_recorded_where_one_of_its_checks_is_asked_for(shelf: Shelf) -> None:
    linear = next(section.all_checks for section in HOMEWORK.sections if section.id == "linear")
    assert list(shelf.of(linear)) == linear
    assert shelf.missing(linear) == []
    assert shelf.missing(["sgd.plain_steps"]) == ["sgd"]
    assert shelf.told == []


def test_what_comes_back_is_what_was_kept(shelf: Shelf) -> None:
    made: dict[str, Recording] = {}
    prerecord(REQUEST, lambda found: made.update(found.recordings))
    for check, back in shelf.of(CHECKS).items():
        first = made[check]
        assert [one.frame for one in back.asked] == [one.frame for one in first.asked]
        assert [one.right for one in back.asked] == [one.right for one in first.asked]
        assert back.conclusions == first.conclusions
        assert [(rule.reader, list(rule.arguments)) for rule in back.rules] == [
            (rule.reader, list(rule.arguments)) for rule in first.rules
        ]


def test_an_expectation_comes_back_no_more_lenient_than_it_was() -> None:
    made: dict[str, Recording] = {}
    seen = 0

    def hold(found: Prerecorded) -> None:
        nonlocal seen
        made.update(found.recordings)
        for check, back in form.read(form.written(made)).items():
            for asked, first in zip(back.asked, made[check].asked, strict=True):
                for mine, theirs in zip(asked.readings, first.readings, strict=True):
                    if isinstance(theirs.look, IsAsExpected):
                        assert isinstance(mine.look, IsAsExpected)
                        seen += _is_within(mine.look, theirs.look)

    prerecord(REQUEST, hold)
    assert seen > 10


def _is_within(mine: IsAsExpected, theirs: IsAsExpected) -> bool:
    ours, original = mine.expectation, theirs.expectation
    np.testing.assert_array_equal(ours.value, original.value)
    assert (ours.name, ours.demand, ours.shapes, ours.because) == (
        original.name,
        original.demand,
        original.shapes,
        original.because,
    )
    assert (ours.tolerance <= original.tolerance * (1 + 1e-12)).all()
    assert (ours.tolerance >= original.tolerance / 2.1).all()
    return True


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut off": lambda content: content[:-10],
    "one byte": lambda content: content[:-1] + bytes([content[-1] ^ 1]),
    "empty": lambda content: b"",
    "another line": lambda content: b"{}\n" + content,
    "noise": lambda content: os.urandom(100),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_counts_for_nothing_and_is_made_anew(shelf: Shelf, damage: str) -> None:
    file = only_file(shelf)
    file.write_bytes(DAMAGES[damage](file.read_bytes()))
    assert shelf.of(CHECKS) == {}
    (line,) = shelf.told
    assert line == f"{file}: it is damaged; it is made anew"
    assert shelf.missing(CHECKS) == ["linear"]
    fill(shelf, REQUEST)
    assert list(shelf.of(CHECKS)) == CHECKS


def test_a_file_of_another_key_counts_for_nothing(shelf: Shelf) -> None:
    file = only_file(shelf)
    other = file.parent.with_name("0" * 32)
    file.parent.rename(other)
    assert Shelf(HOMEWORK, "0" * 32, shelf.places).of(CHECKS) == {}


def test_another_seed_profile_or_pack_has_another_key() -> None:
    other = load_homework("cmu11785")
    keys = [KEY, key(HOMEWORK, 1, Profile.QUICK), key(HOMEWORK, 0, Profile.GRADING), key(other, 0, Profile.QUICK)]
    assert len(set(keys)) == len(keys)
    assert key(load_homework("ai702"), 0, Profile.QUICK) == KEY


def test_what_was_used_longest_ago_goes_first(shelf: Shelf) -> None:
    folder, file = shelf.places[0], only_file(shelf)
    for place, name in enumerate(["older", "old", "new"]):
        (folder / name).mkdir()
        (folder / name / file.name).write_bytes(file.read_bytes())
        os.utime(folder / name, (place, place))
    os.utime(file.parent, (10, 10))
    places.make_room(folder, most=2 * file.stat().st_size)
    assert sorted(one.name for one in folder.iterdir()) == sorted(["new", file.parent.name])
    assert places.clear(folder) > 0
    assert list(folder.iterdir()) == []
