"""Which loops of a source go through the examples of a batch, as far as reading can tell: nothing is run.

It follows what is passed to `forward` and `backward`, whose first axis counts examples, through names, attributes of
self, helpers in the same file and NumPy's functions that keep that axis. What it can't follow is no loop over examples.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path

from graders.expect import RuleBroken
from graders.rules.reach import deep_recursion, lines_of, parsed, reached
from graders.rules.source import banned, uses

PASSES = ("forward", "backward")
"""The methods in which loops are looked for, with all that they call."""
HIDDEN = ("numpy.vectorize", "numpy.frompyfunc")
"""Functions that hide a loop over every entry."""
_KEEPING = frozenset(
    (
        *(
            "abs",
            "absolute",
            "add",
            "array",
            "asarray",
            "ascontiguousarray",
            "clip",
            "copy",
            "divide",
            "dot",
            "empty_like",
        ),
        *("exp", "exp2", "expm1", "full_like", "log", "log1p", "log2", "matmul", "maximum", "minimum", "multiply"),
        *("nan_to_num", "negative", "ones_like", "power", "sign", "sqrt", "square", "subtract", "tanh", "where"),
        *("zeros_like", "float32", "float64"),
    )
)
"""Functions that give an array with the examples of those that they are given."""
_OWN_KEEPING = frozenset(("astype", "copy", "clip", "dot", "tolist"))
_MAKING = frozenset(("empty", "full", "ones", "zeros"))
_WRAPPING = frozenset(("enumerate", "filter", "iter", "list", "map", "reversed", "sorted", "tqdm", "tuple", "zip"))
_WALKING = frozenset(("ndenumerate", "ndindex", "nditer", "product", "range"))
_FEW_IN_A_BLOCK = 4
_MOST_WORDS = 100
_HOPEFUL, _ROUNDS = 4, 7
"""In the first rounds what isn't known may yet become so, and is passed over."""


class _Kind(Enum):
    """What is known of a value."""

    BATCH = auto()
    """An array or list of examples."""
    COUNT = auto()
    """How many there are."""
    SHAPE = auto()
    """A tuple that begins with their number."""
    WALK = auto()
    """An iterator through them."""


_Kinds = dict[str, set[_Kind | None]]


@dataclass(frozen=True, order=True)
class Loop:
    """A loop over examples: its line, and what it goes through, as the source has it."""

    line: int
    through: str


def loops_over_examples(source: str | bytes, name: str, passes: Sequence[str] = PASSES) -> list[Loop]:
    """Those in a class's passes, or in a function of this name. A source with a syntax error has none.

    CheckFailed for one that can't be read here, and could run all the same.
    """
    try:
        tree = parsed(source)
    except (SyntaxError, ValueError, MemoryError):
        return []
    functions = _functions(tree, name)
    starts = [name] if name in functions else [one for one in passes if f"self.{one}" in functions]
    with deep_recursion():
        found = _Reading(functions).loops([one if one == name else f"self.{one}" for one in starts])
    lines = {line for statement in reached(tree, name) for line in lines_of(statement)}
    hidden = {Loop(use.line, use.name) for use in banned(uses(source), HIDDEN) if use.line in lines}
    return sorted(found | {loop for loop in hidden if not _is_import(tree, loop.line)})


def check_no_loops_in_source(submission: Path, file: str, name: str, passes: Sequence[str] = PASSES) -> None:
    """CheckFailed at the first loop over examples in this class or function; a file that isn't there has none."""
    path = submission / file
    content = path.read_bytes() if path.is_file() else b""
    for loop in loops_over_examples(content, name, passes):
        raise RuleBroken(
            f"{file}, line {loop.line} goes through the examples one by one: {loop.through[:_MOST_WORDS]}",
            "Work on the whole batch at once.",
        )


@dataclass
class _Function:
    """A function or method, with what is known of its parameters, its names and what it returns."""

    node: ast.FunctionDef
    of_class: bool
    parameters: _Kinds = field(default_factory=dict)
    passed: _Kinds = field(default_factory=dict)
    """What this round has found of its parameters; the next one uses it."""
    returns: set[_Kind | None] = field(default_factory=set)

    @property
    def arguments(self) -> list[str]:
        """Its parameters' names, without self."""
        given = [argument.arg for argument in [*self.node.args.posonlyargs, *self.node.args.args]]
        static = any(isinstance(one, ast.Name) and one.id == "staticmethod" for one in self.node.decorator_list)
        return given[1:] if self.of_class and not static else given

    @property
    def required(self) -> list[str]:
        """Those without a default."""
        return self.arguments[: len(self.arguments) - len(self.node.args.defaults)]


