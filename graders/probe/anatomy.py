"""What an unknown class, function or object offers, as the worker describes it: checked, for it is not trusted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graders.sandbox.faults import StudentCrash
from graders.sandbox.inside.wire import Reference

if TYPE_CHECKING:
    from graders.checking.student import Remote

Step = tuple[str, int | str]
Path = tuple[Step, ...]
"""How to get from an object to an array that it holds: `("get", attribute)` and `("item", key)` steps."""


@dataclass(frozen=True)
class Parameter:
    """One parameter of a function; of a plain default the type is known and the text, else "" stands for both."""

    name: str
    kind: str
    required: bool
    default_type: str = ""
    default: str = ""

    @property
    def is_flag(self) -> bool:
        """Whether its default says that it is a switch or a word, which no array is given for."""
        return not self.required and self.default_type in ("bool", "str")

    @property
    def is_open(self) -> bool:
        """Whether its default stands for nothing yet: `y=None`."""
        return not self.required and self.default_type == "NoneType"


@dataclass(frozen=True)
class Held:
    """An array or a number that an object holds; one identity means one array, one digest the same bytes."""

    path: Path
    identity: int
    dtype: str
    shape: tuple[int, ...]
    digest: str

    @property
    def is_float(self) -> bool:
        """Whether it could be a parameter."""
        return self.is_number or self.dtype.lstrip("<>|=") in ("f4", "f8")

    @property
    def is_number(self) -> bool:
        """Whether it is a plain number: a parameter only if it has a gradient, else a setting such as eps."""
        return self.dtype == "number"


@dataclass(frozen=True)
class Anatomy:
    """`kind` is class, function or object; `calls` are an object's methods, or "" for what is called itself."""

    kind: str
    type_name: str
    calls: Mapping[str, tuple[Parameter, ...]] = field(default_factory=dict)
    arrays: tuple[Held, ...] = ()


def describe(remote: Remote) -> Anatomy:
    """What a check's remote is, can do and holds, now."""
    student, name = remote._student, repr(remote)
    (raw,) = student.read(student.ask("inspect", [Reference(remote._slot)], name, name))
    return anatomy_of(raw)


def anatomy_of(raw: Any) -> Anatomy:
    """The worker's description as a record; StudentCrash where it isn't one."""
    try:
        calls = {
            str(name): tuple(
                Parameter(str(p), str(kind), bool(required), str(default[0]), str(default[1]))
                for p, kind, required, default in parameters
            )
            for name, parameters in raw["calls"].items()
        }
        arrays = tuple(
            Held(
                tuple((str(k), _key(key)) for k, key in path), int(one), str(dtype), tuple(map(int, shape)), str(digest)
            )
            for path, one, dtype, shape, digest in raw["arrays"]
        )
        return Anatomy(str(raw["kind"]), str(raw["type"]), calls, arrays)
    except (TypeError, ValueError, LookupError, AttributeError, OverflowError, RecursionError):
        raise StudentCrash("the process that runs your code sent a description that can't be read") from None


def _key(key: object) -> int | str:
    return key if type(key) is int else str(key)


def written(path: Path) -> str:
    """The path as code would spell it: `layers[0].W`."""
    text = "".join(f".{key}" if kind == "get" else f"[{key!r}]" for kind, key in path)
    return text.removeprefix(".")
