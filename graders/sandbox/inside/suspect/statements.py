"""Rewrites functions so that each statement's value goes through a hook, and says what those statements are."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass, field

HOOK = "__gradmark_value__"
"""What the rewritten code calls, with a statement's number and a function that computes its value."""
_STAYS = (ast.NamedExpr, ast.Yield, ast.YieldFrom, ast.Await)
"""What has to be computed where it stands."""
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


@dataclass
class Statement:
    """A value that is made in one place: where that is, in which function, what it reads and what it sets."""

    number: int
    file: str
    line: int
    end: int
    kind: str
    """`value`, `returned`, `in place`, `argument`, `default` (of a parameter), `passed` (to a parameter), or `missing`:
    what a function that returns nothing returns."""
    function: int
    """The line in which the function begins."""
    name: str
    """What the function is called."""
    reads: list[str] = field(default_factory=list)
    sets: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    """The names of functions and methods that it calls."""
    loop: int = 0
    """The line of the innermost loop around it; 0 if there is none."""
    sets_in: tuple[str, int] | None = None
    """The function whose names it sets, where that is another one: its file, and the line in which it begins."""
    plain: bool = False
    """Whether it only gives another name to what is there."""
    blank: bool = False
    """Whether it is nothing yet: None, 0, an array of zeros, an empty list."""
    whole: bool = False
    """Whether it is all of a name's value, though it is written into what was there: `x += e`, not `x[0] += e`."""
    outer: int = 0
    """The first line, with decorators, of the outermost function around it: that is what can be rewritten."""

    def fields(self) -> list[object]:
        """As plain data."""
        place: list[object] = [self.file, self.line, self.end, self.kind, self.function, self.name, self.loop]
        inner = list(self.sets_in or (self.file, self.function))
        return [*place, list(self.reads), list(self.sets), list(self.calls), inner, self.plain, self.blank, self.whole]


