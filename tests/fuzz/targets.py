"""What is fuzzed: each target may raise what it declares and nothing else, within a bound of memory."""

from __future__ import annotations

import ast
import contextlib
import io
import json
import struct
import tarfile
import tracemalloc
import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

from graders import archives, idx
from graders.errors import UsageError
from graders.flags import read_flags
from graders.notebooks import module_source
from graders.rubric import load_homework
from graders.worker import runtime
from graders.worker.faults import StudentFault
from graders.worker.session import Session
from tests.fuzz.mutations import MAX_BYTES, arbitrary_or_mutated, mutated
from tests.support import ROOT, TOY_CHECKS, TOY_RUBRIC, toy_homework

MEMORY_BASE = 16 << 20
MEMORY_PER_BYTE = 2000
"""An empty list takes two bytes of JSON and 56 of memory; a node of a syntax tree some hundreds."""
UNPACKED_BYTES = 1 << 20


@dataclass(frozen=True)
class Target:
    """A reader: its name, what it is fed with, and a run that raises AssertionError where it breaks its word."""

    name: str
    inputs: st.SearchStrategy[Any]
    run: Callable[[Any, Path], None]


@contextlib.contextmanager
def bounded(size: int) -> Iterator[None]:
    """AssertionError where more memory is taken at once than an input of that size may cost."""
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    allowed = MEMORY_BASE + MEMORY_PER_BYTE * size
    assert peak <= allowed, f"{peak} bytes of memory for {size} bytes of input"


def nbytes(value: Any) -> int:
    """Of all arrays in a decoded message."""
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, dict):
        return sum(map(nbytes, value.values()))
    return sum(map(nbytes, value)) if isinstance(value, list) else 0


# --- the protocol -------------------------------------------------------------------------------------------------

FRAMES = [
    runtime.encode(message)[4:]
    for message in (
        [],
        [[np.eye(3), np.float32(1)], None, None],
        [[], runtime.Mapped({"type": "ValueError", "text": "x", "file": "a.py", "line": 3, "code": "y"}), 2],
        [[runtime.Mapped({"W": np.zeros((2, 0, 3), np.int8), 1: [True, None, 1.5, "x"]})], None, None],
        [[runtime.Reference(7), runtime.Opaque("set"), np.ones((1,) * 32, np.complex64)], None, None],
    )
]
TAGS = [
    b'{"a":["<f8",[2],16]}',
    b'{"r":1}',
    b'{"o":"x"}',
    b'{"d":[[1,2]]}',
    b'{"d":[[[],2]]}',
    b"[",
    b"]",
    b",",
    b"1e999",
]
TAGS += [
    b'{"a":["<f8",[-1],-8]}',
    b'{"a":["<f8",[4294967296,4294967296],8]}',
    b'{"a":["|O",[1],8]}',
    b"NaN",
    b'"\\ud800"',
]
TAGS += [b'{"a":["<f8",[9223372036854775807,0],0]}', b'{"a":["<M8",[1],8]}', b"9" * 5000, b"[" * 2000, b"null", b"{}"]


def decode(payload: bytes, folder: Path) -> None:
    """A frame's payload."""
    with bounded(len(payload)), contextlib.suppress(runtime.ProtocolError):
        assert nbytes(runtime.decode(payload)) <= len(payload)


def in_frame(header: bytes) -> bytes:
    """A payload with this header, so that what is wrong lies deeper."""
    return struct.pack(">I", len(header)) + header + bytes(16)


def read_frame(content: bytes, folder: Path) -> None:
    """A stream of frames, as it comes in pieces."""
    stream = io.BytesIO(content)
    with bounded(len(content)), contextlib.suppress(runtime.ProtocolError):
        while (payload := runtime.read_frame(lambda count: stream.read(min(count, 7)))) is not None:
            assert len(payload) <= len(content)


class _Says:
    """A channel whose other end says one thing."""

    def __init__(self, reply: list[Any]) -> None:
        self._reply = reply

    def ask(self, *_: Any, **__: Any) -> list[Any]:
        return self._reply

    def printed(self) -> str:
        return ""


def flush(reply: list[Any], folder: Path) -> None:
    """An answer of student code's making, however well it is formed."""
    session = Session(_Says(reply), 1.0, 1, lambda patience: {})  # type: ignore[arg-type]
    session.queue(["call", 1, None, [], []], "layer.forward(A)", "layer")
    session.queue(["read", None])
    try:
        assert len(session.flush()) == 1
    except StudentFault as fault:
        for text in (fault.message, fault.hint):
            text.encode()
            assert "\n" not in text


_LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just(runtime.Opaque("set")),
    st.just(runtime.Reference(1)), st.just(np.zeros(2)), st.sampled_from(["\ud800", "a\nb", "0x7f0000000000"]),
)  # fmt: skip
_PLAIN = st.recursive(_LEAVES, lambda inner: st.lists(inner, max_size=3), max_leaves=6)
_KEYS = st.sampled_from(["type", "text", "file", "line", "function", "code", "missing"])
_TYPES = st.sampled_from(["SyntaxError", "NotImplementedError", "ImportError", "TypeError", "ProtocolError"])
_RECORD = st.dictionaries(_KEYS, st.one_of(_PLAIN, _TYPES), max_size=7)
_PLACES = st.one_of(st.integers(-2, 3), _PLAIN)
REPLIES = st.one_of(st.lists(_PLAIN, max_size=4), st.tuples(st.lists(_PLAIN, max_size=2), _RECORD, _PLACES).map(list))


# --- what an instructor or a student writes -----------------------------------------------------------------------

RUBRICS = [TOY_RUBRIC.strip().encode(), (ROOT / "graders/homeworks/ai702/rubric.toml").read_bytes()]
TOML = [
    b"points = nan\n",
    b"total = inf\n",
    b"[[sections]]\n",
    b"sections = [1]\n",
    b"memory_mib = -1\n",
    b"1979-05-27",
]
TOML += [
    b"a = " + b"[" * 1500,
    b"id = 1\n",
    b"[handin]\n",
    b'required = ["a"]\n',
    b'policy = "manual"\n',
    b"weights = {}\n",
]
TOML += [
    b"[modules.toy]\n",
    b"[modules]\n",
    b"sections = {}\n",
    b'"""',
    b"\xef\xbb\xbf",
    b"1e400",
    b'archive = "{x}.zip"\n',
]


def rubric(content: bytes, folder: Path) -> None:
    """A rubric.toml beside the checks of a small homework."""
    home = _homework(folder)
    (home / "rubric.toml").write_bytes(content)
    with bounded(len(content)), contextlib.suppress(UsageError):
        homework = load_homework(str(home))
        assert homework.rubric.memory_mib >= 1
        assert all(section.points >= 0 for section in homework.sections)


@cache
def _homework(folder: Path) -> Path:
    return toy_homework(folder / "homework", TOY_RUBRIC, TOY_CHECKS)


FLAGS = [b'"""Flags."""\nA_flag = True\nB = False  # later\n', "# ä\nx = True\n".encode("latin-1")]
PYTHON = [
    b"# coding: utf-7\n",
    b"# coding: hex\n",
    b"# coding: unicode_escape\n",
    b"# coding: nonsense\n",
    b"\xef\xbb\xbf",
]
PYTHON += [
    b"(" * 300,
    b"-" * 3000,
    b"1+" * 3000,
    b"x.y" * 100,
    b"f'{x!r:{y}}'",
    b"'\\d'",
    b"\x0c",
    b"\\\n",
    b"lambda: ",
    b"not ",
]
PYTHON += [
    b"if True:\n    ",
    b"class A:\n  def f(self): pass\n",
    b"import numpy as np\n",
    b"%matplotlib\n",
    b"!ls\n",
    b"a = b\n",
]


def flags(content: bytes, folder: Path) -> None:
    """A handout's flags file."""
    path = folder / "flags.py"
    path.write_bytes(content)
    with bounded(len(content)), contextlib.suppress(UsageError):
        assert all(type(value) is bool for value in read_flags(path).values())


def _notebook(*sources: str, **more: Any) -> bytes:
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": s} for s in sources
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells} | more).encode()


NOTEBOOKS = [
    _notebook(
        "import numpy as np\nx = 3", "class A:\n    def f(self):\n        return 1\n", "%time\n!ls", "def broken("
    ),
    _notebook("try:\n    import torch\nexcept ImportError:\n    torch = None", "d = float('1')", "s = '\ud800'"),
    _notebook(*(word.decode("latin-1") for word in PYTHON)),
]
JSON = [
    b'"cells"',
    b'"source"',
    b'["a","b"]',
    b"null",
    b"[" * 1500,
    b'"nbformat": 3',
    b'"worksheets"',
    b"1e999",
    b'"\\ud800"',
]
SOURCES = st.lists(arbitrary_or_mutated(FLAGS, PYTHON).map(lambda source: source.decode("latin-1")), max_size=3)


for warming in (NOTEBOOKS[0], b'{"nbformat": 3, "worksheets": []}', b'{"nbformat": 2}', b"{}", _notebook()):
    module_source(warming, "a.ipynb")  # what is imported for the first is no memory of the next


