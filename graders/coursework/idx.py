"""Trusted side: IDX files, the format of MNIST and Fashion-MNIST (http://yann.lecun.com/exdb/mnist, "file format").

Four bytes of magic number (two zeros, 8 for unsigned bytes, the number of dimensions), the dimensions as unsigned
32-bit big-endian numbers, then the bytes.
"""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from pathlib import Path

import numpy as np

from graders import UsageError

UNSIGNED_BYTES = 8
MAX_BYTES = 256 * 1024 * 1024
_CHUNK = 1 << 20


def encode(array: np.ndarray) -> bytes:
    """Labels (N,), or images (N, rows, columns), as a file's content."""
    header = struct.pack(f">{1 + array.ndim}I", (UNSIGNED_BYTES << 8) + array.ndim, *array.shape)
    return header + array.astype(np.uint8).tobytes()


def decode(content: bytes, file: str | Path, dimensions: int) -> np.ndarray:
    """The array in a file's content, uint8; UsageError names the file and says what is wrong with it."""
    start = 4 + 4 * dimensions
    if len(content) < start:
        raise UsageError(f"{file} is cut short: {len(content)} bytes are less than an IDX header; download it again")
    zeros, kind, found = struct.unpack(">HBB", content[:4])
    if zeros or kind != UNSIGNED_BYTES or found != dimensions:
        raise UsageError(
            f"{file} begins with {content[:4].hex(' ')}, but should begin with 00 00 08 {dimensions:02x}: "
            f"it is not an IDX file of {'images' if dimensions == 3 else 'labels'}"
        )
    shape = struct.unpack(f">{dimensions}I", content[4:start])
    if len(content) != start + math.prod(shape):
        raise UsageError(
            f"{file} has {len(content) - start} bytes of data, but its header says {' x '.join(map(str, shape))}: "
            "download it again"
        )
    return np.frombuffer(content, dtype=np.uint8, offset=start).reshape(shape)


def read(path: Path) -> bytes:
    """A file's content, unpacked if it is gzipped; UsageError if it can't be read, or is far larger than MNIST's."""
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            source = gzip.GzipFile(fileobj=file) if packed else file
            content = bytearray()
            while len(content) <= MAX_BYTES and (chunk := source.read(_CHUNK)):
                content += chunk
    except (OSError, EOFError, zlib.error) as error:
        raise UsageError(f"{path} can't be read ({error})") from None
    if len(content) > MAX_BYTES:
        raise UsageError(f"{path} has more than {MAX_BYTES >> 20} MiB: MNIST's largest file has 45")
    return bytes(content)