class Rewriter(ast.NodeTransformer):
    """Puts the hook around the statements' values of one module; numbers go on from `first`."""

    def __init__(self, file: str, first: int) -> None:
        self.statements: list[Statement] = []
        self._file = file
        self._first = first
        self._functions: list[ast.FunctionDef] = []
        self._loops: list[int] = []

    def visit_Lambda(self, node: ast.Lambda) -> ast.Lambda:
        """Its body is a part of the statement."""
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """A function whose values all come at once: none that yields."""
        if any(isinstance(one, ast.Yield | ast.YieldFrom) for one in own_nodes(node)):
            return node
        loops, self._loops = self._loops, []
        self._functions.append(node)
        node.body = [made for one in node.body for made in self._listed(self.visit(one))]
        self._take_parameters(node)
        if not isinstance(node.body[-1], ast.Return | ast.Raise) and node.name != "__init__":
            self._return_something(node)
        self._functions.pop()
        self._loops = loops
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        """What is in a class itself runs when it is imported."""
        functions, self._functions = self._functions, []
        node.body = [self.visit(one) if isinstance(one, ast.FunctionDef) else one for one in node.body]
        self._functions = functions
        return node

    def visit_For(self, node: ast.For) -> ast.AST:
        """What runs several times."""
        return self._in_loop(node)

    def visit_While(self, node: ast.While) -> ast.AST:
        """What runs several times."""
        return self._in_loop(node)

    def visit_Assign(self, node: ast.Assign) -> ast.Assign:
        """A value that gets a name, or is written into something."""
        if self._functions:
            kind = "in place" if any(map(_is_part, node.targets)) else "value"
            match node.targets, node.value:
                case [ast.Tuple(targets)], ast.Tuple(values) if len(targets) == len(values) and not _is_starred(node):
                    both = zip(values, targets, strict=True)
                    node.value.elts = [self._hooked(one, kind, node, written(target)) for one, target in both]
                case _:
                    sets = [name for target in node.targets for name in written(target)]
                    node.value = self._hooked(node.value, kind, node, sets)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AnnAssign:
        """The same with a type."""
        if self._functions and node.value is not None:
            kind = "in place" if _is_part(node.target) else "value"
            node.value = self._hooked(node.value, kind, node, written(node.target))
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AugAssign | list[ast.stmt]:
        """`x += e`, and then x is what the hook makes of it."""
        if not self._functions:
            return node
        load = copy.deepcopy(node.target)
        load.ctx = ast.Load()
        value = self._hooked(load, "in place", node, written(node.target), also=read(node.value))
        self.statements[-1].whole = isinstance(node.target, ast.Name | ast.Attribute)
        again = ast.copy_location(ast.Assign([copy.deepcopy(node.target)], value), node)
        return [node, again]

    def visit_Return(self, node: ast.Return) -> ast.Return:
        """A value that goes to the caller."""
        if self._functions and node.value is not None:
            node.value = self._hooked(node.value, "returned", node, [])
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.Expr:
        """What a call is given whose value nobody takes: `outputs.append(e)`."""
        call = node.value
        if self._functions:
            self._hook_setattr(node)
        if self._functions and isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            sets = read(call.func.value)
            call.args = [
                one if isinstance(one, ast.Starred) else self._hooked(one, "argument", node, sets) for one in call.args
            ]
        return node

    def _hook_setattr(self, node: ast.Expr) -> None:
        """`setattr(layer, name, e)`: which attribute that is, nobody can read off."""
        match node.value:
            case ast.Call(ast.Name("setattr"), [_, _, value]) as call:
                before = len(self.statements)
                call.args[2] = self._hooked(value, "in place", node, [])
                for one in self.statements[before:]:
                    one.calls.append("setattr")

    def _in_loop(self, node: ast.For | ast.While) -> ast.AST:
        self._loops.append(node.lineno)
        self.generic_visit(node)
        self._loops.pop()
        return node

    def _hooked(
        self, value: ast.expr, kind: str, node: ast.stmt, sets: list[str], also: list[str] | None = None
    ) -> ast.expr:
        """The value by way of the hook; of a tuple or a dict that is written out each item by itself."""
        if isinstance(value, ast.Tuple) and not any(isinstance(one, ast.Starred) for one in value.elts):
            value.elts = [self._hooked(one, kind, node, sets, also) for one in value.elts]
            return value
        if isinstance(value, ast.Dict):
            value.values = [self._hooked(one, kind, node, sets, also) for one in value.values]
            return value
        if _stays(value):
            return value
        number = self._number(kind, node, [*read(value), *(also or [])], sets, called(value))
        self.statements[-1].plain = isinstance(value, ast.Name | ast.Attribute | ast.Subscript)
        self.statements[-1].blank = _is_blank(value)
        return ast.copy_location(_call_of_hook(number, value), value)

    def _number(self, kind: str, node: ast.AST, reads: list[str], sets: list[str], calls: list[str]) -> int:
        number = self._first + len(self.statements)
        line = int(getattr(node, "lineno", 0))
        end = int(getattr(node, "end_lineno", 0) or line)
        function = self._functions[-1]
        loop = self._loops[-1] if self._loops else 0
        made = Statement(number, self._file, line, end, kind, function.lineno, function.name, reads, sets, calls, loop)
        outermost = self._functions[0]
        made.outer = min(one.lineno for one in (outermost, *outermost.decorator_list))  # type: ignore[attr-defined]
        self.statements.append(made)
        return number

    def _take_parameters(self, node: ast.FunctionDef) -> None:
        """Parameters go through the hook first of all: what they are is made where they are passed, or is a default."""
        parameters = node.args.args
        plain = len(parameters) - len(node.args.defaults)
        taken: list[ast.stmt] = []
        for place, one in enumerate(parameters):
            if one.arg in ("self", "cls"):
                continue
            head = ast.copy_location(ast.Pass(), node)
            head.end_lineno = node.lineno
            number = self._number("passed" if place < plain else "default", head, [one.arg], [one.arg], [])
            value = ast.copy_location(_call_of_hook(number, ast.Name(one.arg, ast.Load())), head)
            taken.append(ast.copy_location(ast.Assign([ast.Name(one.arg, ast.Store())], value), head))
        start = 1 if ast.get_docstring(node, clean=False) is not None else 0
        node.body[start:start] = taken

    def _return_something(self, node: ast.FunctionDef) -> None:
        """A function that returns nothing returns what the hook says."""
        last = node.body[-1]
        place = ast.copy_location(ast.Pass(), last)
        place.lineno = place.end_lineno = last.end_lineno or last.lineno
        number = self._number("missing", place, [], [], [])
        node.body.append(ast.copy_location(ast.Return(_call_of_hook(number, ast.Constant(None))), place))

    @staticmethod
    def _listed(found: object) -> list[ast.stmt]:
        return found if isinstance(found, list) else [found] if isinstance(found, ast.stmt) else []


