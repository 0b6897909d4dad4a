"""What can be known of a value in code for a batch: whether it holds the examples, counts them or walks through them.

And what happens to that in an expression: in a part, a sum, a call of NumPy's.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from enum import Enum, auto


class Kind(Enum):
    """What is known of a value."""

    BATCH = auto()
    """An array or list of examples."""
    COUNT = auto()
    """How many there are."""
    SHAPE = auto()
    """A tuple that begins with their number."""
    WALK = auto()
    """An iterator through them."""


Kinds = dict[str, set[Kind | None]]
"""Of each name the kinds that its values have been."""

_BATCH_OF_SHAPE: Mapping[Kind | None, Kind] = {Kind.COUNT: Kind.BATCH, Kind.SHAPE: Kind.BATCH}
_OF_FIRST: Mapping[str, Mapping[Kind | None, Kind]] = {
    "len": {Kind.BATCH: Kind.COUNT},
    "int": {Kind.COUNT: Kind.COUNT},
    "shape": {Kind.BATCH: Kind.SHAPE},
    **dict.fromkeys(("empty", "full", "ones", "reshape", "zeros"), _BATCH_OF_SHAPE),
}
"""What functions and methods give that go by their first argument."""
_KEEPING = frozenset(
    (
        *("abs", "absolute", "add", "array", "asarray", "ascontiguousarray", "clip", "copy", "divide", "empty_like"),
        *("exp", "exp2", "expm1", "full_like", "log", "log1p", "log2", "maximum", "minimum", "multiply"),
        *("nan_to_num", "negative", "ones_like", "power", "sign", "sqrt", "square", "subtract", "tanh", "where"),
        *("zeros_like", "float32", "float64"),
    )
)
"""Functions that give an array with the examples of those that they are given."""
_KEEPING_FIRST = frozenset(("dot", "matmul"))
"""The same of the first alone."""
_OWN_KEEPING = frozenset(("astype", "copy", "clip", "dot", "tolist"))
"""Methods that give an array that keeps the examples."""
_WRAPPING = frozenset(("enumerate", "filter", "iter", "list", "map", "reversed", "sorted", "tqdm", "tuple", "zip"))
_WALKING = frozenset(("ndenumerate", "ndindex", "nditer", "product", "range"))
_FEW_IN_A_BLOCK = 4


def only(kinds: set[Kind | None]) -> Kind | None:
    """What a value is that was always of the same kind."""
    return next(iter(kinds)) if len(kinds) == 1 else None


def of_tuple(first: Kind | None) -> Kind | None:
    """What a tuple is that begins with this."""
    return Kind.SHAPE if first in (Kind.COUNT, Kind.SHAPE) else None


def of_part(kind: Kind | None, key: ast.expr) -> Kind | None:
    """What `value[key]` is."""
    match kind, key:
        case Kind.SHAPE, ast.Constant(value=0):
            return Kind.COUNT
        case Kind.SHAPE, ast.Slice(lower=None):
            return Kind.SHAPE
        case Kind.BATCH, ast.Tuple(elts=[ast.Slice(lower=None, upper=None, step=None), *_]):
            return Kind.BATCH
    return None


def of_operation(left: Kind | None, operator: ast.operator, right: Kind | None) -> Kind | None:
    """What a sum, a product and so on is."""
    if isinstance(operator, ast.MatMult):
        return left if left is Kind.BATCH else None
    if Kind.BATCH in (left, right):
        return Kind.BATCH
    if isinstance(operator, ast.Add | ast.Sub | ast.Mult) and Kind.COUNT in (left, right):
        return Kind.COUNT
    return None


def of_call(node: ast.Call, own: Kind | None, given: Sequence[Kind | None]) -> Kind | None:
    """What a call gives of Python's or NumPy's functions, or of a method of an array; `own` is the array's kind."""
    name = last_name(node.func)
    if name in _OF_FIRST:
        return _OF_FIRST[name].get(given[0] if given else None)
    if name in _WRAPPING:
        return Kind.WALK if {Kind.BATCH, Kind.WALK} & set(given) else None
    if name in _WALKING:
        return Kind.WALK if any(given) and not _in_blocks(node) else None
    return Kind.BATCH if _keeps(name, own, given) else None


def _keeps(name: str, own: Kind | None, given: Sequence[Kind | None]) -> bool:
    """Whether the examples of the array itself, or of one of the arguments, are those of the result."""
    if own is not None:
        return own is Kind.BATCH and name in _OWN_KEEPING
    if name in _KEEPING_FIRST:
        return Kind.BATCH in given[:1]
    return name in _KEEPING and Kind.BATCH in given


def last_name(function: ast.expr) -> str:
    """`exp` of `np.exp`."""
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
