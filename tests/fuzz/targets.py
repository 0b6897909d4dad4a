"""What is fuzzed: each target may raise what it declares and nothing else, within a bound of memory."""

from __future__ import annotations

import ast
import io
import json
import os
import shutil
import struct
import tarfile
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from graders import UsageError
from graders.coursework import archives, idx
from graders.coursework.flags import read_flags
from graders.coursework.notebooks import module_source
from graders.coursework.packs.pack import load_homework
from graders.sandbox.allowance import Allowance
from graders.sandbox.faults import StudentFault
from graders.sandbox.inside import wire
from graders.sandbox.session import Session
from tests.fuzz.mutations import MAX_BYTES, Draw, arbitrary_or_mutated, either, mutated, several, then
from tests.fuzz.watching import MEMORY_PER_BYTE, bounded, declared
from tests.idx_files import encode
from tests.support import ROOT, TOY_CHECKS, TOY_RUBRIC, toy_homework

UNPACKED_BYTES = 1 << 20


@dataclass(frozen=True)
class Target:
    """A reader: its name, how its inputs are drawn, and a run that raises AssertionError where it breaks its word."""

    name: str
    draw: Draw
    run: Callable[[Any, Path], None]


def nbytes(value: Any) -> int:
    """Of all arrays in a decoded message."""
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, dict):
        return sum(map(nbytes, value.values()))
    return sum(map(nbytes, value)) if isinstance(value, list) else 0


# --- the protocol -------------------------------------------------------------------------------------------------