def own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    """All that stands in a function, without what is in functions inside it."""
    for child in ast.iter_child_nodes(function):
        yield child
        if not isinstance(child, _FUNCTIONS):
            yield from own_nodes(child)


def read(node: ast.AST) -> list[str]:
    """The names and attributes of `self` that an expression reads."""
    return list(dict.fromkeys(_names(node, ast.Load)))


def written(target: ast.AST) -> list[str]:
    """Those that an assignment sets, or writes into."""
    if isinstance(target, ast.Subscript):
        key = getattr(target.slice, "value", None)
        named = f"*.{key}" if isinstance(key, str) else "*.?" if _is_key(target.slice) else ""
        return [*read(target.value), *filter(None, [named])]
    if isinstance(target, ast.Attribute):
        base = _dotted(target)
        return [base] if base else [*read(target.value), f"*.{target.attr}"]
    return list(dict.fromkeys([*_names(target, ast.Store), *_inner(target)]))


def _inner(target: ast.AST) -> list[str]:
    return [name for child in ast.iter_child_nodes(target) if isinstance(child, ast.expr) for name in written(child)]


def called(node: ast.AST) -> list[str]:
    """What an expression calls, by its last name."""
    functions = [one.func for one in ast.walk(node) if isinstance(one, ast.Call)]
    names = [one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "") for one in functions]
    return list(dict.fromkeys(filter(None, names)))


def _names(node: ast.AST, context: type[ast.expr_context]) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Name) and one.id != "self" and isinstance(one.ctx, context):
            yield one.id
        elif isinstance(one, ast.Attribute) and isinstance(one.ctx, context) and (name := _dotted(one)):
            yield name


def _dotted(node: ast.Attribute) -> str:
    return f"self.{node.attr}" if isinstance(node.value, ast.Name) and node.value.id == "self" else ""


def _is_part(target: ast.expr) -> bool:
    """Whether an assignment to it writes into something that others may hold."""
    return any(isinstance(one, ast.Subscript) and isinstance(one.ctx, ast.Store) for one in ast.walk(target))


def _is_blank(value: ast.expr) -> bool:
    if isinstance(value, ast.Constant):
        return value.value is None or value.value == 0
    if isinstance(value, ast.Call):
        return called(value)[:1] in (["zeros"], ["zeros_like"], ["empty"], ["empty_like"])
    return isinstance(value, ast.List | ast.Dict) and not ast.unparse(value)[1:-1]


def _is_key(key: ast.expr) -> bool:
    """Whether it is a text that is put together: `f"W{i}"`, `"W" + str(i)`."""
    return isinstance(key, ast.JoinedStr) or (
        isinstance(key, ast.BinOp) and any(isinstance(getattr(one, "value", None), str) for one in ast.walk(key))
    )


def _is_starred(node: ast.Assign) -> bool:
    return any(isinstance(one, ast.Starred) for one in ast.walk(node))


def _stays(value: ast.expr) -> bool:
    nodes = list(ast.walk(value))
    return any(isinstance(one, _STAYS) or (isinstance(one, ast.Name) and one.id == "super") for one in nodes)


def _call_of_hook(number: int, value: ast.expr) -> ast.Call:
    nothing = ast.arguments([], [], None, [], [], None, [])
    return ast.Call(ast.Name(HOOK, ast.Load()), [ast.Constant(number), ast.Lambda(nothing, value)], [])
