"""Makes a module of a notebook: its imports, functions, classes and simple constants, and nothing that would run."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator

from graders.coursework.reading import MAX_SOURCE
from graders.coursework.syntax import MAX_PARTS, has_endless_name

MAX_BYTES = 64 * 1024 * 1024
"""Of a notebook with its outputs, all of which is read into memory."""
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
IMPORTS = (ast.Import, ast.ImportFrom)
HARMLESS_CALLS = {
    "device",
    "is_available",
    "int",
    "float",
    "str",
    "tuple",
    "list",
    "dict",
    "range",
    "len",
    "sqrt",
    "Path",
}
"""Functions whose calls a constant may be made of: `torch.device("cpu")`."""


_PREAMBLE = "_left_out = []\n_ImportError, _AnyError = ImportError, Exception"
"""The names are other ones, so that a guard of ours isn't taken for code that is ready for a missing package."""
_HOOK = """
def __getattr__(name):
    if name.startswith("__") or not _left_out:
        raise AttributeError(name)
    raise ImportError("; ".join(_left_out))
"""
"""Called for whatever the cells don't define: says which of them could not be used."""


def code_cells(content: bytes) -> list[tuple[int, str]]:
    """Of each cell with code its number and its source; ValueError says in one line why there are none."""
    import nbformat  # here and not above: few homeworks have notebooks

    try:
        if len(content) > MAX_BYTES:
            raise ValueError(f"it has more than {MAX_BYTES >> 20} MiB: clear its outputs")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what a later version of the format will mind
            notebook = nbformat.reads(content.decode("utf-8"), as_version=4)  # type: ignore[no-untyped-call]
        numbered = enumerate(notebook.cells, 1)
        cells = [(number, str(cell.source)) for number, cell in numbered if cell.cell_type == "code"]
    except Exception as error:  # nbformat raises whatever a broken file makes it stumble over
        raise ValueError(" ".join(str(error).split())[:200]) from None
    if sum(len(source) for _, source in cells) > MAX_SOURCE:
        raise ValueError(f"it has more than {MAX_SOURCE >> 10} KiB of code: leave data and generated code out")
    return cells


def module_source(content: bytes, name: str) -> str:
    """The module's source. What can't be used raises, in one line, where something is asked of the module."""
    try:
        cells = code_cells(content)
    except ValueError as error:
        return broken_module(f"{name} is not a notebook that can be read: {error}")
    parts = [_PREAMBLE, *(part for number, source in cells for part in _cell(f"{name}, cell {number}", source)), _HOOK]
    return "\n\n".join(parts)


def broken_module(why: str) -> str:
    """The source of a module that can't be made, for it says so wherever it is imported."""
    return f"raise ImportError({why!r})\n"


def _cell(where: str, source: str) -> Iterator[str]:
    try:
        if has_endless_name(source):
            raise ValueError(f"a name has more than {MAX_PARTS} parts")
        statements = ast.parse(without_magics(source)).body
        guarded = [_guarded(node, where) for node in statements if _defines(node)]
    except (SyntaxError, ValueError) as error:
        reason = f"{where}, line {getattr(error, 'lineno', 0) or 0}: {getattr(error, 'msg', error)}"
        yield f"_left_out.append({reason!r})"
        return
    except (RecursionError, MemoryError):
        yield f"_left_out.append({f'{where}: too many nested brackets or operators'!r})"
        return
    yield f"# {where}"
    yield from guarded


def _guarded(node: ast.stmt, where: str) -> str:
    """The statement, so that a failure leaves only its own names undefined. A missing package is no failure yet."""
    what = getattr(node, "name", "")
    label = f"{where}: {what}: " if what else f"{where}: "
    handlers = [_PASSED_OVER] if isinstance(node, IMPORTS) else []
    return ast.unparse(ast.Try([node], [*handlers, _complaint(label)], [], []))


_PASSED_OVER = ast.ExceptHandler(ast.Name("_ImportError"), None, [ast.Pass()])


def _complaint(label: str) -> ast.ExceptHandler:
    """`except _AnyError as error:` and `_left_out.append(label + f"{type(error).__name__}: {error}")`."""
    error = ast.Name("error")
    kind = ast.Attribute(ast.Call(ast.Name("type"), [error], []), "__name__")
    told = ast.JoinedStr([ast.FormattedValue(kind, -1), ast.Constant(": "), ast.FormattedValue(error, -1)])
    append = ast.Attribute(ast.Name("_left_out"), "append")
    call = ast.Call(append, [ast.BinOp(ast.Constant(label), ast.Add(), told)], [])
    return ast.ExceptHandler(ast.Name("_AnyError"), "error", [ast.Expr(call)])


def without_magics(source: str) -> str:
    """Shell commands and magics become comments, so that lines keep their numbers."""
    if source.lstrip().startswith("%%"):
        return ""
    lines = []
    for line in source.splitlines():
        stripped = line.lstrip()
        magic = stripped.startswith(("%", "!", "?")) or (stripped.endswith("?") and stripped[:-1].isidentifier())
        lines.append(f"{line[: len(line) - len(stripped)]}pass  # {stripped}" if magic else line)
    return "\n".join(lines)


def _defines(node: ast.stmt) -> bool:
    return isinstance(node, (*DEFINITIONS, *IMPORTS)) or _is_constant(node) or _is_guarded_import(node)


def _is_guarded_import(node: ast.stmt) -> bool:
    if not isinstance(node, ast.Try):
        return False
    statements = [*node.body, *node.orelse, *node.finalbody, *(part for h in node.handlers for part in h.body)]
    return all(isinstance(part, (*IMPORTS, ast.Pass)) or _is_constant(part) for part in statements)


def _is_constant(node: ast.stmt) -> bool:
    if isinstance(node, ast.Assign):
        return all(isinstance(target, ast.Name | ast.Tuple) for target in node.targets) and _is_simple(node.value)
    return isinstance(node, ast.AnnAssign) and node.value is not None and _is_simple(node.value)


def _is_simple(node: ast.expr) -> bool:
    """Whether an expression only puts constants and names together."""
    for part in ast.walk(node):
        if isinstance(part, ast.Call):
            name = part.func.attr if isinstance(part.func, ast.Attribute) else getattr(part.func, "id", "")
            if name not in HARMLESS_CALLS:
                return False
        elif isinstance(part, ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr):
            return False
    return True
