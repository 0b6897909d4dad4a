"""Writes the commands and their options into docs/cli.md again: python -m tests.update_cli."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from typer.main import get_command

from graders.cli.app import app
from graders.cli.commands import SUBCOMMANDS
from tests.made_parts import between
from tests.support import ROOT

PAGE = ROOT / "docs/cli.md"
BEGIN, END = "<!-- commands -->\n", "<!-- end -->\n"


def commands() -> dict[str, Any]:
    """Every command of the program by its word, made by the library."""
    return dict(get_command(app).commands)  # type: ignore[attr-defined]


def sections() -> str:
    """All commands, a section for each."""
    return "\n".join("\n".join(_section(name, command)) + "\n" for name, command in commands().items())


def _section(name: str, command: Any) -> Iterator[str]:
    context = command.make_context(name, [], resilient_parsing=True)
    records = [(parameter, *parameter.get_help_record(context)) for parameter in command.get_params(context)]
    arguments = [_argument(parameter, spelled) for parameter, spelled, _ in records if _is_argument(parameter)]
    yield f"## gradmark {name}\n"
    yield f"{' '.join(command.help.split())}\n"
    yield f"```text\n{' '.join(['gradmark', name, '[OPTIONS]', *arguments])}\n```\n"
    yield "| | |\n|---|---|"
    for parameter, spelled, said in records:
        if parameter.name != "help":
            yield f"| `{_spelled(spelled)}` | {_cell(said)} |"
    yield f"\nExit status: {SUBCOMMANDS[name].status}."


def _is_argument(parameter: Any) -> bool:
    return bool(parameter.param_type_name == "argument")


def _argument(parameter: Any, spelled: str) -> str:
    name: str = spelled.partition(" <")[0]
    return name if parameter.required or name.startswith("[") else f"[{name}]"


def _spelled(text: str) -> str:
    """`--seed <int range>` as readers know it: `--seed N`; a bar would end the cell."""
    if not text.startswith("-"):
        text = text.partition(" <")[0]
    text = re.sub(r"<(int|float)( range)?>", "N", text).replace("<str>", "TEXT")
    return re.sub(r"<([\w|-]+)>", r"\1", text).replace("|", "\\|")


def _cell(text: str) -> str:
    """A help as a cell: default and bounds in plain words, and nothing that Markdown or HTML would take for its own."""
    text = re.sub(r" *\[(required|default: [^\]]*|[^\]]*[<>]=[^\]]*)\]$", r" (\1)", " ".join(text.split()))
    text = re.sub(r"([\d.]+)<=x<=([\d.]+)", r"from \1 to \2", text)
    text = re.sub(r"x>=([\d.]+)", r"at least \1", text)
    return text.replace("|", "\\|").replace("<", "&lt;").replace("_", "\\_").replace("*", "\\*")


def updated(text: str) -> str:
    """The page's text with the commands as they are."""
    return between(text, BEGIN, END, sections())


if __name__ == "__main__":
    PAGE.write_text(updated(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