FRAMES = [
    wire.encode(message)[4:]
    for message in (
        [],
        [[np.eye(3), np.float32(1)], None, None],
        [[], wire.Mapped({"type": "ValueError", "text": "x", "file": "a.py", "line": 3, "code": "y"}), 2],
        [[wire.Mapped({"W": np.zeros((2, 0, 3), np.int8), 1: [True, None, 1.5, "x"]})], None, None],
        [[wire.Reference(7), wire.Opaque("set"), np.ones((1,) * 32, np.complex64)], None, None],
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
    with bounded(len(payload)), declared(wire.ProtocolError):
        assert nbytes(wire.decode(payload)) <= len(payload)


def in_frame(header: bytes) -> bytes:
    """A payload with this header, so that what is wrong lies deeper."""
    return struct.pack(">I", len(header)) + header + bytes(16)


def headed(random: Random) -> bytes:
    """A frame with a changed header before its own arrays."""
    frame = random.choice(FRAMES)
    (length,) = struct.unpack_from(">I", frame)
    header = mutated([frame[4 : 4 + length]], TAGS)(random)
    return struct.pack(">I", len(header)) + header + frame[4 + length :]


def read_frame(content: bytes, folder: Path) -> None:
    """A stream of frames, as it comes in pieces."""
    stream = io.BytesIO(content)
    with bounded(len(content)), declared(wire.ProtocolError):
        while (payload := wire.read_frame(lambda count: stream.read(min(count, 7)))) is not None:
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
    session = Session(_Says(reply), Allowance(1, 1.0, 1.0), lambda patience: {})  # type: ignore[arg-type]
    session.queue(["call", 1, None, [], []], "layer.forward(A)", "layer")
    session.queue(["read", None])
    with bounded(MAX_BYTES), declared(StudentFault):
        try:
            assert len(session.flush()) == 1
        except StudentFault as fault:
            for text in (fault.message, fault.hint):
                text.encode()
                assert "\n" not in text
            raise


_KNOWN = [None, True, False, wire.Opaque("set"), wire.Reference(1), np.zeros(2)]
_KNOWN += ["\ud800", "a\nb", "0x7f0000000000"]
_KEYS = ["type", "text", "file", "line", "function", "code", "missing"]
_TYPES = ["SyntaxError", "NotImplementedError", "ImportError", "TypeError", "ProtocolError"]


def _leaf(random: Random) -> Any:
    text = "".join(chr(random.randrange(random.choice((128, 0x3000, 0x110000)))) for _ in range(random.randrange(9)))
    number = random.choice((0, 1, -1, 7, 1 << 63, 1 << 200, 1.5, float("nan"), float("-inf"), 1e308))
    return random.choice((random.choice(_KNOWN), number, text))


def _plain(random: Random, depth: int = 3) -> Any:
    if depth and random.random() < 0.3:
        return [_plain(random, depth - 1) for _ in range(random.randrange(4))]
    return _leaf(random)


def _record(random: Random) -> dict[str, Any]:
    keys = random.sample(_KEYS, random.randint(0, len(_KEYS)))
    return {key: random.choice((_plain(random), random.choice(_TYPES))) for key in keys}


def _reply(random: Random) -> list[Any]:
    values = [_plain(random) for _ in range(random.randrange(4))]
    place = random.choice((random.randint(-2, 3), _plain(random)))
    return random.choice((values, [values[:2], _record(random), place]))


# --- what an instructor or a student writes -----------------------------------------------------------------------

ALL_OPTIONS = b"""search = ["."]
packages = ["numpy"]
memory_mib = 512
reveal = "difference"
choices = ["a"]
[handin]
archive = "{name}.zip"
folder = "{name}"
required = ["toy/layer.py | layer.py"]
optional = ["*.md"]
[handout]
without = ["*.npz"]
[late]
per_day = 0.1
free_days = 2
most_days = 5
"""
_top, _, _tables = TOY_RUBRIC.strip().encode().partition(b"[modules.toy]")
_options, _, _more_tables = ALL_OPTIONS.partition(b"[handin]")
RUBRICS = [
    TOY_RUBRIC.strip().encode(),
    _top + _options + b"[handin]" + _more_tables + b"[modules.toy]" + _tables,
] * 4 + [(ROOT / "graders/homeworks/ai702/rubric.toml").read_bytes()]
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
    with bounded(len(content)), declared(UsageError):
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
    with bounded(len(content)), declared(UsageError):
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
SOURCES = several(then(arbitrary_or_mutated(FLAGS, PYTHON), lambda source: source.decode("latin-1")), 3)


for warming in (NOTEBOOKS[0], b'{"nbformat": 3, "worksheets": []}', b'{"nbformat": 2}', b"{}", _notebook()):
    module_source(warming, "a.ipynb")  # what is imported for the first is no memory of the next


def notebook(content: bytes, folder: Path) -> None:
    """A notebook, of which a module is made that has to parse."""
    with bounded(len(content)):
        made = module_source(content, "a.ipynb")
        with declared(RecursionError, MemoryError):
            ast.parse(made.encode("utf-8"))


# --- files of data ------------------------------------------------------------------------------------------------

IDX = [encode(np.arange(24, dtype=np.uint8).reshape(2, 3, 4)), encode(np.zeros(5, np.uint8))]


def images(content: bytes, folder: Path) -> None:
    """An IDX file, packed or not."""
    path = folder / "images"
    path.write_bytes(content)
    with bounded(len(content)), declared(UsageError):
        read = idx.read(path)
        for dimensions in (1, 3):
            with declared(UsageError):
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


NAMES = ["a.py", "hw/a.py", "hw/a.py/b.py", "hw", "hw/", "../x", "hw/../../x", "/etc/x", "C:\\x", "a\\..\\..\\x"]
NAMES += ["", ".", "./", "//x"]
NAMES += [
    "d/" * 70 + "x",
    "n" * 300,
    "\u00e4" * 200,
    "a\nb",
    "\udcff",
    "__MACOSX/x",
    ".git/x",
    "._a.py",
    "con",
    "x\x00y",
]


MODES = (0, 0, 0o100644, 0o040755, 0o120777, 0o020666, 0o104755, 0o177777)
TYPES = [bytes([kind]) for kind in b"000\x00512367SZxL"]


def built_zip(random: Random) -> bytes:
    """Of entries that no packer makes, whole but for their meaning."""
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", random.choice((0, 8, 12, 14))) as made:
        warnings.simplefilter("ignore")
        for name in random.choices(NAMES, k=random.randint(0, 6)):
            entry = zipfile.ZipInfo(name.encode(errors="replace").decode())
            entry.external_attr = random.choice(MODES) << 16
            made.writestr(entry, bytes(random.choice((0, 5, 3000, 200_000))), random.choice((0, 8)))
    return buffer.getvalue()


PACKINGS: list[tuple[str, dict[str, int]]] = [("", {}), ("", {}), (":gz", {"compresslevel": 1})]
PACKINGS += [(":bz2", {"compresslevel": 1}), (":xz", {"preset": 0})]


def built_tar(random: Random) -> bytes:
    """The same; sizes may be wrong, and headers have their own contents."""
    buffer = io.BytesIO()
    forms = (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)
    packing, how = random.choice(PACKINGS)
    with tarfile.open(fileobj=buffer, mode=f"w{packing}", **how) as made:  # type: ignore[call-overload]
        for name in random.choices(NAMES, k=random.randint(0, 6)):
            entry = tarfile.TarInfo(name)
            entry.type = random.choice(TYPES)
            entry.linkname, entry.size = random.choice(NAMES), random.choice((0, 6, 6, 600, 1 << 20, 1 << 33))
            entry.mode, entry.uid = random.choice((0, 0o644, 0o7777)), random.choice((0, 1 << 40))
            entry.pax_headers = random.choice(({}, {"path": random.choice(NAMES)}, {"size": "7"}, {"size": "-1"}, PAX))
            try:
                head = entry.tobuf(random.choice(forms), "utf-8", "surrogateescape")
            except ValueError:  # too long or too large for its format
                continue
            made.fileobj.write(head + bytes(min(-(-entry.size // 512) * 512, 4096)))  # type: ignore[union-attr]
            made.offset = made.fileobj.tell()  # type: ignore[union-attr]
    return buffer.getvalue()


PAX = {"GNU.sparse.map": "0,1,9,9", "GNU.sparse.size": "99999999", "mtime": "nan", "hdrcharset": "BINARY"}
_tar_changed = mutated([tar for tar in TARS if tar[257:262] == b"ustar"], TAR_WORDS)


def resealed(random: Random) -> bytes:
    """A changed tar whose headers have the right checksums again, so that they are read."""
    blocks = bytearray(_tar_changed(random))
    for start in range(0, len(blocks) - 511, 512):
        if blocks[start + 257 : start + 262] == b"ustar":
            blocks[start + 148 : start + 156] = b" " * 8
            blocks[start + 148 : start + 156] = b"%06o\x00 " % sum(blocks[start : start + 512])
    return bytes(blocks)


UNPACKING = 4 * archives.CHUNK + archives.MAX_DICTIONARY
"""What unpacking takes, however small the archive is."""


def _unpacked(suffix: str) -> Callable[[bytes, Path], None]:
    def run(content: bytes, folder: Path) -> None:
        archive, target = folder / f"x{suffix}", folder / "target"
        archive.write_bytes(content)
        target.mkdir()
        outside = sorted(folder.iterdir())
        try:
            with bounded(len(content) + UNPACKING // MEMORY_PER_BYTE), warnings.catch_warnings():
                warnings.simplefilter("ignore")  # zipfile warns of names that come twice
                with declared(UsageError):
                    archives.unpack(archive, target)
            assert sorted(folder.iterdir()) == outside
            written = [entry for place, _, _ in os.walk(target) for entry in os.scandir(place)]
            assert all(entry.is_file(follow_symlinks=False) or entry.is_dir(follow_symlinks=False) for entry in written)
            assert sum(entry.stat().st_size for entry in written if entry.is_file()) <= UNPACKED_BYTES
        finally:
            shutil.rmtree(target)

    return run


TARGETS = [
    Target("decode", arbitrary_or_mutated(FRAMES, TAGS), decode),
    Target("decode-json", either(headed, headed, then(arbitrary_or_mutated([b"[[],2]"], TAGS), in_frame)), decode),
    Target("read-frame", arbitrary_or_mutated([struct.pack(">I", len(f)) + f for f in FRAMES]), read_frame),
    Target("reply", _reply, flush),
    Target("rubric", arbitrary_or_mutated(RUBRICS, TOML), rubric),
    Target("flags", arbitrary_or_mutated(FLAGS, PYTHON), flags),
    Target("notebook", either(arbitrary_or_mutated(NOTEBOOKS, JSON), then(SOURCES, lambda s: _notebook(*s))), notebook),
    Target("idx", arbitrary_or_mutated(IDX, [b"\x1f\x8b\x08\x00", b"\x00\x00\x08\x03"]), images),
    Target("zip", either(arbitrary_or_mutated(ZIPS, ZIP_WORDS), built_zip), _unpacked(".zip")),
    Target("tar", either(arbitrary_or_mutated(TARS, TAR_WORDS), built_tar, resealed), _unpacked(".tar")),
]
assert MAX_BYTES < UNPACKED_BYTES
