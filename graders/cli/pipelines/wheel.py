"""A wheel of the gradmark that runs, made of its own files: a checkout's or an installed package's.

The worked submissions and the mutants that are made of them stay out of it: a pipeline needs neither, and on some
platforms students can read what it has.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import graders
from graders.cli.pipelines.packing import read_folder, zipped
from graders.coursework.bundled import bundled
from graders.coursework.packs.bundle import FOR_VALIDATION

NAME = "gradmark"
_BUNDLED = "graders/_bundled"
_ENTRY = "[console_scripts]\ngradmark = graders.__main__:main\n"


@cache
def wheel() -> tuple[str, bytes]:
    """Its file name and its bytes."""
    about = f"{NAME}-{graders.__version__}.dist-info"
    files = _modules() | {
        f"{about}/METADATA": _metadata().encode(),
        f"{about}/WHEEL": b"Wheel-Version: 1.0\nGenerator: gradmark\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{about}/entry_points.txt": _ENTRY.encode(),
    }
    record = [_recorded(name, content) for name, content in sorted(files.items())] + [f"{about}/RECORD,,"]
    files[f"{about}/RECORD"] = ("\n".join(record) + "\n").encode()
    return f"{NAME}-{graders.__version__}-py3-none-any.whl", zipped(files)


def constraints() -> bytes:
    """The versions that gradmark is tested with."""
    return bundled("constraints.txt").read_bytes()


def requirements() -> list[str]:
    """What has to be installed with it: of a checkout as pyproject.toml says, else as its installed metadata do."""
    project = Path(graders.__file__).parents[1] / "pyproject.toml"
    if project.is_file():
        return list(tomllib.loads(project.read_text("utf-8"))["project"]["dependencies"])
    return [text for text in importlib.metadata.requires(NAME) or () if "extra ==" not in text]


def _modules() -> dict[str, bytes]:
    package = read_folder(Path(graders.__file__).parent, "graders")
    kept = {name: content for name, content in package.items() if not _left_out(name)}
    kept |= read_folder(bundled("reference"), f"{_BUNDLED}/reference")
    kept |= read_folder(bundled("fixtures/data"), f"{_BUNDLED}/fixtures/data")
    return kept | {f"{_BUNDLED}/constraints.txt": constraints()}


def _left_out(name: str) -> bool:
    parts = name.split("/")
    return name.startswith(f"{_BUNDLED}/") or bool(parts[1] == "homeworks" and FOR_VALIDATION & set(parts[3:]))


def _metadata() -> str:
    return "\n".join(_headers()) + "\n"


def _headers() -> Iterator[str]:
    yield "Metadata-Version: 2.1"
    yield f"Name: {NAME}"
    yield f"Version: {graders.__version__}"
    yield "Requires-Python: >=3.11"
    yield from (f"Requires-Dist: {requirement}" for requirement in requirements())


def _recorded(name: str, content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(content)}"
