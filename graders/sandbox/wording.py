"""Errors of student code in a student's words: a line that says what happened and where, one that says what to do."""

from __future__ import annotations

import re
import signal
from collections.abc import Mapping

from graders.sandbox.asked import Asked
from graders.sandbox.explained.explaining import explanation
from graders.sandbox.explained.lines import lines
from graders.sandbox.explained.others import stops
from graders.sandbox.explained.raised import Raised
from graders.sandbox.inside.elsewhere import WELL_KNOWN

MAX_TEXT = 300


Record = Mapping[str, object]
"""What a worker says about an exception; student code may have forged it."""
_UNREADABLE = frozenset({"SyntaxError", "IndentationError", "TabError"})
NOT_ALLOWED = "NotAllowed"
"""The exception of a worker's placeholders."""
_NOT_IMPORTED = frozenset({"ModuleNotFoundError", "ImportError"})


def error(record: Record, asked: Asked) -> tuple[str, str]:
    """The message and the hint for an exception's record; `asked` is the operation that led to it."""
    kind, text = text_of(record, "type"), text_of(record, "text")
    in_their_code = "file" in record
    if "missing" in record:
        return _missing(record, asked)
    if kind in _UNREADABLE:
        return "\n".join([f"{where(record)} does not parse: {text}", *lines(Raised(record))]), _to_parse(text)
    if kind == NOT_ALLOWED:
        return not_allowed(record, asked.path)
    if kind == "NotImplementedError":
        return f"{asked.path} is not implemented yet ({where(record)})", "Put your code in place of the `raise`."
    if kind in _NOT_IMPORTED and in_their_code:
        return _not_imported(record)
    is_call = kind == "TypeError" and asked.kind == "call"
    return _raised(record, asked) if in_their_code or not is_call else _not_called(record, asked)


def _not_called(record: Record, asked: Asked) -> tuple[str, str]:
    """For what can't be called as the handout says."""
    text = text_of(record, "text")
    explained = explanation(Raised(record)) if "called" in record else ""
    return f"{asked.path} can't be called: {text}", f"{explained} {_to_call(text)}".strip()


def _not_imported(record: Record) -> tuple[str, str]:
    banned = text_of(record, "banned")
    if text_of(record, "type") != "ModuleNotFoundError":
        return f"{where(record)} can't be imported: {text_of(record, 'text')}", ""
    if banned:
        return f"{where(record)} imports {banned}, which isn't allowed here", _whose(banned)
    return f"{where(record)} can't be imported: {text_of(record, 'text')}", _importable(record)


def not_allowed(record: Record, path: str) -> tuple[str, str]:
    """For code that has used something of a package that isn't available; `path` is what was asked of it."""
    used, banned, allowed = (text_of(record, key) for key in ("text", "banned", "allowed"))
    who = where(record) if "file" in record else path
    imported = f"It is imported in {text_of(record, 'imported')}."
    if not banned:
        return f"{who} uses {used}, which isn't available in this homework", imported
    return (
        f"{who} uses {used}, which isn't allowed here ({allowed} only)",
        f"{imported} {_whose(banned)}".strip(),
    )


def _whose(package: str) -> str:
    """What to do about one that nobody knows here."""
    return "" if package in WELL_KNOWN else f"If {package} is one of your own files, hand it in."


def _raised(record: Record, asked: Asked) -> tuple[str, str]:
    """The error in a line, below it the lines of code that it came from; what it means, and what to try."""
    kind, text, code = (text_of(record, key) for key in ("type", "text", "code"))
    raised = Raised(record)
    place = f" in {where(record)}" if "file" in record else ""
    caller = text_of(record, "called_from")
    shown = list(lines(raised))
    stopped = stops(raised)
    hints = [
        _assignment(record),
        explanation(raised),
        f"The line is: {code}" if code and not shown else "",
        f"It was called from {caller}." * bool(caller and not shown),
    ]
    what = f"{asked.path} raised {kind}{place}: {stopped or text}".removesuffix(": ")
    return "\n".join([what, *shown]), " ".join(filter(None, hints))


def _to_call(text: str) -> str:
    if text.endswith("is not callable"):
        return "Something else has the same name as the class or method: rename it."
    return "Give it the parameters that the handout lists, in their order."


def _importable(record: Record) -> str:
    meant, near = text_of(record, "meant"), text_of(record, "near")
    if meant:
        return f"Import it as {meant}: names begin in the submission's folder."
    if near:
        return f"Is it {near}? Move the one that counts to where it is looked for."
    return "Only the homework's packages, the standard library and the submission's files are available here."


def _assignment(record: Record) -> str:
    """Where the attribute that isn't there would have been assigned, if the student's class does it anywhere."""
    place, under = text_of(record, "assigned"), text_of(record, "under")
    return f"It is assigned in {place}{f', under `{under}`' if under else ''}: that has not run." if place else ""


def _to_parse(text: str) -> str:
    if "null bytes" in text:
        return "Save the file as text in UTF-8; it can't be imported until then."
    return "Correct that line; the file can't be imported until then."


def without_addresses(text: str) -> str:
    """The text with `0x...` for every address in memory, which is another in each run."""
    return re.sub(r"\b0x[0-9a-fA-F]{6,}", "0x...", text)


def where(record: Record) -> str:
    """`file, line 12, in forward`, as far as the record knows it."""
    if "file" not in record:
        return "your code"
    function = text_of(record, "function")
    inside = f", in {function}" if function and not function.startswith("<") else ""
    line = f", line {record['line']}" if type(record.get("line")) is int else ""
    return f"{text_of(record, 'file')}{line}{inside}"


def ending(status: Record) -> str:
    """How a process ended: `exited with status 0`, `was killed by SIGSEGV (segmentation fault)`."""
    number, code = status.get("signal"), status.get("exit")
    if isinstance(number, int):
        try:
            name = signal.Signals(number).name
        except ValueError:
            return f"was killed by signal {number}"
        return f"was killed by {name} ({(signal.strsignal(number) or '').lower()})"
    if isinstance(code, int):
        return f"exited with status {code}"
    return "ended"


def _missing(record: Record, asked: Asked) -> tuple[str, str]:
    what, name = text_of(record, "missing"), text_of(record, "text")
    if what == "module":
        near = text_of(record, "near")
        todo = (
            f"Is it {near}? Hand in one of them, as {asked.owner}."
            if near
            else f"Add the file, with `class {name}` in it."
        )
        message, hint = f"there is no file {asked.owner}", todo
    elif what == "name":
        message, hint = f"{asked.owner} has no {name}", f"Write `class {name}` there, spelt exactly so."
    elif what == "value":
        message, hint = f"{asked.owner} is {name}, so there is no {asked.path}", f"Give {asked.owner} its value."
    elif asked.called:
        message, hint = f"{asked.path} does not exist", f"`def {name}(self, ...):` has to be there."
    else:
        message, hint = f"{asked.path} does not exist", f"Assign it in your class: `self.{name} = ...`."
    return message, _assignment(record) or _renamed(record, name) or hint


def _renamed(record: Record, name: str) -> str:
    """What is there under nearly that name, which the handout's is."""
    found = Raised(record).names
    if not found:
        return ""
    near, place = found[0]
    return f"There is {near}{f' ({place})' if place else ''}: if that is meant, call it {name}."


def text_of(record: Record, key: str) -> str:
    """What a record from the worker says under a key, on one line, if that is text: student code may have forged it."""
    value = record.get(key)
    words = without_addresses(" ".join(value.split()))[:MAX_TEXT] if isinstance(value, str) else ""
    return words.encode(errors="replace").decode()
