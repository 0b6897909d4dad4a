"""Which loops of a source go through the examples of a batch, as far as reading can tell: nothing is run.

It follows what is passed to `forward` and `backward`, whose first axis counts examples, through names, attributes of
self, helpers in the same file and NumPy's functions that keep that axis. What it can't follow is no loop over examples.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from pathlib import Path

from graders.checking.apart import content_of, reads_files
from graders.checking.failures import RuleBroken
from graders.checking.rules.following import Loop, Reading, functions_in
from graders.checking.rules.reach import deep_recursion, lines_of, parsed, reached
from graders.checking.rules.source import banned, uses

PASSES = ("forward", "backward")
"""The methods in which loops are looked for, with all that they call."""
HIDDEN = ("numpy.vectorize", "numpy.frompyfunc")
"""Functions that hide a loop over every entry."""
_MOST_WORDS = 100


def loops_over_examples(source: str | bytes, name: str, passes: Sequence[str] = PASSES) -> list[Loop]:
    """Those in a class's passes, or in a function of this name. A source with a syntax error has none.

    CheckFailed for one that can't be read here, and could run all the same.
    """
    try:
        tree = parsed(source)
    except (SyntaxError, ValueError, MemoryError):
        return []
    functions = functions_in(tree, name)
    methods = [f"self.{one}" for one in passes if f"self.{one}" in functions]
    with deep_recursion():
        found = Reading(functions).loops([name] if name in functions else methods)
    return sorted(found | _hidden(tree, source, name))


def _hidden(tree: ast.Module, source: str | bytes, name: str) -> set[Loop]:
    """The uses of functions that hide a loop, in whatever this class or function depends on."""
    lines = {line for statement in reached(tree, name) for line in lines_of(statement)}
    lines.difference_update(_import_lines(tree))
    return {Loop(use.line, use.name) for use in banned(uses(source), HIDDEN) if use.line in lines}


def _import_lines(tree: ast.Module) -> Iterable[int]:
    return (node.lineno for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom))


@reads_files
def check_no_loops_in_source(submission: Path, file: str, name: str, passes: Sequence[str] = PASSES) -> None:
    """CheckFailed at the first loop over examples in this class or function; a file that isn't there has none."""
    content = content_of(submission, file) if (submission / file).is_file() else b""
    for loop in loops_over_examples(content, name, passes):
        raise RuleBroken(
            f"{file}, line {loop.line} goes through the examples one by one: {loop.through[:_MOST_WORDS]}",
            "Work on the whole batch at once.",
        )
