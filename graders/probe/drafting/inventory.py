"""What in a worked solution could be a layer: classes with two passes, pairs of functions, losses. Read, never run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from graders import UsageError
from graders.probe.naming import partners
from graders.probe.subject import BACKWARD, FORWARD
from graders.probe.words import bare

MAX_FILES = 200
_LEFT_OUT = re.compile(r"(test_.*|.*_test|conftest|setup|__main__)\.py")
_METHODS_THAT_SAY_NOTHING = (ast.Pass, ast.Raise, ast.Expr)


@dataclass(frozen=True)
class Argument:
    """An argument of a function or constructor; `default` is a literal, or None where it is no literal."""

    name: str
    required: bool
    default: object = None


@dataclass(frozen=True)
class Piece:
    """A class, or a forward function with its `backward`, that may be a layer.

    `new` are its constructor's arguments, `takes` those of forward; `keys` are the items that forward reads of an
    argument that is a dict, and `numbers` the constants in its source: an eps may be among them.
    """

    module: str
    file: str
    name: str
    is_class: bool
    takes: tuple[Argument, ...]
    new: tuple[Argument, ...] = ()
    backward: str = ""
    keys: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    numbers: tuple[float, ...] = ()

    @property
    def section(self) -> str:
        """What a rubric calls it: `batch_norm`, or `affine` for `affine_forward`."""
        if self.is_class:
            return re.sub(r"(?<=[A-Za-z0-9])(?=[A-Z][a-z])", "_", self.name).lower().strip("_")
        return re.sub(r"_forward$|^forward_|_fwd$|_naive$", "", self.name).lower().strip("_")

    @property
    def title(self) -> str:
        """The same for people."""
        return self.name if self.is_class else self.section.replace("_", " ").capitalize()


class Module:
    """One file, parsed."""

    def __init__(self, folder: Path, path: Path) -> None:
        relative = path.relative_to(folder)
        self.file = relative.as_posix()
        parts = relative.with_suffix("").parts
        self.name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        self.text = _read(path)
        self.tree = _parsed(self.text, self.file)

    @cached_property
    def classes(self) -> dict[str, ast.ClassDef]:
        """Those at its top, by name."""
        return {node.name: node for node in self.tree.body if isinstance(node, ast.ClassDef)}

    @cached_property
    def functions(self) -> dict[str, ast.FunctionDef]:
        """The same of functions."""
        return {node.name: node for node in self.tree.body if isinstance(node, ast.FunctionDef)}

    @cached_property
    def imports(self) -> list[str]:
        """The modules that it imports from the top, as it writes them."""
        found = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found += [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.append(node.module)
        return found


def modules_in(folder: Path) -> list[Module]:
    """The Python files of a folder, but for tests; UsageError for one that can't be read, or if there is none."""
    paths = [path for path in sorted(folder.rglob("*.py")) if _is_meant(path.relative_to(folder))]
    if not paths:
        raise UsageError(f"{folder} has no Python file")
    if len(paths) > MAX_FILES:
        raise UsageError(f"{folder} has {len(paths)} Python files: give the folder of the worked solution alone")
    return [Module(folder, path) for path in paths]


def _is_meant(path: Path) -> bool:
    hidden = any(part.startswith((".", "__pycache__")) for part in path.parts)
    return not hidden and not _LEFT_OUT.fullmatch(path.name) and "tests" not in path.parts


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} can't be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not text in UTF-8") from None


def _parsed(text: str, file: str) -> ast.Module:
    try:
        return ast.parse(text)
    except SyntaxError as error:
        raise UsageError(f"{file}, line {error.lineno}: {error.msg}") from None
    except (ValueError, RecursionError, MemoryError):
        raise UsageError(f"{file} is not Python that can be read") from None


def pieces(modules: Sequence[Module]) -> list[Piece]:
    """All that could be layers, in the order of the files."""
    classes = {name: node for module in modules for name, node in module.classes.items()}
    return [piece for module in modules for piece in (*_classes(module, classes), *_pairs(module))]


def _classes(module: Module, known: Mapping[str, ast.ClassDef]) -> Iterator[Piece]:
    for name, node in module.classes.items():
        methods = methods_of(node, known)
        forward, backward = _first(FORWARD, methods), _first(BACKWARD, methods)
        if name.startswith("_") or not forward or not backward or _is_abstract(methods[forward]):
            continue
        new = methods.get("__init__")
        yield Piece(
            module.name,
            module.file,
            name,
            is_class=True,
            takes=_of_object(methods[forward]),
            new=_of_object(new) if new else (),
            keys=keys_of(methods[forward]),
            numbers=_numbers(module.tree),
        )


