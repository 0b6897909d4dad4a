"""Measures how the engine is built: `python -m tests.structure.measure` prints each figure that a test bounds.

The engine is `graders` without `graders/homeworks`. Complexity is McCabe's number as radon counts it: one for the
function, and one more for each branch, loop, handler, assertion, comprehension, condition within these, further
operand of `and` and `or`, conditional expression, and case of a `match` but a last catch-all. Nested functions count
on their own.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENGINE = ROOT / "graders"
CONTENT = ENGINE / "homeworks"
COMPLEX = 10
"""A function of more is one to break up."""

_BRANCHES = (ast.If, ast.IfExp, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.Assert)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Function:
    """A function or method: where it is defined, and how complex it is."""

    file: str
    line: int
    name: str
    complexity: int


@dataclass(frozen=True)
class Figures:
    """What is measured of a set of files."""

    lines: dict[str, int]
    functions: list[Function]
    any_names: dict[str, int]
    """How often each file says `typing.Any`."""

    @property
    def complex_share(self) -> float:
        """The share of functions that are too complex."""
        return len(self.too_complex) / max(len(self.functions), 1)

    @property
    def too_complex(self) -> list[Function]:
        """These functions, the most complex first."""
        return sorted((f for f in self.functions if f.complexity > COMPLEX), key=lambda f: -f.complexity)

    @property
    def any_in_1000_lines(self) -> float:
        """How often `Any` stands in a thousand lines."""
        return 1000 * sum(self.any_names.values()) / max(sum(self.lines.values()), 1)


def engine_files() -> list[Path]:
    """Every module of the engine."""
    return sorted(path for path in ENGINE.rglob("*.py") if CONTENT not in path.parents)


def measure(files: list[Path], root: Path = ROOT) -> Figures:
    """The figures of these files; paths are given from `root`."""
    lines: dict[str, int] = {}
    functions: list[Function] = []
    any_names: dict[str, int] = {}
    for path in files:
        text, name = path.read_text(encoding="utf-8"), path.relative_to(root).as_posix()
        tree = ast.parse(text)
        lines[name] = len(text.splitlines())
        any_names[name] = sum(_is_any(node) for node in ast.walk(tree))
        functions += [Function(name, node.lineno, node.name, complexity(node)) for node in _functions(tree)]
    return Figures(lines, functions, any_names)


def complexity(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """McCabe's number of a function, without the functions that are defined in it."""
    return 1 + sum(map(_decisions, _own_nodes(function)))


def _decisions(node: ast.AST) -> int:
    match node:
        case ast.BoolOp(values=values):
            return len(values) - 1
        case ast.comprehension(ifs=conditions):
            return 1 + len(conditions)
        case ast.Match(cases=cases):
            return sum(not _catches_all(case) for case in cases)
    return int(isinstance(node, _BRANCHES))


def _catches_all(case: ast.match_case) -> bool:
    return isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None and case.guard is None


def _own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (*_FUNCTIONS, ast.ClassDef)):
            yield child
            yield from _own_nodes(child)


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, _FUNCTIONS))


def _is_any(node: ast.AST) -> bool:
    return (isinstance(node, ast.Name) and node.id == "Any") or (isinstance(node, ast.Attribute) and node.attr == "Any")


def main(arguments: list[str]) -> None:
    """Print the figures of the engine, or of the files and folders that are named, and what is too complex."""
    named = [Path(argument).resolve() for argument in arguments]
    files = [file for path in named for file in (sorted(path.rglob("*.py")) if path.is_dir() else [path])]
    figures = measure(files or engine_files())
    longest = max(figures.lines, key=figures.lines.__getitem__)
    print(
        f"{len(figures.lines)} files, {sum(figures.lines.values())} lines; the longest is {longest}, "
        f"{figures.lines[longest]} lines"
    )
    print(f"{len(figures.functions)} functions, {figures.complex_share:.1%} with a complexity over {COMPLEX}:")
    for one in figures.too_complex:
        print(f"  {one.complexity:3}  {one.file}:{one.line} {one.name}")
    print(f"Any {sum(figures.any_names.values())} times, {figures.any_in_1000_lines:.1f} in 1000 lines, most in:")
    for name, count in sorted(figures.any_names.items(), key=lambda item: -item[1])[:15]:
        if count:
            print(f"  {count:3}  {name}")


if __name__ == "__main__":
    main(sys.argv[1:])
