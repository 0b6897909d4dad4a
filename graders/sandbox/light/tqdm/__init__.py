"""In the worker: tqdm without its bar. It iterates, and takes any other call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator


class tqdm:  # noqa: N801 - the name that is imported
    """What is iterated over, as it is."""

    def __init__(self, iterable: Iterable[object] = (), *_: object, **__: object) -> None:
        self.iterable = iterable

    def __iter__(self) -> Iterator[object]:
        return iter(self.iterable)

    def __len__(self) -> int:
        return len(self.iterable)  # type: ignore[arg-type]

    def __enter__(self) -> tqdm:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_, **__: None

    @staticmethod
    def write(text: str, *_: object, **__: object) -> None:
        """Print beside the bar that isn't there."""
        print(text)


def trange(*limits: int, **_: object) -> tqdm:
    """A bar over a range."""
    return tqdm(range(*limits))