def methods_of(node: ast.ClassDef, known: Mapping[str, ast.ClassDef], depth: int = 0) -> dict[str, ast.FunctionDef]:
    """Its own, and those of the classes that it is made from, as far as these are here."""
    found: dict[str, ast.FunctionDef] = {}
    for base in reversed(node.bases):
        name = base.id if isinstance(base, ast.Name) else base.attr if isinstance(base, ast.Attribute) else ""
        if name in known and depth < len(known):
            found |= methods_of(known[name], known, depth + 1)
    return found | {one.name: one for one in node.body if isinstance(one, ast.FunctionDef)}


def _first(names: Sequence[str], methods: Mapping[str, ast.FunctionDef]) -> str:
    spelt = {bare(name): name for name in methods}
    return next((spelt[bare(name)] for name in names if bare(name) in spelt), "")


def _is_abstract(function: ast.FunctionDef) -> bool:
    return all(isinstance(one, _METHODS_THAT_SAY_NOTHING) and not _calls(one) for one in function.body)


def _calls(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)


def _pairs(module: Module) -> Iterator[Piece]:
    """Functions with a partner; then those that return a pair, which may be a loss and its gradient."""
    functions = {name: node for name, node in module.functions.items() if not name.startswith("_")}
    partner = {name: next((one for one in partners(name) if one in functions), "") for name in functions}
    backwards = {one for one in partner.values() if one}
    for name in sorted(functions, key=lambda name: functions[name].lineno):
        backward = "" if name in backwards else partner[name]
        rivals = [other for other in functions if partner[other] == backward and other not in backwards]
        if backward and _best(rivals) == name:
            yield _function(module, name, backward)
        elif not backward and name not in backwards and _returns_a_pair(functions[name]):
            yield _function(module, name, "")


def _best(names: Sequence[str]) -> str:
    """Of several functions with one backward pass the one that says that it is a forward pass."""
    return next((name for name in names if "forward" in name or "fwd" in name), names[0])


def _returns_a_pair(function: ast.FunctionDef) -> bool:
    returned = [node.value for node in ast.walk(function) if isinstance(node, ast.Return)]
    return any(isinstance(value, ast.Tuple) and len(value.elts) == 2 for value in returned)


def _function(module: Module, name: str, backward: str) -> Piece:
    node = module.functions[name]
    return Piece(
        module.name,
        module.file,
        name,
        is_class=False,
        takes=arguments_of(node),
        backward=backward,
        keys=keys_of(node),
        numbers=_numbers(module.tree),
    )


def arguments_of(function: ast.FunctionDef) -> tuple[Argument, ...]:
    """Those that can be given by name."""
    signature = function.args
    names = [*signature.posonlyargs, *signature.args]
    defaults: list[ast.expr | None] = [*([None] * (len(names) - len(signature.defaults))), *signature.defaults]
    pairs = [*zip(names, defaults, strict=True), *zip(signature.kwonlyargs, signature.kw_defaults, strict=True)]
    return tuple(Argument(one.arg, default is None, _literal(default)) for one, default in pairs)


def _of_object(method: ast.FunctionDef) -> tuple[Argument, ...]:
    """Those of a method, without the object itself."""
    is_static = any(isinstance(one, ast.Name) and one.id == "staticmethod" for one in method.decorator_list)
    return arguments_of(method)[0 if is_static else 1 :]


def _literal(node: ast.expr | None) -> object:
    try:
        return None if node is None else ast.literal_eval(node)
    except (ValueError, TypeError, RecursionError):
        return None


def keys_of(function: ast.FunctionDef) -> dict[str, dict[str, object]]:
    """What is read of each argument by a text: `conv_param["stride"]`, `bn_param.get("eps", 1e-5)`."""
    names = {one.arg for one in [*function.args.args, *function.args.kwonlyargs]}
    found: dict[str, dict[str, object]] = {}
    for node in ast.walk(function):
        match node:
            case ast.Subscript(ast.Name(name), ast.Constant(str(key)), ast.Load()) if name in names:
                found.setdefault(name, {}).setdefault(key, ...)
            case ast.Call(ast.Attribute(ast.Name(name), "get" | "setdefault"), [ast.Constant(str(key)), *rest]) if (
                name in names
            ):
                found.setdefault(name, {})[key] = _literal(rest[0]) if rest else None
    return found


def _numbers(tree: ast.AST) -> tuple[float, ...]:
    """The constants that are no whole numbers, each once."""
    found = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and type(node.value) is float]
    return tuple(dict.fromkeys(value for value in found if 0 < value < 100))
