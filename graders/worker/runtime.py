"""The worker: the only process that runs student code. It knows the standard library, NumPy and, where a homework
has them, PyTorch and matplotlib, and nothing of gradmark.

It imports the submission once, then forks a child for each check and lets it serve that check's calls. The trusted
process imports this module's names (`encode`, `decode`, the limits) to speak the same language, never the reverse.

One frame is `length, header length, header, blobs`: both lengths are unsigned 32-bit big-endian, the header is JSON,
and the blobs are the raw bytes of the arrays that the header names. Only plain data crosses: None, bool, int,
float, str, list, dict, references and arrays. A batch of operations, which only the trusted side sends and which the
worker has no reason to doubt, is packed instead: that is read several times as fast.
"""

from __future__ import annotations

import builtins
import contextlib
import gc
import hashlib
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import inspect
import io
import itertools
import json
import linecache
import marshal
import math
import os
import random
import re
import resource
import signal
import socket
import struct
import sys
import time
import types
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.random  # NumPy loads it lazily: once here is better than once in every child

MAX_FRAME = 64 * 1024 * 1024
MAX_HEADER = 8 * 1024 * 1024
MAX_DIMENSIONS = 32
MAX_TEXT = 2000
SCRATCH = "scratch-"
"""How the names of folders begin that are made beside the submission."""

STAND_IN = "stand-in"
"""Begins a message in which the worker asks what a stand-in does."""
SLOW = "slow"
"""Begins one in which it tells where the code is that takes long, unasked."""
SLOW_CPU_SECONDS, SLOW_SECONDS = 0.05, 2.5
"""What takes long for one case, of a processor or by the clock: right code answers in a hundredth of a second."""
MAX_FUNCTIONS = 16
"""Of the submission, innermost first, that such a message names."""

_PLAIN = frozenset({type(None), bool, int, float, str})
_LENGTHS = struct.Struct(">II")
_NUMERIC_DTYPE = re.compile(r"[<>|=]?(b1|i[1248]|u[1248]|f(2|4|8|16)|c(8|16|32))")


class ProtocolError(Exception):
    """The bytes on the wire are not a message of this protocol."""


class Reference:
    """A value that stays in the worker; on the wire it is the number of its slot."""

    __slots__ = ("slot",)

    def __init__(self, slot: int) -> None:
        self.slot = slot


class Opaque:
    """A value of a type that doesn't travel: only the name of its type does."""

    __slots__ = ("type_name",)

    def __init__(self, type_name: str) -> None:
        self.type_name = type_name

    def __repr__(self) -> str:
        return f"<{self.type_name}>"


# --- plain data to bytes and back ---------------------------------------------------------------------------------


class Mapped:
    """A dict on its way over the wire, where a JSON object always means one of the tags below."""

    __slots__ = ("pairs",)

    def __init__(self, mapping: dict[Any, Any]) -> None:
        self.pairs = [[key, value] for key, value in mapping.items()]


def encode(message: Any) -> bytes:
    """The frame that carries `message`: plain data in which dicts are `Mapped`. ProtocolError over the limits."""
    blobs: list[bytes] = []
    try:
        header = json.dumps(message, separators=(",", ":"), default=_tagger(blobs)).encode()
    except (ValueError, RecursionError, OverflowError) as error:
        raise ProtocolError(f"a value can't be sent: {type(error).__name__}") from None
    total = 4 + len(header) + sum(map(len, blobs))
    if total > MAX_FRAME or len(header) > MAX_HEADER:
        raise ProtocolError(f"a message of {total} bytes is over the limit of {MAX_FRAME}")
    return b"".join([_LENGTHS.pack(total, len(header)), header, *blobs])


def _tagger(blobs: list[bytes]) -> Callable[[Any], dict[str, Any]]:
    def tagged(value: Any) -> dict[str, Any]:
        if isinstance(value, np.ndarray | np.generic):
            array = np.asarray(value)
            if not _NUMERIC_DTYPE.fullmatch(array.dtype.str):
                return {"o": f"ndarray of dtype {array.dtype}"[:200]}
            raw = np.ascontiguousarray(array).tobytes()
            blobs.append(raw)
            return {"a": [array.dtype.str, list(array.shape), len(raw)]}
        if isinstance(value, Reference):
            return {"r": value.slot}
        if isinstance(value, Mapped):
            return {"d": value.pairs}
        return {"o": str(type(value).__name__)[:200]}

    return tagged


