"""What a pipeline hands on to `gradmark grade`: which options there are is said by grade's own."""

from __future__ import annotations

import pytest
import typer

from graders import UsageError
from graders.cli.app import app
from graders.cli.pipelines.forwarded import ForwardedOptions, handed_on
from graders.coursework.packs.pack import load_homework

EVERYWHERE = ["--only", "--profile", "--seed", "-n", "--isolation", "--max-seconds"]
ON_GRADESCOPE = ["--gradescope-limit", "--gradescope-visibility"]


def passed(*words: str, platform: str = "github") -> ForwardedOptions:
    return ForwardedOptions(words, load_homework("ai702"), platform)


@pytest.mark.parametrize("platform", ["gradescope", "autolab", "github", "prairielearn"])
def test_grade_has_each_option_that_is_handed_on_and_gradescope_s_are_for_gradescope(platform: str) -> None:
    found = list(handed_on(platform))
    assert found == EVERYWHERE + ON_GRADESCOPE * (platform == "gradescope")
    grade = typer.main.get_command(app).commands["grade"]  # type: ignore[attr-defined]
    assert set(found) <= {name for parameter in grade.params for name in parameter.opts}


def test_words_are_kept_in_order_and_those_that_writing_needs_are_known() -> None:
    words = ["--seed=3", "--only", "linear", "--max-seconds", "60", "--only=sgd,batchnorm", "--max-seconds", "90"]
    found = passed(*words)
    assert found.words == [part for word in words for part in word.split("=")]
    assert found.only == ["linear", "sgd", "batchnorm"]
    assert found.seconds == 90.0
    assert passed().seconds is None
    assert passed("--only", "linear", "--isolation", "process", "-n", "auto").shell == (
        "--only linear --isolation process -n auto"
    )


def test_visibilities_are_read_for_the_homework() -> None:
    found = passed("--gradescope-visibility", "all=hidden", "--gradescope-limit", "5/24", platform="gradescope")
    assert set(found.visibilities(load_homework("ai702"))) >= {"linear", "sgd"}


@pytest.mark.parametrize(
    "words",
    [
        ("--seed", "4294967296"),
        ("--seed", "one"),
        ("--isolation", "none"),
        *(("--max-seconds", word) for word in ("0.5", "86401", "inf", "nan", "long")),
    ],
)
def test_a_value_that_grade_would_refuse_or_no_platform_waits_for_is_refused(words: tuple[str, str]) -> None:
    with pytest.raises(UsageError) as said:
        passed(*words)
    assert str(said.value) == f"{' '.join(words)}: gradmark grade takes no such value"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("-n", "many"), "-n many: give a number of processes from 1 to 256, or auto"),
        (("--only", ","), "--only: name at least one section or check"),
        (("--seed",), "--seed needs a value"),
        (("--seed", "1", "--verbose"), "--verbose can't be passed on to a pipeline for github: what can is --only, "),
        (("linear",), "linear can't be passed on to a pipeline for github: what can is --only, "),
        (("--gradescope-limit", "5/24"), "--gradescope-limit can't be passed on to a pipeline for github: what can is"),
    ],
)
def test_whatever_else_can_not_be_passed_on_is_one_line(words: tuple[str, ...], line: str) -> None:
    with pytest.raises(UsageError) as said:
        passed(*words)
    assert str(said.value).startswith(line)
