"""Wrong calls: a wrong number of arguments, a missing `self`, what isn't callable, a class in place of an object."""

from __future__ import annotations

import re

from graders.sandbox.explained import names
from graders.sandbox.explained.raised import Operand, Raised, words

_COUNT = re.compile(r"takes (?:from \d+ to )?(\d+) positional arguments? but (\d+) (?:was|were) given")
_LACKS = re.compile(r"missing \d+ required positional arguments?: (.+)")
_KEYWORD = re.compile(r"got an unexpected keyword argument '(\w+)'")
_NOT_INDEXED = re.compile("is not subscriptable|does not support item assignment")
_REDUCES = re.compile(r"\b(np|numpy)\.(max|min)\([^()=]{1,80},[^()=]{1,80}\)")
_AXIS = ("can be converted to a scalar index", "cannot be interpreted as an integer")
_COLLECTIONS = ("a list", "a tuple", "a dict")
_UNCALLED = ("a method", "a function")


def explained(raised: Raised) -> str:
    """What a TypeError comes from; empty where there is nothing to say."""
    text = raised.text
    if any(pattern.search(text) for pattern in (_COUNT, _LACKS, _KEYWORD)):
        return _arguments(raised)
    if text.endswith("is not callable"):
        return _not_callable(raised)
    if _NOT_INDEXED.search(text):
        return _not_indexed(raised)
    return names.none(raised) if "NoneType" in text else _operands(raised)


def _arguments(raised: Raised) -> str:
    called, takes, defined = words(raised.record, "called"), raised.takes, words(raised.record, "defined")
    if takes is None or not called:
        return ""
    function = called.rpartition(".")[2]
    is_method = "." in called and "<locals>" not in called
    if is_method and takes[:1] != ["self"] and _COUNT.search(raised.text):
        return f"`self` is missing: `def {function}({', '.join(['self', *takes])}):` ({defined})."
    owner = _class_for_object(raised)
    if owner is not None:
        return f"{owner.name} is {owner.text}, not an object of it: write {_called(owner)} where it is made."
    known = takes[1:] if is_method and takes[:1] == ["self"] else takes
    return f"{called} takes {_listed(known)} ({defined}){_difference(raised, is_method)}."


def _difference(raised: Raised, is_method: bool) -> str:
    if match := _COUNT.search(raised.text):
        most, given = (int(number) - is_method for number in match.groups())
        return f", at most {most}, and is given {given}"
    if match := _LACKS.search(raised.text):
        return f", and is called without {match.group(1)}"
    match = _KEYWORD.search(raised.text)
    return f", and nothing called {match.group(1)}" if match else ""


def _class_for_object(raised: Raised) -> Operand | None:
    """What the method is called on, if that is a class."""
    if "missing" not in raised.text:
        return None
    called = raised.part.partition("(")[0].rpartition(".")[0]
    return next((one for one in raised.values if one.text.startswith("the class") and one.name == called), None)


def _called(owner: Operand) -> str:
    return f"{owner.text.removeprefix('the class ')}()"


def _not_callable(raised: Raised) -> str:
    called = raised.part.partition("(")[0].strip()
    owner = raised.place.value(called) if raised.place else None
    owner = owner or _first_with(raised, called)
    if owner is None:
        return f"{called or 'It'} is not a function: is a name used twice, or an operator missing before the bracket?"
    if owner.shape:
        return f"{owner.name} is an array {owner.text}: index it with [ ], or write the operator before the bracket."
    if owner.shape is not None:
        return f"{owner.name} is a number: is an operator missing before the bracket?"
    if owner.text.startswith(_COLLECTIONS):
        return f"{owner.name} is {owner.text}: index it with [ ], {owner.name}[...]."
    return f"{owner.name} is {owner.text}, not a function: call one of its methods, such as {owner.name}.forward(...)."


def _first_with(raised: Raised, called: str) -> Operand | None:
    return next((one for one in raised.values if called.startswith(one.name)), None)


def _not_indexed(raised: Raised) -> str:
    if "NoneType" in raised.text:
        return names.none(raised)
    owner = raised.values[0] if raised.values else None
    if owner is None:
        return ""
    if owner.text in _UNCALLED:
        return f"{owner.name} is a function or a method: call it with ( ) first."
    if owner.text.startswith("the class") or "'type' object" in raised.text:
        return f"{owner.name} is {owner.text}, not an object of it: call it with ( )."
    return f"{owner.name} is {owner.text}, which can't be indexed: did you mean another variable?"


def _operands(raised: Raised) -> str:
    if "only length-1 arrays" in raised.text or "only 0-dimensional arrays" in raised.text:
        return "A function for one number was given an array: use NumPy's, such as np.exp in place of math.exp."
    if larger := _larger_of_two(raised):
        return larger
    uncalled = _first(raised, _UNCALLED)
    if uncalled is not None:
        return f"{uncalled.name} is {uncalled.text} that isn't called: {uncalled.name}()."
    if "unsupported operand" not in raised.text and "can't multiply" not in raised.text:
        return ""
    if "method" in raised.text:
        return "One of the two is a method that isn't called: write ( ) behind it."
    collection = _first(raised, _COLLECTIONS)
    if collection is not None:
        return f"{collection}: take its entries one by one, or make an array of it with np.array({collection.name})."
    return f"{' and '.join(map(str, raised.values[:2]))}." if raised.values else ""


def _larger_of_two(raised: Raised) -> str:
    """Where `np.max(a, b)` was written for `np.maximum(a, b)`, and `np.min` for `np.minimum`."""
    found = _REDUCES.search(raised.part or (raised.place.code if raised.place else ""))
    if found is None or not any(words in raised.text for words in _AXIS):
        return ""
    module, name = found.groups()
    return f"{module}.{name}(a, axis) takes one array: entry by entry it is {module}.{name}imum(a, b)."


def _first(raised: Raised, beginnings: tuple[str, ...]) -> Operand | None:
    return next((one for one in raised.values if one.text.startswith(beginnings)), None)


def _listed(known: list[str]) -> str:
    return ", ".join(known) if known else "no arguments"
