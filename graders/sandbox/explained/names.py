"""Names, attributes and keys that aren't there: which are near, and where they are made."""

from __future__ import annotations

import re

from graders.sandbox.explained.raised import Raised, words

MODULES = {"np": "import numpy as np", "numpy": "import numpy", "math": "import math", "copy": "import copy"}


def explained(raised: Raised) -> str:
    """What may be meant; empty where there is nothing to say."""
    if raised.kind == "UnboundLocalError":
        return _unbound(raised)
    if raised.kind == "NameError":
        return _undefined(raised)
    if raised.kind == "AttributeError":
        return _attribute(raised)
    if raised.kind == "KeyError":
        return offered(raised)
    return ""


def offered(raised: Raised) -> str:
    """`Did you mean dLdW (mytorch/nn/linear.py, line 12)?`"""
    if not raised.names:
        return ""
    return f"Did you mean {' or '.join(_with_place(*one) for one in raised.names)}?"


def _with_place(name: str, place: str) -> str:
    return f"{name} ({place})" if place else name


def _undefined(raised: Raised) -> str:
    name = _quoted(raised.text)
    if name in MODULES:
        return f"Write `{MODULES[name]}` at the top of the file."
    found = offered(raised)
    if not found:
        return f"Nothing is called {name} there: is it assigned under another name, or an attribute, self.{name}?"
    return found


def _unbound(raised: Raised) -> str:
    name = _quoted(raised.text)
    own = f" Or is self.{name} meant?" if _is_of_self(raised, name) else ""
    return (
        f"{name} is assigned in this function, but not before this line in this run: in a branch or a loop that did not"
        f" run, or further down. Give it a value first.{own}"
    )


def _is_of_self(raised: Raised, name: str) -> bool:
    return any(near == f"self.{name}" for near, _ in raised.names)


def _attribute(raised: Raised) -> str:
    if raised.text.startswith("'NoneType' object"):
        return none(raised)
    owner = raised.values[0] if raised.values else None
    if raised.names or owner is None:
        return offered(raised)
    name, text = owner.name, owner.text
    if text.startswith("a list"):
        return f"{owner}: take one of its entries, such as {name}[0], or make it an array: np.array({name})."
    if text.startswith("the class"):
        return f"{name} is {text}, not an object of it: call it, {name}(...)."
    return f"{name} is {text} that isn't called: {name}(...)." if text in ("a function", "a method") else f"{owner}."


def none(raised: Raised) -> str:
    """Which value is None, and why that may be."""
    owner = next((one for one in raised.values if one.text == "None"), None)
    assigned = words(raised.record, "assigned")
    if owner is None:
        return "A function that it calls returns nothing: it lacks a `return`, or the value is in an attribute."
    where = f" (assigned in {assigned})" if assigned else ""
    return f"{owner.name} is None{where}: it has no value yet, or comes from a function that returns nothing."


def _quoted(text: str) -> str:
    match = re.search(r"'([^']{1,60})'", text)
    return match.group(1) if match else "it"
