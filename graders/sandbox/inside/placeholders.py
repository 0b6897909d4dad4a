"""The placeholder of a missing module: harmless where it is only named, an error that names it where it is used.

While the submission is imported, a use gives a further placeholder, so that it costs what it makes (a decorated method,
a class with such a base) and not the file. In a check a use raises. Asking for an attribute, an annotation,
`isinstance` and comparing are no uses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn


@dataclass(frozen=True)
class Origin:
    """Why something isn't available: all of the package `banned` isn't, or "" where only this is missing.

    `allowed` are the packages that there are, in words, `imported` is the place of the import.
    """

    banned: str
    allowed: str
    imported: str
    importing: Callable[[], bool]


class NotAllowed(ImportError):
    """Code used what this homework doesn't have; an ImportError, as it would have been without a placeholder."""

    def __init__(self, used: str, origin: Origin) -> None:
        super().__init__(f"{used} isn't available")
        self.used = used
        self.origin = origin

    @property
    def told(self) -> dict[str, str]:
        """What a record of it says besides its place."""
        origin = self.origin
        return {"text": self.used, "banned": origin.banned, "allowed": origin.allowed, "imported": origin.imported}


class Placeholder:
    """Stands for a module, a function or a class of this name, and for whatever is made with it."""

    __slots__ = ("_name", "_origin")

    _name: str
    _origin: Origin

    def __init__(self, name: str, origin: Origin) -> None:
        object.__setattr__(self, "_name", name)
        object.__setattr__(self, "_origin", origin)

    def __getattr__(self, name: str) -> Placeholder:
        if name.startswith("__"):
            raise AttributeError(name)
        return Placeholder(f"{self._name}.{name}", self._origin)

    def __setattr__(self, name: str, value: object) -> None:
        _used(self)

    def __mro_entries__(self, bases: tuple[object, ...]) -> tuple[type, ...]:
        """For `class Mine(nn.Module)`: the class is there, and can't be instantiated."""
        _used(self)
        return (type(self._name.rpartition(".")[2], (_Base,), {"_gradmark_placeholder": self}),)

    def __instancecheck__(self, value: object) -> bool:
        """Nothing is of a class that isn't there."""
        return False

    def __subclasscheck__(self, kind: object) -> bool:
        return False


class _Base:
    """What a class derives from whose base isn't there."""

    _gradmark_placeholder: Placeholder

    def __new__(cls, *_: object, **__: object) -> _Base:
        refuse(cls._gradmark_placeholder)

    def __init_subclass__(cls, **_: object) -> None:
        super().__init_subclass__()


def refuse(placeholder: Placeholder) -> NoReturn:
    """NotAllowed."""
    raise NotAllowed(placeholder._name, placeholder._origin)


def _used(placeholder: Placeholder, *_: object, **__: object) -> Placeholder:
    if not placeholder._origin.importing():
        refuse(placeholder)
    return placeholder


def _needed(placeholder: Placeholder, *_: object, **__: object) -> NoReturn:
    """For what has to have a value of some type."""
    refuse(placeholder)


_OPERATORS = "add sub mul matmul truediv floordiv mod divmod pow lshift rshift and xor or"
_USES = (
    *("call", "getitem", "setitem", "delitem", "neg", "pos", "abs", "invert", "enter", "exit", "round"),
    *(f"{prefix}{name}" for prefix in ("", "r", "i") for name in _OPERATORS.split()),
    *("array_ufunc", "array_function", "lt", "le", "gt", "ge"),
)
_NEEDS = ("bool", "len", "iter", "next", "contains", "int", "float", "complex", "index", "array")
for _name in _USES:
    setattr(Placeholder, f"__{_name}__", _used)
for _name in _NEEDS:
    setattr(Placeholder, f"__{_name}__", _needed)