def _functions(tree: ast.Module, name: str) -> dict[str, _Function]:
    """The module's functions by name, and the class's methods, its own and its bases', as `self.forward`."""
    found = {node.name: _Function(node, of_class=False) for node in tree.body if isinstance(node, ast.FunctionDef)}
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    for node in _lineage(name, classes):
        for method in node.body:
            if isinstance(method, ast.FunctionDef):
                found.setdefault(f"self.{method.name}", _Function(method, of_class=True))
    return found


def _lineage(name: str, classes: dict[str, ast.ClassDef], depth: int = 0) -> Iterator[ast.ClassDef]:
    if name in classes and depth < len(classes):
        yield classes[name]
        for base in classes[name].bases:
            if isinstance(base, ast.Name):
                yield from _lineage(base.id, classes, depth + 1)


class _Reading:
    """Goes through functions again and again, until nothing new is known of any value."""

    def __init__(self, functions: dict[str, _Function]) -> None:
        self._functions = functions
        self._attributes: _Kinds = {}
        self._earlier: _Kinds = {}
        self._names: dict[str, _Kind | None] = {}
        self._returned: set[_Kind | None] = set()
        self._waiting: list[str] = []
        self._hopeful = True
        self._found: set[Loop] = set()

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
                self._functions[start].parameters = {one: {_Kind.BATCH} for one in self._functions[start].required}
            self._waiting = list(starts)
            for name in self._waiting:  # which grows on the way
                self._read(self._functions[name])
        return self._found

    def _known(self) -> tuple[_Kinds, list[tuple[_Kinds, set[_Kind | None]]]]:
        """What the next round goes by."""
        return self._attributes, [(function.passed, function.returns) for function in self._functions.values()]

    def _read(self, function: _Function) -> None:
        self._names = {name: _only(kinds) for name, kinds in function.parameters.items()}
        self._returned = set()
        for statement in function.node.body:
            self._statement(statement)
        function.returns = self._returned

    def _learn(self, kinds: set[_Kind | None], kind: _Kind | None) -> None:
        if kind is not None or not self._hopeful:
            kinds.add(kind)

    def _statement(self, node: ast.AST) -> None:
        match node:
            case ast.FunctionDef() | ast.ClassDef() | ast.AsyncFunctionDef():
                return
            case ast.Assign(targets=targets, value=value):
                self._expressions(value)
                for target in targets:
                    self._bind(target, self._kind(value), value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._expressions(value)
                self._bind(target, self._kind(value), value)
            case ast.Return(value=ast.expr() as value):
                self._expressions(value)
                self._learn(self._returned, self._kind(value))
            case ast.For(target=target, iter=through, body=body, orelse=orelse):
                self._expressions(through)
                self._judge(node.lineno, through)
                self._bind(target, None)
                for statement in [*body, *orelse]:
                    self._statement(statement)
            case ast.While(test=test, body=body, orelse=orelse):
                self._expressions(test)
                if any(self._counts(compared) for compared in ast.walk(test)):
                    self._found.add(Loop(node.lineno, ast.unparse(test)))
                for statement in [*body, *orelse]:
                    self._statement(statement)
            case ast.expr():
                self._expressions(node)
            case _:
                for inner in ast.iter_child_nodes(node):
                    self._statement(inner)

    def _counts(self, node: ast.AST) -> bool:
        return isinstance(node, ast.Compare) and any(
            self._kind(side) is _Kind.COUNT for side in [node.left, *node.comparators]
        )

    def _bind(self, target: ast.expr, kind: _Kind | None, value: ast.expr | None = None) -> None:
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
                    self._bind(one, _Kind.COUNT if index == 0 and kind is _Kind.SHAPE else None)
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
                case ast.Call(func=function, args=[_, axis, array, *_]) if _last(function) == "apply_along_axis":
                    if self._kind(array) is _Kind.BATCH and not (isinstance(axis, ast.Constant) and axis.value == 0):
                        self._found.add(Loop(inner.lineno, ast.unparse(inner)))
                case ast.Call():
                    self._pass_on(inner)

    def _judge(self, line: int, through: ast.expr) -> None:
        if self._kind(through) in (_Kind.BATCH, _Kind.WALK):
            self._found.add(Loop(line, ast.unparse(through)))

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
        if called not in self._waiting:
            self._waiting.append(called)

    def _kind(self, node: ast.expr) -> _Kind | None:
        match node:
            case ast.Name(id=name):
                return self._names.get(name)
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                return _only(self._attributes.get(name) or self._earlier.get(name, set()))
            case ast.Attribute(value=owner, attr="shape"):
                return _Kind.SHAPE if self._kind(owner) is _Kind.BATCH else None
            case ast.Tuple(elts=[first, *_]):
                first_kind = self._kind(first.value if isinstance(first, ast.Starred) else first)
                return _Kind.SHAPE if first_kind in (_Kind.COUNT, _Kind.SHAPE) else None
            case ast.Subscript(value=value, slice=key):
                return self._part(self._kind(value), key)
            case ast.BinOp(left=left, op=operator, right=right):
                return self._combined(self._kind(left), operator, self._kind(right))
            case ast.UnaryOp(operand=operand):
                return self._kind(operand)
            case ast.IfExp(body=body, orelse=orelse):
                return self._kind(body) or self._kind(orelse)
            case ast.NamedExpr(target=target, value=value):
                kind = self._kind(value)
                self._bind(target, kind)
                return kind
            case ast.Call():
                return self._result(node)
        return None

    @staticmethod
    def _part(kind: _Kind | None, key: ast.expr) -> _Kind | None:
        match kind, key:
            case _Kind.SHAPE, ast.Constant(value=0):
                return _Kind.COUNT
            case _Kind.SHAPE, ast.Slice(lower=None):
                return _Kind.SHAPE
            case _Kind.BATCH, ast.Tuple(elts=[ast.Slice(lower=None, upper=None, step=None), *_]):
                return _Kind.BATCH
        return None

    @staticmethod
    def _combined(left: _Kind | None, operator: ast.operator, right: _Kind | None) -> _Kind | None:
        if isinstance(operator, ast.MatMult):
            return left if left is _Kind.BATCH else None
        if _Kind.BATCH in (left, right):
            return _Kind.BATCH
        if isinstance(operator, ast.Add | ast.Sub | ast.Mult) and _Kind.COUNT in (left, right):
            return _Kind.COUNT
        return None

    def _result(self, node: ast.Call) -> _Kind | None:
        called = self._called(node)
        if called:
            return _only(self._functions[called].returns)
        name, given = _last(node.func), [self._kind(argument) for argument in _plain(node.args)]
        own = self._kind(node.func.value) if isinstance(node.func, ast.Attribute) else None
        if name in ("len", "int", "shape"):
            wanted = {"len": _Kind.BATCH, "int": _Kind.COUNT, "shape": _Kind.BATCH}[name]
            return (_Kind.SHAPE if name == "shape" else _Kind.COUNT) if given[:1] == [wanted] else None
        if name in _WALKING:
            return None if _in_blocks(node) or not set(given) - {None} else _Kind.WALK
        if name in _WRAPPING:
            return _Kind.WALK if {_Kind.BATCH, _Kind.WALK} & set(given) else None
        if name in _KEEPING and own is None:
            keeps = given[:1] if name in ("dot", "matmul") else given
            return _Kind.BATCH if _Kind.BATCH in keeps else None
        if name in _MAKING or name == "reshape":
            return _Kind.BATCH if given[:1] in ([_Kind.COUNT], [_Kind.SHAPE]) else None
        return _Kind.BATCH if name in _OWN_KEEPING and own is _Kind.BATCH else None


def _only(kinds: set[_Kind | None]) -> _Kind | None:
    """What a value is that was always of the same kind."""
    return next(iter(kinds)) if len(kinds) == 1 else None


def _plain(arguments: Sequence[ast.expr]) -> list[ast.expr]:
    return [argument.value if isinstance(argument, ast.Starred) else argument for argument in arguments]


def _last(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _in_blocks(node: ast.Call) -> bool:
    """Whether this is a range with steps of several examples."""
    match node.args:
        case [_, _, ast.Constant(value=int(step))]:
            return abs(step) > _FEW_IN_A_BLOCK
        case [_, _, ast.UnaryOp()]:
            return False
    return len(node.args) == 3


def _is_import(tree: ast.Module, line: int) -> bool:
    return any(isinstance(node, ast.Import | ast.ImportFrom) and node.lineno == line for node in ast.walk(tree))