def decode(payload: bytes) -> Any:
    """The message in a frame's payload (what follows its length); ProtocolError for anything that isn't one."""
    try:
        (header_length,) = struct.unpack_from(">I", payload)
        if header_length > MAX_HEADER or 4 + header_length > len(payload):
            raise ProtocolError("the header is longer than its message")
        tags = _Tags(payload, 4 + header_length)
        message = json.loads(payload[4 : 4 + header_length], object_pairs_hook=tags.value)
    except ProtocolError:
        raise
    except (ValueError, TypeError, KeyError, struct.error, RecursionError, OverflowError, MemoryError) as error:
        raise ProtocolError(f"unreadable message: {type(error).__name__}") from None
    if tags.offset != len(payload):
        raise ProtocolError("bytes are left over after the last array")
    return message


class _Tags:
    """Turns each JSON object back into what it stands for; arrays take their bytes in the order of the header."""

    def __init__(self, payload: bytes, offset: int) -> None:
        self.payload = payload
        self.offset = offset

    def value(self, pairs: list[tuple[str, Any]]) -> Any:
        if len(pairs) != 1:
            raise ProtocolError("unknown kind of value")
        ((tag, content),) = pairs
        if tag == "a":
            return self.array(*content)
        if tag == "r" and type(content) is int:
            return Reference(content)
        if tag == "o" and type(content) is str:
            return Opaque(content.encode(errors="replace").decode())  # no lone surrogates: a report has to hold it
        if tag == "d":
            return {_plain_key(key): value for key, value in content}
        raise ProtocolError("unknown kind of value")

    def array(self, dtype: Any, shape: Any, length: Any) -> np.ndarray:
        if type(dtype) is not str or not _NUMERIC_DTYPE.fullmatch(dtype):
            raise ProtocolError("an array of a dtype that doesn't travel")
        sizes_are_sane = type(shape) is list and all(type(size) is int and size >= 0 for size in [*shape, length])
        if not sizes_are_sane or len(shape) > MAX_DIMENSIONS or length != math.prod(shape) * np.dtype(dtype).itemsize:
            raise ProtocolError("an array whose bytes don't fill its shape")
        raw = self.payload[self.offset : self.offset + length]
        if len(raw) != length:
            raise ProtocolError("an array is cut short")
        self.offset += length
        return np.frombuffer(raw, dtype=dtype).reshape(shape).copy()


def _plain_key(key: Any) -> Any:
    if not isinstance(key, None | bool | int | float | str):
        raise ProtocolError("a dict's key is not plain")
    return key


def pack(batch: Any) -> bytes:
    """The frame of a batch of operations; ProtocolError over the limit. No worker's answer is ever read that way."""
    try:
        payload = marshal.dumps(_packed(batch))
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"a value can't be sent: {type(error).__name__}") from None
    if len(payload) > MAX_FRAME:
        raise ProtocolError(f"a message of {len(payload)} bytes is over the limit of {MAX_FRAME}")
    return struct.pack(">I", len(payload)) + payload


def _packed(value: Any) -> Any:
    """Plain data as it is; a tuple stands for what isn't: a reference, an array, an unknown type."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is list or kind is tuple:
        return [_packed(item) for item in value]
    if kind is Reference:
        return (value.slot,)
    if isinstance(value, bool | int | float | str):
        return next(plain(value) for plain in (int, float, str) if isinstance(value, plain))
    if isinstance(value, np.ndarray | np.generic):
        array = np.asarray(value)
        if _NUMERIC_DTYPE.fullmatch(array.dtype.str):
            return array.dtype.str, array.shape, array.tobytes()
        return (f"ndarray of dtype {array.dtype}"[:200],)
    if kind is Mapped:
        return {key: _packed(item) for key, item in value.pairs}
    return (kind.__name__[:200],)


def unpack(payload: bytes) -> Any:
    """The batch in a frame's payload; a servant resolves its operands."""
    try:
        return marshal.loads(payload)
    except (ValueError, EOFError, TypeError) as error:
        raise ProtocolError(f"unreadable batch: {type(error).__name__}") from None


def read_frame(receive: Callable[[int], bytes]) -> bytes | None:
    """One frame's payload from a blocking `receive(count)`; None at the end of the stream."""
    start = _exactly(receive, 4)
    if start is None:
        return None
    (length,) = struct.unpack(">I", start)
    if length > MAX_FRAME:
        raise ProtocolError(f"a message of {length} bytes is over the limit of {MAX_FRAME}")
    return _exactly(receive, length)


def _exactly(receive: Callable[[int], bytes], count: int) -> bytes | None:
    chunks = []
    while count:
        chunk = receive(min(count, 1 << 20))
        if not chunk:
            return None
        chunks.append(chunk)
        count -= len(chunk)
    return b"".join(chunks)


# --- what went wrong in student code ------------------------------------------------------------------------------


class BrokenModule(Exception):
    """A student's module could not be imported; raised where one of its names is used."""

    def __init__(self, record: dict[str, Any]) -> None:
        super().__init__(record.get("text", ""))
        self.record = record


