"""Follows the examples of a batch through functions, by the names and attributes that they go by, to the loops."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property

from graders.checking.rules.kinds import Kind, Kinds, last_name, of_call, of_operation, of_part, of_tuple, only

_HOPEFUL, _ROUNDS = 4, 7
"""In the first rounds what isn't known may yet become so, and is passed over."""


@dataclass(frozen=True, order=True)
class Loop:
    """A loop over examples: its line, and what it goes through, as the source has it."""

    line: int
    through: str


@dataclass
class Function:
    """A function or method, with what is known of its parameters, its names and what it returns."""

    node: ast.FunctionDef
    of_class: bool
    parameters: Kinds = field(default_factory=dict)
    passed: Kinds = field(default_factory=dict)
    """What this round has found of its parameters; the next one uses it."""
    returns: set[Kind | None] = field(default_factory=set)

    @cached_property
    def arguments(self) -> list[str]:
        """Its parameters' names, without self."""
        given = [argument.arg for argument in [*self.node.args.posonlyargs, *self.node.args.args]]
        static = any(isinstance(one, ast.Name) and one.id == "staticmethod" for one in self.node.decorator_list)
        return given[1:] if self.of_class and not static else given

    @property
    def required(self) -> list[str]:
        """Those without a default."""
        return self.arguments[: len(self.arguments) - len(self.node.args.defaults)]


def functions_in(tree: ast.Module, name: str) -> dict[str, Function]:
    """The module's functions by name, and the class's methods, its own and its bases', as `self.forward`."""
    found = {node.name: Function(node, of_class=False) for node in tree.body if isinstance(node, ast.FunctionDef)}
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    for node in _lineage(name, dict(classes)):
        for method in node.body:
            if isinstance(method, ast.FunctionDef):
                found.setdefault(f"self.{method.name}", Function(method, of_class=True))
    return found


def _lineage(name: str, left: dict[str, ast.ClassDef]) -> Iterator[ast.ClassDef]:
    """A class and its bases, as deep as they go, each once: what is `left` of the module's classes gets less."""
    waiting = [name]
    while waiting:
        node = left.pop(waiting.pop(), None)
        if node is not None:
            yield node
            waiting += [base.id for base in reversed(node.bases) if isinstance(base, ast.Name)]


