"""docs/cli.md is what the code gives, with every command, every option and every exit status."""

from __future__ import annotations

from typing import Any

import pytest

from graders.cli.commands import SUBCOMMANDS
from tests.update_cli import PAGE, commands, updated

TEXT = PAGE.read_text(encoding="utf-8")


def section(name: str) -> str:
    """What the page has of a command: another one's options don't count for it."""
    return TEXT.partition(f"\n## gradmark {name}\n")[2].partition("\n## ")[0]


def test_the_page_is_what_the_code_gives() -> None:
    assert updated(TEXT) == TEXT, "run python -m tests.update_cli"


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_a_command_says_what_it_is_for_each_option_and_how_it_ends(name: str) -> None:
    command: Any = commands()[name]
    shown = section(name)
    assert command.help, f"{name} has no help"
    assert " ".join(command.help.split()) in shown
    for parameter in command.params:
        assert parameter.help, f"{name}: {parameter.name} has no help"
        spelled = max(parameter.opts, key=len)
        assert not spelled.startswith("-") or spelled == "--help" or f"{spelled}" in shown, f"{name} {spelled}"
    assert f"Exit status: {SUBCOMMANDS[name].status}." in shown
    assert SUBCOMMANDS[name].status in " ".join(command.epilog.split())


def test_no_type_of_pythons_is_on_the_page() -> None:
    assert [row for row in TEXT.splitlines() if row.startswith("| `") and ("list[" in row or " range" in row)] == []


def test_an_option_that_is_missing_from_its_own_section_is_seen() -> None:
    assert "--scheduler" in section("class")
    assert "--scheduler" not in section("grade")
    assert section("nothing") == ""
