"""What a command's options are to typer, and that none of them is said twice."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from graders.cli.app import app
from graders.cli.signature import After, Option, called, flattened, options_of


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Mark:
    """Something of ours in an annotation."""


@dataclass(frozen=True)
class Inner:
    deep: Annotated[list[str] | None, typer.Option(metavar="TEXT", help="Deep.")] = None


@dataclass(frozen=True)
class Base:
    colour: Annotated[Colour, typer.Option(help="Which."), Mark()] = Colour.RED
    n: Annotated[str, typer.Option("-n", help="How many.")] = "auto"


@dataclass(frozen=True)
class Options(Base):
    max_seconds: Annotated[float, typer.Option(min=1, max=9, help="How long.")] = 3.0
    inner: Inner = field(default_factory=Inner)
    n: Annotated[str, typer.Option("-n", help="Another help.")] = "2"


@dataclass(frozen=True)
class Twice:
    colour: Annotated[str, typer.Option(help="Again.")] = ""


def command(folder: Annotated[Path, typer.Argument(help="Where.")], *, options: Options) -> None:
    """What it does."""
    typer.echo(f"{folder} {options}")


def twice(*, options: Options, others: Twice) -> None: ...


def ran(*words: str) -> tuple[int, str]:
    program = typer.Typer(rich_markup_mode=None)
    program.command()(flattened(command))
    done = CliRunner().invoke(program, list(words))
    return done.exit_code, done.output


def options() -> dict[str, Option]:
    return {option.name: option for option in options_of(command)}


def test_a_command_gets_the_dataclass_that_it_asks_for() -> None:
    status, said = ran("here", "--colour", "blue", "--deep", "a", "--deep", "b", "--max-seconds", "2.5")
    made = Options(colour=Colour.BLUE, n="2", max_seconds=2.5, inner=Inner(["a", "b"]))
    assert (status, said) == (0, f"here {made}\n")


def test_what_is_not_given_has_the_default_of_its_field() -> None:
    assert ran("here") == (0, f"here {Options()}\n")


def test_help_has_each_field_where_it_stands_first_with_its_help_bounds_and_default() -> None:
    status, said = ran("--help")
    assert status == 0
    assert "What it does." in said
    words = ["Where.", "--colour", "[default: red]", "-n", "Another help.", "--max-seconds", "1<=x<=9", "--deep TEXT"]
    places = [said.index(word) for word in words]
    assert places == sorted(places)
    assert "How many." not in said


@pytest.mark.parametrize("words", [["here", "--colour", "green"], ["here", "--max-seconds", "10"], [], ["here", "-m"]])
def test_what_can_not_be_a_value_is_refused_by_typer(words: list[str]) -> None:
    status, said = ran(*words)
    assert (status, said.startswith("Usage:")) == (2, True)


def test_two_options_of_one_name_are_an_error_of_whoever_writes_the_command() -> None:
    with pytest.raises(ValueError, match="duplicate parameter name: 'colour'"):
        flattened(twice)


def test_a_command_without_dataclasses_stays_as_it_is() -> None:
    def plain(name: Annotated[str, typer.Option(help="A name.")] = "x") -> None:
        """Plain."""
        typer.echo(name)

    assert [option.name for option in options_of(plain)] == ["name"]
    assert flattened(plain).__doc__ == "Plain."
    flattened(plain)(name="y")


@dataclass(frozen=True)
class Moved(Options):
    early: Annotated[str, typer.Option(help="Early."), After("colour")] = ""
    lost: Annotated[str, typer.Option(help="Late.")] = ""


@dataclass(frozen=True)
class Lost(Options):
    lost: Annotated[str, typer.Option(help="Late."), After("no such option")] = ""


def test_an_option_stands_after_the_one_that_it_names() -> None:
    names = [option.name for option in options_of(Moved)]
    assert names == ["colour", "early", "n", "max_seconds", "deep", "lost"]
    with pytest.raises(ValueError, match="no such option"):
        options_of(Lost)


def test_called_puts_each_value_in_its_place() -> None:
    values = {"colour": Colour.RED, "n": "1", "max_seconds": 1.0, "deep": ["x"]}
    assert called(Options, values) == Options(Colour.RED, "1", 1.0, Inner(["x"]))


def test_an_option_is_read_as_the_command_line_reads_it() -> None:
    assert options()["colour"].read("blue") is Colour.BLUE
    assert options()["max_seconds"].read("2") == 2.0
    assert options()["deep"].read("x") == "x"
    assert options()["folder"].read("x") == Path("x")


@pytest.mark.parametrize(
    ("name", "word"),
    [("colour", "green"), *(("max_seconds", word) for word in ("0.9", "9.1", "nan", "inf", "-inf", "soon", ""))],
)
def test_what_the_command_line_would_refuse_is_no_value(name: str, word: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each type words it otherwise
        options()[name].read(word)


def test_a_mark_of_ours_is_found_beside_typer_s_own() -> None:
    assert isinstance(options()["colour"].marked(Mark), Mark)
    assert options()["n"].marked(Mark) is None


@pytest.mark.parametrize("name", list(typer.main.get_command(app).commands))  # type: ignore[attr-defined]
def test_options_are_spelled_as_typer_spells_them(name: str) -> None:
    shown = typer.main.get_command(app).commands[name]  # type: ignore[attr-defined]
    source = inspect.unwrap(shown.callback)
    spelled = {option.name: option.spelled for option in options_of(source)}
    found = {one.name: one.opts for one in shown.params if one.name != "help" and one.opts[0].startswith("-")}
    assert found
    assert {one: spelled[one] in opts for one, opts in found.items()} == dict.fromkeys(found, True)