class Reading:
    """Goes through functions again and again, until nothing new is known of any value."""

    def __init__(self, functions: dict[str, Function]) -> None:
        self._functions = functions
        self._attributes: Kinds = {}
        self._earlier: Kinds = {}
        self._names: dict[str, Kind | None] = {}
        self._returned: set[Kind | None] = set()
        self._waiting: list[str] = []
        self._asked: set[str] = set()
        """The functions that are waiting, or have been read in this round."""
        self._hopeful = True
        self._found: set[Loop] = set()
        self._written = cache(ast.unparse)

    def loops(self, starts: Sequence[str]) -> set[Loop]:
        """All that are reached from these functions, whose parameters without a default are batches."""
        known: object = None
        for number in range(_ROUNDS):
            self._hopeful = number < _HOPEFUL
            before, known = known, (self._hopeful, *self._known())
            if known == before:  # it would find what the last one has found
                continue
            self._earlier, self._attributes = self._attributes, {}
            self._found.clear()
            for function in self._functions.values():
                function.parameters, function.passed = function.passed, {}
            for start in starts:
                self._functions[start].parameters = {one: {Kind.BATCH} for one in self._functions[start].required}
            self._waiting, self._asked = list(starts), set(starts)
            for name in self._waiting:  # which grows on the way
                self._read(self._functions[name])
        return self._found

    def _known(self) -> tuple[Kinds, list[tuple[Kinds, set[Kind | None]]]]:
        """What the next round goes by."""
        return self._attributes, [(function.passed, function.returns) for function in self._functions.values()]

    def _read(self, function: Function) -> None:
        self._names = {name: only(kinds) for name, kinds in function.parameters.items()}
        self._returned = set()
        self._statements(function.node.body)
        function.returns = self._returned

    def _learn(self, kinds: set[Kind | None], kind: Kind | None) -> None:
        if kind is not None or not self._hopeful:
            kinds.add(kind)

    def _statements(self, nodes: Iterable[ast.AST]) -> None:
        for node in nodes:
            self._statement(node)

    def _statement(self, node: ast.AST) -> None:
        match node:
            case ast.FunctionDef() | ast.ClassDef() | ast.AsyncFunctionDef():
                return
            case ast.Assign(targets=targets, value=value):
                self._assign(targets, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._assign([target], value)
            case ast.Return(value=ast.expr() as value):
                self._expressions(value)
                self._learn(self._returned, self._kind(value))
            case ast.For():
                self._for(node)
            case ast.While():
                self._while(node)
            case ast.expr():
                self._expressions(node)
            case _:
                self._statements(ast.iter_child_nodes(node))

    def _assign(self, targets: Iterable[ast.expr], value: ast.expr) -> None:
        self._expressions(value)
        kind = self._kind(value)
        for target in targets:
            self._bind(target, kind, value)

    def _for(self, node: ast.For) -> None:
        self._expressions(node.iter)
        self._judge(node.lineno, node.iter)
        self._bind(node.target, None)
        self._statements([*node.body, *node.orelse])

    def _while(self, node: ast.While) -> None:
        self._expressions(node.test)
        if any(self._counts(compared) for compared in ast.walk(node.test)):
            self._found.add(Loop(node.lineno, self._written(node.test)))
        self._statements([*node.body, *node.orelse])

    def _counts(self, node: ast.AST) -> bool:
        return isinstance(node, ast.Compare) and any(
            self._kind(side) is Kind.COUNT for side in [node.left, *node.comparators]
        )

    def _bind(self, target: ast.expr, kind: Kind | None, value: ast.expr | None = None) -> None:
        match target, value:
            case ast.Name(id=name), _:
                self._names[name] = kind
            case ast.Attribute(value=ast.Name(id="self"), attr=name), _:
                if not isinstance(value, ast.Constant):
                    self._learn(self._attributes.setdefault(name, set()), kind)
            case ((ast.Tuple(elts=names) | ast.List(elts=names)), (ast.Tuple(elts=values) | ast.List(elts=values))) if (
                len(names) == len(values)
            ):
                for one, its in zip(names, values, strict=True):
                    self._bind(one, self._kind(its), its)
            case ((ast.Tuple(elts=names) | ast.List(elts=names)), _):
                for index, one in enumerate(names):
                    self._bind(one, Kind.COUNT if index == 0 and kind is Kind.SHAPE else None)
            case _:
                pass

    def _expressions(self, node: ast.expr) -> None:
        """Loops in an expression, and what it passes to helpers."""
        for inner in ast.walk(node):
            match inner:
                case ast.comprehension(iter=through, target=target):
                    self._judge(through.lineno, through)
                    self._bind(target, None)
                case ast.Call(func=ast.Name(id="map"), args=[_, *through]):
                    for one in through:
                        self._judge(inner.lineno, one)
                case ast.Call(func=function, args=[_, axis, array, *_]) if last_name(function) == "apply_along_axis":
                    if self._kind(array) is Kind.BATCH and not (isinstance(axis, ast.Constant) and axis.value == 0):
                        self._found.add(Loop(inner.lineno, self._written(inner)))
                case ast.Call():
                    self._pass_on(inner)

    def _judge(self, line: int, through: ast.expr) -> None:
        if self._kind(through) in (Kind.BATCH, Kind.WALK):
            self._found.add(Loop(line, self._written(through)))

    def _called(self, node: ast.Call) -> str:
        """Which of the functions a call is of."""
        match node.func:
            case ast.Name(id=name):
                key = name
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                key = f"self.{name}"
            case _:
                return ""
        return key if key in self._functions else ""

    def _pass_on(self, node: ast.Call) -> None:
        called = self._called(node)
        if not called:
            return
        function = self._functions[called]
        passed = [
            *zip(function.arguments, node.args, strict=False),
            *((word.arg, word.value) for word in node.keywords if word.arg),
        ]
        for name, value in passed:
            self._learn(function.passed.setdefault(name, set()), self._kind(value))
        if called not in self._asked:
            self._asked.add(called)
            self._waiting.append(called)

    def _kind(self, node: ast.expr) -> Kind | None:
        match node:
            case ast.Name() | ast.Attribute():
                return self._of_name(node)
            case ast.Tuple(elts=[first, *_]):
                return of_tuple(self._kind(_without_star(first)))
            case ast.Subscript(value=value, slice=key):
                return of_part(self._kind(value), key)
            case ast.BinOp(left=left, op=operator, right=right):
                return of_operation(self._kind(left), operator, self._kind(right))
            case ast.UnaryOp(operand=operand):
                return self._kind(operand)
            case ast.IfExp(body=body, orelse=orelse):
                return self._kind(body) or self._kind(orelse)
            case ast.NamedExpr(target=target, value=value):
                kind = self._kind(value)
                self._bind(target, kind)
                return kind
            case ast.Call():
                return self._of_call(node)
        return None

    def _of_name(self, node: ast.Name | ast.Attribute) -> Kind | None:
        match node:
            case ast.Name(id=name):
                return self._names.get(name)
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                return only(self._attributes.get(name) or self._earlier.get(name, set()))
            case ast.Attribute(value=owner, attr="shape") if self._kind(owner) is Kind.BATCH:
                return Kind.SHAPE
        return None

    def _of_call(self, node: ast.Call) -> Kind | None:
        called = self._called(node)
        if called:
            return only(self._functions[called].returns)
        given = [self._kind(_without_star(argument)) for argument in node.args]
        own = self._kind(node.func.value) if isinstance(node.func, ast.Attribute) else None
        return of_call(node, own, given)


def _without_star(argument: ast.expr) -> ast.expr:
    return argument.value if isinstance(argument, ast.Starred) else argument
