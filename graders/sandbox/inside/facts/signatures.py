"""What a function of the submission takes, found by the name that Python gives it in a TypeError."""

from __future__ import annotations

import inspect
import os
import re
from types import CodeType

from ..origin import is_below, modules_below

_CALLED = re.compile(r"([\w.]{1,200})\(\) (?:takes|missing|got)\b")
_MOST = 20


def signature(text: str, root: str) -> dict[str, object]:
    """Of `Linear.forward() takes 1 positional argument but 2 were given`: the parameters, and the line of the `def`."""
    match = _CALLED.match(text)
    code = _code(match.group(1), root) if match else None
    if match is None or code is None:
        return {}
    return {
        "called": match.group(1),
        "takes": [name[:60] for name in code.co_varnames[: min(code.co_argcount, _MOST)]],
        "defined": f"{os.path.relpath(code.co_filename, root)}, line {code.co_firstlineno}",
    }


def _code(name: str, root: str) -> CodeType | None:
    first, *others = name.split(".")
    for module in modules_below(root):
        found: object = vars(module).get(first)
        for part in others:
            found = inspect.getattr_static(found, part, None)
        held = found.__func__ if isinstance(found, staticmethod | classmethod) else found
        code = getattr(held, "__code__", None) if inspect.isfunction(held) else None
        if isinstance(code, CodeType) and is_below(code.co_filename, root):
            return code
    return None
