"""How a runner of GitHub Actions reads a log: which lines it obeys, and what they say."""

from __future__ import annotations

import re

COMMAND = re.compile(r"^\s*::(?P<name>[A-Za-z][\w-]*)(?: (?P<properties>.*?))?::(?P<message>.*)$")


def commands(log: str) -> list[dict[str, object]]:
    """Every command that is obeyed; stop-commands and what it stops are left out."""
    found: list[dict[str, object]] = []
    token = ""
    for line in re.split("\r\n|\r|\n", log):
        if token:
            token = "" if line.strip() == f"::{token}::" else token
            continue
        read = COMMAND.match(line)
        if read is None:
            assert not line.lstrip().startswith(("::", "##[")), line
            continue
        if read["name"] == "stop-commands":
            token = read["message"]
            continue
        pairs = [pair.partition("=") for pair in (read["properties"] or "").split(",") if pair]
        properties = {name: unescaped(value) for name, _, value in pairs}
        found.append({"command": read["name"], "properties": properties, "message": unescaped(read["message"])})
    assert not token, "commands stay stopped"
    return found


def unescaped(value: str) -> str:
    """As the runner takes the escapes back."""
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        value = value.replace(code, character)
    return value