class Missing(Exception):
    """The submission lacks a module, a class or an attribute, that of `obj`."""

    def __init__(self, what: str, name: str, obj: Any = None) -> None:
        super().__init__(name)
        self.what = what
        self.name = name
        self.obj = obj


def describe_error(error: BaseException, root: str) -> dict[str, Any]:
    """A plain record of an exception, with the innermost line of the student's own code."""
    if isinstance(error, BrokenModule):
        return error.record
    record: dict[str, Any] = {"type": type(error).__name__[:100], "text": _text(error).replace(root + os.sep, "")}
    if isinstance(error, Missing):
        record["missing"] = error.what
    if isinstance(error, SyntaxError) and error.filename and _inside(error.filename, root):
        where: tuple[str, int, str] | None = (error.filename, error.lineno or 0, "")
        record["text"] = str(error.msg)[:MAX_TEXT]
    else:
        where = _last_student_frame(error, root)
    if where is not None:
        path, line, function = where
        record["file"] = os.path.relpath(path, root)
        record["line"] = line
        record["function"] = function
        record["code"] = linecache.getline(path, line).strip()[:200]
    if isinstance(error, AttributeError | Missing):
        record |= _assignment(error.obj, error.name, root)
    if isinstance(error, ModuleNotFoundError) and where is not None:
        record |= _meant(record["code"], error.name, where[0], root)
    return record


def _assignment(owner: Any, name: Any, root: str) -> dict[str, str]:
    """Where the class of an object assigns an attribute that the object lacks, and under which `if`, if it does."""
    with contextlib.suppress(Exception):  # the object, its class and its file are the student's
        for kind in type(owner).__mro__:
            path = str(getattr(sys.modules.get(kind.__module__), "__file__", None))
            found = list(_assignments(_definition(path, kind.__name__), name)) if _inside(path, root) else []
            if found:
                line, function, condition = min(found, key=lambda one: one[2])  # one without a condition, if there is
                under = linecache.getline(path, condition).strip() if condition else ""
                place = f"{os.path.relpath(path, root)}, line {line}, in {function}"
                return {"assigned": place[:200], "under": under[:200]}
    return {}


def _definition(path: str, name: str) -> Any:
    """The syntax tree of a class in a file, or None."""
    import ast

    body = ast.parse("".join(linecache.getlines(path))).body
    return next((node for node in body if isinstance(node, ast.ClassDef) and node.name == name), None)


def _assignments(node: Any, name: str, function: str = "", condition: int = 0) -> Iterator[tuple[int, str, int]]:
    """Line and function of each assignment to an attribute of this name, and the line of the `if` that it is under."""
    import ast

    if isinstance(node, ast.FunctionDef):
        function = node.name
    if isinstance(node, ast.Attribute) and node.attr == name and isinstance(node.ctx, ast.Store) and function:
        yield node.lineno, function, condition
    for field, value in ast.iter_fields(node) if node is not None else ():
        if isinstance(node, ast.AugAssign) and field == "target":
            continue  # that adds to what has to be there already
        inside = node.lineno if isinstance(node, ast.If) and field == "body" else condition
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _assignments(child, name, function, inside)


def _meant(code: str, missing: Any, path: str, root: str) -> dict[str, str]:
    """The name under which a module can be imported that is in the submission, but not where the code looks for it."""
    match = re.match(r"(?:from|import)\s+([\w.]+)", code)
    parts = match.group(1).split(".") if match else []
    if not isinstance(missing, str) or parts[: missing.count(".") + 1] != missing.split("."):
        return {}
    beside = os.path.relpath(os.path.dirname(path), root).split(os.sep)
    for names in [*(parts[start:] for start in range(1, len(parts))), [*beside, *parts]]:
        if os.path.isfile(os.path.join(root, *names) + ".py"):
            return {"meant": ".".join(names)[:200]}
    return {}


def _text(error: BaseException) -> str:
    try:
        return str(error)[:MAX_TEXT]
    except BaseException:
        return "(its message could not be read)"


def _inside(path: str, root: str) -> bool:
    return os.path.isabs(path) and path.startswith(root + os.sep)  # `<frozen importlib>` is nobody's file


def _last_student_frame(error: BaseException, root: str) -> tuple[str, int, str] | None:
    found = None
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if _inside(code.co_filename, root):
            found = (code.co_filename, trace.tb_lineno, code.co_name)
        trace = trace.tb_next
    return found


# --- importing the submission -------------------------------------------------------------------------------------


