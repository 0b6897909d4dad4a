"""Errors of student code in a student's words: a line that says what happened and where, one that says what to do."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from typing import Any

from graders.worker.asked import Asked


def error(record: Mapping[str, Any], asked: Asked) -> tuple[str, str]:
    """The message and the hint for an exception's record; `asked` is the operation that led to it."""
    kind, text = _text(record, "type"), _text(record, "text")
    if "missing" in record:
        return _missing(str(record["missing"]), text, asked)
    if kind in ("SyntaxError", "IndentationError", "TabError"):
        return f"{where(record)} does not parse: {text}", "Correct that line; the file can't be imported until then."
    if kind == "NotImplementedError":
        return f"{asked.path} is not implemented yet ({where(record)})", "Put your code in place of the `raise`."
    if kind in ("ModuleNotFoundError", "ImportError") and "file" in record:
        hint = "Only NumPy, the standard library and the files of the submission are available here."
        return f"{where(record)} can't be imported: {text}", hint if kind == "ModuleNotFoundError" else ""
    if kind == "TypeError" and asked.kind == "call" and "file" not in record:
        return f"{asked.path} can't be called: {text}", "Give it the parameters that the handout lists, in their order."
    place = f" in {where(record)}" if "file" in record else ""
    code = _text(record, "code")
    return f"{asked.path} raised {kind}{place}: {text}".removesuffix(": "), f"The line is: {code}" if code else ""


def where(record: Mapping[str, Any]) -> str:
    """`file, line 12, in forward`, as far as the record knows it."""
    if "file" not in record:
        return "your code"
    function = _text(record, "function")
    inside = f", in {function}" if function and not function.startswith("<") else ""
    line = f", line {record['line']}" if "line" in record else ""
    return f"{_text(record, 'file')}{line}{inside}"


def ending(status: Mapping[str, Any]) -> str:
    """How a process ended: `exited with status 0`, `was killed by SIGSEGV (segmentation fault)`."""
    if isinstance(status.get("signal"), int):
        number = status["signal"]
        try:
            name = signal.Signals(number).name
        except ValueError:
            return f"was killed by signal {number}"
        return f"was killed by {name} ({(signal.strsignal(number) or '').lower()})"
    if isinstance(status.get("exit"), int):
        return f"exited with status {status['exit']}"
    return "ended"


def _missing(what: str, name: str, asked: Asked) -> tuple[str, str]:
    if what == "module":
        return f"there is no file {asked.owner}", f"Add the file, with `class {name}` in it."
    if what == "name":
        return f"{asked.owner} has no {name}", f"Write `class {name}` there, spelt exactly so."
    if what == "value":
        return f"{asked.owner} is {name}, so there is no {asked.path}", f"Give {asked.owner} its value."
    return f"{asked.path} does not exist", f"Assign it in your class: `self.{name} = ...`."


def _text(record: Mapping[str, Any], key: str) -> str:
    return str(record.get(key) or "")
