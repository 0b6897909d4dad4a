"""`gradmark cache`: what is recorded, made and taken away."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from graders.coursework.packs.pack import load_homework
from tests.cli.program import gradmark

PACK = Path("docs/examples/functional")


@pytest.fixture
def cache(tmp_path: Path) -> dict[str, str]:
    """The environment of a user whose cache is empty."""
    return {"XDG_CACHE_HOME": str(tmp_path)}


def test_an_empty_cache_is_said_to_be_empty(cache: dict[str, str]) -> None:
    done = gradmark("cache", **cache)
    assert done.returncode == 0
    assert done.stdout.startswith("nothing is recorded in ")


def test_a_pack_is_recorded_shown_and_taken_away(cache: dict[str, str], tmp_path: Path) -> None:
    checks = len(load_homework(str(PACK)).checks)
    made = gradmark("cache", "make", PACK, "--profile", "quick", **cache)
    assert made.returncode == 0, made.stderr
    assert made.stdout == f"{load_homework(str(PACK)).id}: {checks} of {checks} checks are recorded\n"
    shown = gradmark("cache", "show", **cache).stdout.splitlines()
    assert shown[0].split()[:4] == [load_homework(str(PACK)).id, "quick", "0", str(checks)]
    assert gradmark("cache", "clear", **cache).stdout.startswith("freed ")
    assert not list(tmp_path.rglob("*.recordings"))


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["show", "ai702"], "gradmark cache show takes no homework: only make does"),
        (["make", "nonsense"], "nonsense"),
        (["bake"], "bake"),
    ],
)
def test_what_cannot_be_done_is_a_line(cache: dict[str, str], arguments: list[str], line: str) -> None:
    done = gradmark("cache", *arguments, **cache)
    assert done.returncode == 2
    assert line in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("private", [True, False])
def test_a_pipeline_takes_its_recordings_along(cache: dict[str, str], tmp_path: Path, private: bool) -> None:
    seed = ["--private-seed", "77"] if private else []
    made = tmp_path / "pipeline"
    passed = ["--", "--profile", "quick", "--only", "sgd"]
    done = gradmark("pipeline", "gradescope", "ai702", "-o", made, "--recordings", *seed, *passed, **cache)
    assert done.returncode == 0, done.stderr
    (file,) = made.rglob("*.recordings")
    heading = json.loads(file.read_bytes().partition(b"\n")[0])
    assert (heading["section"], heading["profile"]) == ("sgd", "quick")
    assert heading["seed"] == ("private" if private else "0")
    script = (made / "autograder" / "run_autograder").read_text()
    assert '--recorded "$here/recordings"' in script
    assert ('"$here/recordings" ||' in script) is private  # chmod
    without = gradmark("pipeline", "gradescope", "ai702", "-o", tmp_path / "other", "--no-recordings", **cache)
    assert without.returncode == 0
    assert "--no-recordings" in (tmp_path / "other" / "autograder" / "run_autograder").read_text()