class _BrokenName:
    """Stands for any name of a module that could not be imported, and says so when it is used."""

    def __init__(self, record: dict[str, Any]) -> None:
        self.__dict__["_record"] = record

    def _refuse(self, *_: Any, **__: Any) -> Any:
        raise BrokenModule(self.__dict__["_record"])

    __call__ = __mro_entries__ = __getitem__ = __iter__ = _refuse

    def __getattr__(self, name: str) -> Any:
        raise BrokenModule(self.__dict__["_record"])


class _StudentLoader(importlib.machinery.SourceFileLoader):
    """Announces each module before it runs, and, if it may, puts a placeholder where one fails."""

    submission: Submission

    def exec_module(self, module: types.ModuleType) -> None:
        name = module.__name__
        refused = self.submission.poisoned.get(name)
        if refused is not None:
            return self._placeholder(module, refused)
        self.submission.announce(name)
        try:
            super().exec_module(module)
        except BaseException as error:
            record = describe_error(error, self.submission.root)
            record.setdefault("file", os.path.relpath(self.path, self.submission.root))
            self.submission.failed.setdefault(name, record)
            if not self.submission.tolerant:
                raise
            self._placeholder(module, record)
        finally:
            self.submission.announce(None)

    @staticmethod
    def _placeholder(module: types.ModuleType, record: dict[str, Any]) -> None:
        def stand_in(name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            return _BrokenName(record)

        for name in [name for name in vars(module) if not name.startswith("__")]:
            delattr(module, name)
        vars(module).update({"__getattr__": stand_in, "__all__": []})


class Submission(importlib.abc.MetaPathFinder):
    """The student's modules, imported so that one that fails does not take the others along."""

    def __init__(self, root: str, search: Sequence[str], poisoned: dict[str, Any], announce: Callable[[Any], None]):
        self.root = root
        self.search = [os.path.normpath(os.path.join(root, folder)) for folder in search]
        self.poisoned = poisoned
        self.announce = announce
        self.failed: dict[str, dict[str, Any]] = {}
        self.modules: Sequence[str] = ()
        self.tolerant = False

    def find_spec(self, name: str, path: Sequence[str] | None, target: Any = None) -> Any:  # noqa: ARG002
        spec = importlib.machinery.PathFinder.find_spec(name, path if path is not None else self.search)
        if spec is None or not isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            return None
        if not spec.origin or not _inside(spec.origin, self.root):
            return None
        loader = _StudentLoader(spec.loader.name, spec.loader.path)
        loader.submission = self
        spec.loader = loader
        return spec

    def load(self, modules: Sequence[str]) -> None:
        """Import all `modules`: plainly if that works, else with a placeholder for each file that fails."""
        self.modules = modules
        sys.path[:0] = self.search
        sys.meta_path.insert(0, self)
        before = set(sys.modules)
        if not self.poisoned and self._import_all(modules):
            return
        for name in set(sys.modules) - before:
            del sys.modules[name]
        self.tolerant = True
        self.failed.clear()
        self._import_all(modules)

    def load_again(self) -> None:
        """Run the submission's modules once more, in an interpreter that has them."""
        for name, module in list(sys.modules.items()):
            if _inside(str(getattr(module, "__file__", None) or ""), self.root):
                del sys.modules[name]
        self.tolerant = True
        self.failed.clear()
        self._import_all(self.modules)

    def _import_all(self, modules: Sequence[str]) -> bool:
        """Whether every module that exists could be imported."""
        fine = True
        for name in modules:
            try:
                importlib.import_module(name)
            except ModuleNotFoundError as error:
                fine &= error.name is not None and (name == error.name or name.startswith(error.name + "."))
            except BaseException:
                fine = False
        return fine

    def find(self, candidates: Sequence[Sequence[str]]) -> Any:
        """The first `(module, name)` that exists; its own error if its module is broken; else Missing."""
        for module_name, name in candidates:
            module = sys.modules.get(module_name)
            if module is None:
                continue
            value = getattr(module, name, None)
            if isinstance(value, _BrokenName):
                value._refuse()
            if value is not None:
                return value
        for module_name, _ in candidates:
            record = self.failed.get(module_name) or self.poisoned.get(module_name)
            if record is not None:
                raise BrokenModule(record)
        present = [sys.modules[module] for module, _ in candidates if module in sys.modules]
        files = [module for module in present if not hasattr(module, "__path__")]  # a package is no file of its own
        raise Missing("name" if files else "module", candidates[0][1])


# --- serving one check --------------------------------------------------------------------------------------------


def nobody(message: list[Any]) -> list[Any]:
    """Where no trusted side is there to ask."""
    raise ProtocolError(f"nobody is there to answer {message[0]!r}")


class Servant:
    """Carries out one check's operations; a batch stops at the first exception of the student's code."""

    def __init__(
        self,
        submission: Submission,
        ask: Callable[[list[Any]], list[Any]] = nobody,
        begin_case: Callable[[], None] = lambda: None,
    ) -> None:
        self.submission = submission
        self.ask = ask
        self.begin_case = begin_case
        self.slots: dict[int, Any] = {}
        self.replies: list[Any] = []
        self.lines: Any = None
        self.imports: Any = None
        self.standing: Any = None
        self.can = {name[3:]: getattr(self, name) for name in dir(self) if name.startswith("do_")}

    def run(self, batch: Sequence[Sequence[Any]]) -> list[Any]:
        """What was read, the record of the exception that ended the batch (or None), and which operation it was.

        The batch is one that `unpack` gave.
        """
        self.replies = []
        for index, (operation, *operands) in enumerate(batch):
            try:
                self.can[operation](*operands)
            except BaseException as error:
                return [self.replies, Mapped(describe_error(error, self.submission.root)), index]
        return [self.replies, None, None]

    def resolve(self, value: Any) -> Any:
        """What a packed operand stands for here."""
        kind = type(value)
        if kind is tuple:
            if len(value) == 3:
                dtype, shape, raw = value
                return np.ndarray(shape, dtype, raw).copy()
            (told,) = value
            return self.slots[told] if type(told) is int else Opaque(told)
        if kind is list:
            return [self.resolve(item) for item in value]
        return {key: self.resolve(item) for key, item in value.items()} if kind is dict else value

    def named(self, pairs: Sequence[Sequence[Any]]) -> dict[str, Any]:
        """Keyword arguments or attributes, which travel as pairs."""
        return {name: self.resolve(value) for name, value in pairs}

    def owner(self, reference: tuple[int]) -> Any:
        """The object that something is asked of; a stub's None, `...` or NotImplemented has nothing to give."""
        value = self.slots[reference[0]]
        if value is None or value is Ellipsis or value is NotImplemented:
            raise Missing("value", repr(value))
        return value

    def do_forget(self) -> None:
        self.slots.clear()
        self.begin_case()

    def do_put(self, slot: int, value: Any) -> None:
        self.slots[slot] = self.resolve(value)

    def do_find(self, slot: int, candidates: Any) -> None:
        self.slots[slot] = self.submission.find(candidates)

    def do_defines(self, candidates: Any) -> None:
        try:
            self.submission.find(candidates)
        except Missing:
            self.replies.append(False)
        else:
            self.replies.append(True)

    def do_forbid(self, names: Any) -> None:
        for name in names:
            forbid(name, self.submission.root)

    def do_count(self) -> None:
        import gradmark_watching

        self.lines = gradmark_watching.Lines(self.submission.root)
        self.lines.start()

    def do_counted(self) -> None:
        lines = self.lines.stop()
        self.replies.append(None if lines is None else Mapped(lines))

    def do_refuse(self, modules: Any) -> None:
        import gradmark_watching

        self.imports = gradmark_watching.Imports(self.submission.root, modules)
        self.imports.install()
        self.submission.load_again()

    def do_refused(self) -> None:
        self.replies.append(list(self.imports.refused))

    def do_remember(self) -> None:
        import gradmark_standing

        with contextlib.suppress(gradmark_standing.Unknown):
            self.standing = gradmark_standing.Standing(self.submission.root)

    def do_unchanged(self) -> None:
        self.slots.clear()
        self.replies.append(self.standing is not None and self.standing.lasts())

    def do_stand_in(self, part: str, candidates: Any, methods: Any) -> None:
        replaced = [value for module, name in candidates if (value := _reached(f"{module}.{name}")) is not None]
        base = next((value for value in replaced if isinstance(value, type)), object)
        new = stand_in(part, base, methods, self.ask)
        for module, name in candidates:
            if _reached(f"{module}.{name}") is not None:
                setattr(sys.modules[module], name, new)
        for holder, key, value in _held(self.submission.root):
            if any(value is old for old in replaced) or (isinstance(value, _BrokenName) and key == new.__name__):
                setattr(holder, key, new)

    def do_tensor(self, slot: int, array: Any) -> None:
        self.slots[slot] = sys.modules["torch"].tensor(self.resolve(array))

    def do_folder(self, slot: int, files: Any) -> None:
        import gradmark_scripts

        self.slots[slot] = gradmark_scripts.scratch_folder(self.submission.root, SCRATCH, self.resolve(files))

    def do_script(self, slot: int, script: str, arguments: Any, files: Any) -> None:
        import gradmark_scripts

        root, put = self.submission.root, self.resolve(files)
        folder = gradmark_scripts.scratch_folder(root, SCRATCH, put)
        self.slots[slot] = gradmark_scripts.run(root, folder, script, arguments, describe_error)

    def do_namespace(self, slot: int, attributes: Any) -> None:
        self.slots[slot] = types.SimpleNamespace(**self.named(attributes))

    def do_call(self, slot: int, target: Any, positional: Any, keywords: Any) -> None:
        self.slots[slot] = self.owner(target)(*self.resolve(positional), **self.named(keywords))

    def do_get(self, slot: int, target: Any, name: str) -> None:
        owner = self.owner(target)
        try:
            self.slots[slot] = getattr(owner, name)
        except AttributeError as error:
            if _last_student_frame(error, self.submission.root) is not None:
                raise
            raise Missing("attribute", name, owner) from None

    def do_set(self, target: Any, name: str, value: Any) -> None:
        setattr(self.owner(target), name, self.resolve(value))

    def do_item(self, slot: int, target: Any, key: Any) -> None:
        self.slots[slot] = self.owner(target)[key]

    def do_length(self, target: Any) -> None:
        self.replies.append(len(self.owner(target)))

    def do_has(self, target: Any, name: str) -> None:
        self.replies.append(hasattr(self.owner(target), name))

    def do_inspect(self, slot: int, target: Any) -> None:
        self.slots[slot] = anatomy(self.resolve(target))

    def do_read(self, target: Any) -> None:
        # Encoded here and now: a later call may change the array in place.
        self.replies.append(_frozen(self.resolve(target)))


class Forbidden(Exception):
    """The student's code called what the homework bans."""


def forbid(name: str, root: str) -> None:
    """Make `numpy.tanh`, say, raise when it is called, wherever the submission's modules have it."""
    owner_name, _, attribute = name.rpartition(".")
    owner = _reached(owner_name)
    banned = getattr(owner, attribute, None)
    if banned is None:
        return

    def refuse(*_: Any, **__: Any) -> Any:
        raise Forbidden(f"{name} may not be used in this homework")

    if isinstance(banned, type):
        with contextlib.suppress(TypeError):
            banned.__init__ = refuse  # type: ignore[misc]
            return  # a class written in C can't be changed, only its name
    import gradmark_watching

    setattr(owner, attribute, refuse)
    for holder, key, value in _held(root):
        replaced = gradmark_watching.without(value, banned, refuse)
        if replaced is not value:
            setattr(holder, key, replaced)


def _held(root: str) -> list[tuple[Any, str, Any]]:
    """What the submission's modules and their classes hold: holder, name, value."""
    modules = [m for m in list(sys.modules.values()) if _inside(str(getattr(m, "__file__", None) or ""), root)]
    classes = [value for module in modules for value in vars(module).values() if isinstance(value, type)]
    return [(holder, key, value) for holder in [*modules, *classes] for key, value in list(vars(holder).items())]


def stand_in(part: str, base: type, methods: Sequence[str], ask: Callable[[list[Any]], list[Any]]) -> type:
    """A class whose methods are carried out by the trusted side: the object's attributes go there and come back.

    It derives from the student's own class, for which others may ask with `isinstance`.
    """

    def method(called: str) -> Callable[..., Any]:
        def run(self: Any, *positional: Any, **keywords: Any) -> Any:
            sent = [_frozen(vars(self)), _frozen(positional), _frozen(keywords)]
            kind, value, state = ask([STAND_IN, part, called, *sent])
            if kind == "raise":
                raise getattr(builtins, value, ValueError)(state)
            vars(self).update(state)
            return value

        return run

    own = {"__init__": lambda self: None} | {name: method(name) for name in methods}
    return types.new_class(part.rpartition(".")[2], (base,), exec_body=lambda namespace: namespace.update(own))


def _reached(name: str) -> Any:
    """The module or class of this name, or None."""
    first, *others = name.split(".")
    found = sys.modules.get(first)
    for part in others:
        found = getattr(found, part, None)
    return found


def _is_tensor(value: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def _of_tensor(value: Any) -> Any:
    """A tensor's values; types that NumPy lacks become float32."""
    torch = sys.modules["torch"]
    plain = torch.Tensor.detach(value).cpu().resolve_conj().resolve_neg()
    return (plain.float() if plain.dtype == torch.bfloat16 else plain).numpy()


def _frozen(value: Any) -> Any:
    if _is_tensor(value):
        value = _of_tensor(value)
    if isinstance(value, np.ndarray):
        if value.nbytes > MAX_FRAME:
            raise ProtocolError(f"an array of {value.nbytes} bytes is over the limit of {MAX_FRAME}")
        return np.array(value, copy=True, subok=False)
    if isinstance(value, list | tuple):
        return [_frozen(item) for item in value]
    if isinstance(value, dict):
        return Mapped({_frozen(key): _frozen(item) for key, item in value.items()})
    if isinstance(value, int | float | str) and type(value) not in (bool, int, float, str, np.float64):
        return np.asarray(value) if isinstance(value, np.generic) else Opaque(type(value).__name__)
    return value


# --- what an unknown class, function or object offers --------------------------------------------------------------

MAX_ARRAYS = 500
MAX_NESTING = 5


def anatomy(value: Any) -> dict[str, Any]:
    """Its kind, what can be called on it with which parameters, and the arrays that it holds, as plain data.

    An array is `[path, id, dtype, shape, digest]`, a single number one of dtype "number" and id 0; a path's steps are
    `["get", name]` or `["item", key]`. A call's parameter is `[name, kind, whether it must be given]`. What can be
    called is the value itself, named "", unless it is an object: then its methods.
    """
    kind = "class" if isinstance(value, type) else "function" if isinstance(value, _FUNCTIONS) else "object"
    calls = _methods(value) if kind == "object" else {"": _parameters(value)}
    arrays = itertools.islice(_arrays(value, [], set()), MAX_ARRAYS) if kind == "object" else ()
    return {"kind": kind, "type": type(value).__name__, "calls": calls, "arrays": list(arrays)}


_FUNCTIONS = types.FunctionType | types.BuiltinFunctionType | types.MethodType | np.ufunc


def _methods(value: Any) -> dict[str, Any]:
    kind = type(value)  # looked up there first: a property is not run
    names = [name for name in dir(kind) if not name.startswith("_") or name == "__call__"]
    methods = [name for name in names if isinstance(getattr(kind, name, None), _FUNCTIONS)]
    return {name: _parameters(getattr(value, name)) for name in methods}


def _parameters(function: Any) -> list[Any]:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (ValueError, TypeError):
        return []
    return [[p.name, p.kind.name, p.default is p.empty] for p in parameters]


def _arrays(value: Any, path: list[Any], above: set[int]) -> Iterator[list[Any]]:
    if isinstance(value, np.ndarray):
        if _NUMERIC_DTYPE.fullmatch(value.dtype.str):
            digest = hashlib.blake2b(np.ascontiguousarray(value).tobytes(), digest_size=8).hexdigest()
            yield [path, id(value), value.dtype.str, list(value.shape), digest]
    elif isinstance(value, float | np.floating):
        yield [path, 0, "number", [], repr(value)]
    elif len(path) < MAX_NESTING and id(value) not in above:
        for step, part in _parts(value):
            yield from _arrays(part, [*path, step], above | {id(value)})


def _parts(value: Any) -> list[tuple[list[Any], Any]]:
    if isinstance(value, dict):
        return [(["item", key], part) for key, part in value.items() if type(key) in (str, int)]
    if isinstance(value, list | tuple):
        return [(["item", index], part) for index, part in enumerate(value)]
    if isinstance(value, type | types.ModuleType | _FUNCTIONS):
        return []
    held = {name: part for kind in type(value).__mro__[::-1] for name, part in _shared(kind, value)}
    held.update(getattr(value, "__dict__", {}))
    return [(["get", name], part) for name, part in held.items() if type(name) is str]


def _shared(kind: type, value: Any) -> list[tuple[str, Any]]:
    """What is in the slots that a class declares, and the arrays of the class itself."""
    slots = [name for name, slot in vars(kind).items() if isinstance(slot, types.MemberDescriptorType)]
    found = [(name, getattr(value, name)) for name in slots if hasattr(value, name)]
    return [*found, *((name, part) for name, part in vars(kind).items() if isinstance(part, np.ndarray))]


class Stopwatch:
    """Tells the trusted side in which of the submission's functions the code is that takes long over a case."""

    def __init__(self, tell: Callable[[list[Any]], None], root: str) -> None:
        self._tell = tell
        self._root = root
        self.silent = False
        """While something else is being sent."""
        for number in (signal.SIGPROF, signal.SIGALRM):
            signal.signal(number, self._ring)
            signal.siginterrupt(number, False)  # libraries in C that don't expect to be interrupted aren't

    def start(self) -> None:
        """A batch begins, or a case in it."""
        signal.setitimer(signal.ITIMER_PROF, SLOW_CPU_SECONDS)
        signal.setitimer(signal.ITIMER_REAL, SLOW_SECONDS)

    def stop(self) -> None:
        """It has ended, or been told of."""
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)

    def _ring(self, number: int, frame: types.FrameType | None) -> None:  # noqa: ARG002 - Python passes two
        self.stop()
        names: dict[str, None] = {}
        while frame is not None and len(names) < MAX_FUNCTIONS:
            code = frame.f_code
            if _inside(code.co_filename, self._root):
                names[f"{code.co_filename[len(self._root) + 1 :]}:{code.co_qualname}"[:MAX_TEXT]] = None
            frame = frame.f_back
        if not self.silent:
            with contextlib.suppress(OSError):
                self._tell([SLOW, list(names)])


def serve(data: socket.socket, submission: Submission) -> None:
    """Answer batches until the trusted side hangs up."""

    def tell(message: list[Any]) -> None:
        data.sendall(encode(message))

    def ask(message: list[Any]) -> list[Any]:
        stopwatch.silent = True
        tell(message)
        payload = read_frame(data.recv)
        stopwatch.silent = False
        if payload is None:
            os._exit(0)
        answer: list[Any] = decode(payload)
        return answer

    stopwatch = Stopwatch(tell, submission.root)
    servant = Servant(submission, ask, stopwatch.start)
    while True:
        payload = read_frame(data.recv)
        if payload is None:
            return
        stopwatch.start()
        reply = servant.run(unpack(payload))
        stopwatch.stop()
        with contextlib.suppress(BaseException):
            sys.stdout.flush()
        try:
            frame = encode(reply)
        except ProtocolError as error:
            frame = encode([[], Mapped({"type": "ProtocolError", "text": str(error)}), None])
        data.sendall(frame)


# --- the worker's own loop ----------------------------------------------------------------------------------------


def run_child(data_fd: int, output_fd: int, cpu_seconds: int, control: socket.socket, submission: Submission) -> None:
    """The life of a forked child: its own session, its output to the trusted side, fixed seeds, one check."""
    os.setsid()
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    control.close()
    submission.announce = lambda name: None  # a module that is imported now can lose this check alone
    os.dup2(output_fd, 1)
    os.dup2(output_fd, 2)
    os.close(output_fd)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    for name, fd in (("stdout", 1), ("stderr", 2)):
        stream = io.TextIOWrapper(os.fdopen(fd, "wb", 0), errors="backslashreplace", write_through=True)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    random.seed(0)
    np.random.seed(0)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(0)
    serve(socket.socket(fileno=data_fd), submission)


def collect(pid: int, patience: float, end_rest: Callable[[], None] = lambda: None) -> dict[str, Any]:
    """How a child ended; killed with its whole process group if it hasn't within `patience` seconds.

    `end_rest` ends what it started in other groups.
    """
    end = time.monotonic() + patience
    try:
        while time.monotonic() < end:
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                return _ending(status)
            time.sleep(0.001)
        _kill_group(pid)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        return _ending(os.waitpid(pid, 0)[1])
    except ChildProcessError:
        return {}
    finally:
        _kill_group(pid)
        end_rest()


def _kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _ending(status: int) -> dict[str, Any]:
    if os.WIFSIGNALED(status):
        return {"signal": os.WTERMSIG(status)}
    return {"exit": os.WEXITSTATUS(status)}


def main(control_fd: int, packages: Sequence[str] = (), end_rest: Callable[[], None] = lambda: None) -> None:
    """Serve the trusted side: `load` the submission, then `fork` a child for each check and `collect` it.

    What the packages take to import is paid here, once, and by no check.
    """
    control = socket.socket(fileno=control_fd)
    control.set_inheritable(False)
    submission = Submission("", [], {}, lambda name: None)
    for own in ("scripts", "standing", "watching"):  # now: a submission may have a file of that name
        importlib.import_module(f"gradmark_{own}")
    for package in packages:
        importlib.import_module(package)
    if "matplotlib" in packages:
        sys.modules["gradmark_scripts"].stay_without_display()
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
    while True:
        descriptors: list[int] = []

        def receive(count: int, descriptors: list[int] = descriptors) -> bytes:
            data, received, _, _ = socket.recv_fds(control, count, 2)
            descriptors.extend(received)
            return data

        payload = read_frame(receive)
        if payload is None:
            os._exit(0)
        ask, *operands = decode(payload)
        if ask == "load":
            root, search, modules, poisoned = operands
            submission = Submission(root, search, poisoned, lambda name: control.sendall(encode(["importing", name])))
            submission.load(modules)
            answer: list[Any] = ["loaded"]
            gc.collect()
            gc.freeze()
        elif ask == "ready":
            answer = ["ready"]
        elif ask == "fork":
            pid = os.fork()
            if pid == 0:
                try:
                    run_child(descriptors[0], descriptors[1], operands[0], control, submission)
                except BaseException:
                    os._exit(1)
                os._exit(0)
            for descriptor in descriptors:
                os.close(descriptor)
            answer = ["pid", pid]
        else:
            pid, patience = operands
            answer = ["ended", Mapped(collect(pid, patience, end_rest))]
        control.sendall(encode(answer))