def notebook(content: bytes, folder: Path) -> None:
    """A notebook, of which a module is made that has to parse."""
    with bounded(len(content)):
        made = module_source(content, "a.ipynb")
        with contextlib.suppress(RecursionError, MemoryError):
            ast.parse(made.encode("utf-8"))


# --- files of data ------------------------------------------------------------------------------------------------

IDX = [idx.encode(np.arange(24, dtype=np.uint8).reshape(2, 3, 4)), idx.encode(np.zeros(5, np.uint8))]


def images(content: bytes, folder: Path) -> None:
    """An IDX file, packed or not."""
    path = folder / "images"
    path.write_bytes(content)
    with bounded(len(content)), contextlib.suppress(UsageError):
        read = idx.read(path)
        for dimensions in (1, 3):
            with contextlib.suppress(UsageError):
                assert idx.decode(read, path, dimensions).nbytes <= len(read)


def _zip(compression: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as made:
        made.writestr("hw/a.py", "x = 1\n" * 20)
        made.writestr("hw/ä/", "")
        made.writestr("hw/ä/b.py", bytes(3000))
    return buffer.getvalue()


def _tar(mode: str, form: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode, format=form) as made:  # type: ignore[call-overload]
        for name, kind in (
            ("hw", tarfile.DIRTYPE),
            ("hw/" + "ä" * (40 if form == tarfile.USTAR_FORMAT else 120) + ".py", tarfile.REGTYPE),
            ("l", tarfile.SYMTYPE),
        ):
            entry = tarfile.TarInfo(name)
            entry.type, entry.size, entry.linkname = kind, 6 * (kind == tarfile.REGTYPE), "x"
            if kind != tarfile.SYMTYPE or mode == "w":
                made.addfile(entry, io.BytesIO(b"x = 1\n"))
    return buffer.getvalue()


ZIPS = [_zip(kind) for kind in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)]
TARS = [
    _tar("w"),
    _tar("w", tarfile.GNU_FORMAT),
    _tar("w", tarfile.USTAR_FORMAT),
    *map(_tar, ("w:gz", "w:bz2", "w:xz")),
]
ZIP_WORDS = [b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x06", b"../", b"/etc/x", b"\x01\x00\x08\x00"]
TAR_WORDS = [
    b"ustar\x0000",
    b"30 path=../x\n",
    b"19 size=999999999\n",
    b"0000777\x00",
    b"\x80" + bytes(11),
    b"L",
    b"x",
    b"S",
]


def _unpacked(suffix: str) -> Callable[[bytes, Path], None]:
    def run(content: bytes, folder: Path) -> None:
        archive, target = folder / f"x{suffix}", folder / "target"
        archive.write_bytes(content)
        target.mkdir()
        outside = sorted(folder.iterdir())
        try:
            with bounded(len(content) + 4 * archives.CHUNK // MEMORY_PER_BYTE), warnings.catch_warnings():
                warnings.simplefilter("ignore")  # zipfile warns of names that come twice
                with contextlib.suppress(UsageError):
                    archives.unpack(archive, target)
            assert sorted(folder.iterdir()) == outside
            assert not any(path.is_symlink() for path in target.rglob("*"))
            assert sum(path.stat().st_size for path in target.rglob("*") if path.is_file()) <= UNPACKED_BYTES
        finally:
            _empty(target)

    return run


def _empty(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    folder.rmdir()


TARGETS = [
    Target("decode", st.one_of(arbitrary_or_mutated(FRAMES, TAGS), mutated(FRAMES, TAGS).map(in_frame)), decode),
    Target("decode-json", arbitrary_or_mutated([f[4:] for f in FRAMES], TAGS).map(in_frame), decode),
    Target("read-frame", arbitrary_or_mutated([struct.pack(">I", len(f)) + f for f in FRAMES]), read_frame),
    Target("reply", REPLIES, flush),
    Target("rubric", arbitrary_or_mutated(RUBRICS, TOML), rubric),
    Target("flags", arbitrary_or_mutated(FLAGS, PYTHON), flags),
    Target(
        "notebook", st.one_of(arbitrary_or_mutated(NOTEBOOKS, JSON), SOURCES.map(lambda s: _notebook(*s))), notebook
    ),
    Target("idx", arbitrary_or_mutated(IDX, [b"\x1f\x8b\x08\x00", b"\x00\x00\x08\x03"]), images),
    Target("zip", arbitrary_or_mutated(ZIPS, ZIP_WORDS), _unpacked(".zip")),
    Target("tar", arbitrary_or_mutated(TARS, TAR_WORDS), _unpacked(".tar")),
]
assert MAX_BYTES < UNPACKED_BYTES
