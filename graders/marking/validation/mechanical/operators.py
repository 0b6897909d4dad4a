"""Small changes of Python source: an operator, a sign, a constant, an axis, an index, an order, a keyword, a line."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

BEGIN, END = "# BEGIN SOLUTION", "# END SOLUTION"


class Change(NamedTuple):
    """`old` at (line, column), both counted from the file's start, gives way to `new`; what kind of change that is."""

    kind: str
    line: int
    start: int
    end: int
    old: str
    new: str

    @property
    def name(self) -> str:
        """What a report calls it."""
        return f"line {self.line}: {self.kind}: {self.old} -> {self.new}"

    def apply(self, source: str) -> str:
        """The changed source."""
        return source[: self.start] + self.new + source[self.end :]


SWAPPED = {ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*", ast.MatMult: "*", ast.Pow: "*"}
SIGN = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.MatMult: "@", ast.Pow: "**"}
COMPARED = {ast.Gt: (">", "<"), ast.Lt: ("<", ">"), ast.GtE: (">=", "<"), ast.LtE: ("<=", ">"), ast.Eq: ("==", "!=")}


class Source:
    """A file's text with the places of its nodes; only what students write is changed.

    That stands between comments BEGIN SOLUTION and END SOLUTION; in a file without them it is all functions' bodies.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.tree = ast.parse(text)
        self._lines = text.splitlines(keepends=True)
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line))
        self._written = self._solution_lines()

    def changes(self) -> Iterator[Change]:
        """Every change of one place, in the order of the file."""
        found = [change for node in self.nodes() for change in self._of(node)]
        yield from sorted(set(found), key=lambda change: (change.start, change.kind, change.new))

    def nodes(self) -> Iterator[ast.AST]:
        """The nodes of what students write."""
        return (node for node in ast.walk(self.tree) if self._is_written(node))

    def _solution_lines(self) -> set[int]:
        inside, lines = False, set()
        for number, line in enumerate(self._lines, 1):
            inside = (inside or BEGIN in line) and END not in line
            if inside:
                lines.add(number)
        return lines or self._lines_of_functions()

    def _lines_of_functions(self) -> set[int]:
        """Those of their bodies, without their docstrings."""
        found: set[int] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:] if ast.get_docstring(node) is not None else node.body
                found |= {line for one in body for line in range(one.lineno, (one.end_lineno or one.lineno) + 1)}
        return found

    def _is_written(self, node: ast.AST) -> bool:
        return getattr(node, "lineno", None) in self._written

    def _span(self, node: ast.AST) -> tuple[int, int]:
        return self._at(node.lineno, node.col_offset), self._at(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]

    def _at(self, line: int, column: int) -> int:
        encoded = self._lines[line - 1].encode()[:column]
        return self._starts[line - 1] + len(encoded.decode())

    def replaced(self, kind: str, node: ast.AST, new: str) -> Change:
        """A change of this kind that puts other text in a node's place."""
        start, end = self._span(node)
        return Change(kind, node.lineno, start, end, self.text[start:end], new)  # type: ignore[attr-defined]

    def _of(self, node: ast.AST) -> Iterator[Change]:
        match node:
            case ast.BinOp(left, op, right) if type(op) in SWAPPED:
                yield from self._operator(left, op, right)
            case ast.UnaryOp(ast.USub(), operand):
                yield self.replaced("sign", node, self.code(operand))
            case ast.Constant(int() | float() as value) if type(value) in (int, float):
                yield from (self.replaced("constant", node, repr(new)) for new in _other(value))
            case ast.Compare(left, [op], [right]) if type(op) in COMPARED:
                old, new = COMPARED[type(op)]
                yield from self._between("comparison", left, right, old, new)
            case ast.Subscript(value, ast.Constant(index)) if type(index) is int:
                yield self.replaced("index", node.slice, str(index + 1))
            case ast.Call():
                yield from self._call(node)
            case ast.Return(value) if value is not None:
                yield self.replaced("sign", value, f"-({self.code(value)})")
            case ast.Assign() | ast.AugAssign() | ast.Expr(ast.Call()):
                yield self.replaced("line dropped", node, "pass")
                yield from self._accumulation(node)

    def _accumulation(self, node: ast.AST) -> Iterator[Change]:
        if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add):
            yield from self._between("operator", node.target, node.value, "+=", "=")

    def _operator(self, left: ast.expr, op: ast.operator, right: ast.expr) -> Iterator[Change]:
        yield from self._between("operator", left, right, SIGN[type(op)], SWAPPED[type(op)])

    def _between(self, kind: str, left: ast.expr, right: ast.expr, old: str, new: str) -> Iterator[Change]:
        start, end = self._span(left)[1], self._span(right)[0]
        place = self.text[start:end].find(old)
        if place >= 0:
            at = start + place
            yield Change(kind, left.lineno, at, at + len(old), old, new)

    def _call(self, node: ast.Call) -> Iterator[Change]:
        if len(node.args) == 2 and not any(isinstance(argument, ast.Starred) for argument in node.args):
            first, second = (self._span(argument) for argument in node.args)
            swapped = (
                self.text[second[0] : second[1]] + self.text[first[1] : second[0]] + self.text[first[0] : first[1]]
            )
            yield Change("arguments", node.lineno, first[0], second[1], self.text[first[0] : second[1]], swapped)
        for keyword in node.keywords:
            value = keyword.value
            if keyword.arg == "axis" and isinstance(value, ast.Constant) and type(value.value) is int:
                yield self.replaced("axis", value, "1" if value.value == 0 else "0")
            if isinstance(value, ast.Constant) and type(value.value) is bool:
                yield self.replaced("keyword", value, str(not value.value))
            start, end = self._span(keyword)
            before = self.text.rfind(",", 0, start)
            if before >= self._span(node.func)[1] and not self.text[before + 1 : start].strip():
                yield Change("keyword dropped", node.lineno, before, end, self.text[before:end], "")

    def code(self, node: ast.expr) -> str:
        """The text of a node."""
        start, end = self._span(node)
        return self.text[start:end]


def _other(value: float) -> list[float]:
    """What stands for a constant: one more, or a hundred times where it is small."""
    if isinstance(value, float) and 0 < value < 0.01:
        return [value * 100]
    return [value + 1] if value != 1 else [0, 2]
