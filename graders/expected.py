"""An oracle's answer with the means to say how certain a single-precision computation of it can be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import Any

import numpy as np
import torch

from graders.diagnosis.origin import Origin
from graders.memory import Memory
from graders.tolerance import SINGLE_ROUNDING

NOISE_SAMPLES = 3

Oracle = Callable[..., Mapping[str, Any]]


class Expected:
    """One array that the oracle computed in float64; its noise is measured when it is first asked for.

    `related` gives what else it computed in the same call, by name, once that is asked for; `origin` is what it is.
    """

    def __init__(
        self,
        value: np.ndarray,
        noise: Callable[[], np.ndarray],
        related: Callable[[], Mapping[str, np.ndarray]] = dict,
        origin: Origin | None = None,
    ) -> None:
        self.value = value
        self._related = related
        self.origin = origin
        self._noise = noise

    @cached_property
    def related(self) -> Mapping[str, np.ndarray]:
        """What else the oracle computed in the same call, by name."""
        return self._related()

    @cached_property
    def noise(self) -> np.ndarray:
        """The largest error seen in single-precision runs, entry by entry; the value's shape."""
        return self._noise()


class Answer:
    """Everything that an oracle computed in one call; attributes are Expected, or lists of Expected."""

    def __init__(self, oracle: Oracle, arguments: Mapping[str, Any]) -> None:
        self._oracle = oracle
        self._arguments = arguments
        self._values = self._computed(arguments)
        self._made: dict[str, Any] = {}

    def _computed(self, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        found: Mapping[str, Any] = _arrays(self._oracle(**_tensors(arguments, torch.float64)))
        return found

    def __getattr__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def _make(self, name: str) -> Any:
        try:
            value = self._values[name]
        except KeyError:
            raise AttributeError(f"the oracle computes {', '.join(self._values)}, not {name}") from None
        if isinstance(value, list):
            return [self._expected(item, name, index) for index, item in enumerate(value)]
        return self._expected(value, name, None)

    def _expected(self, value: np.ndarray, name: str, index: int | None) -> Expected:
        def others() -> dict[str, np.ndarray]:
            return {other: array for other, array in _flat(self._values) if array is not value}

        origin = Origin(getattr(self._oracle, "__name__", ""), name, index, self._arguments, self._computed)
        return Expected(value, partial(self._noise_of, name, index), others, origin)

    def _noise_of(self, name: str, index: int | None) -> np.ndarray:
        def pick(values: Mapping[str, Any]) -> np.ndarray:
            found: np.ndarray = values[name] if index is None else values[name][index]
            return found

        exact = pick(self._values)
        errors = [np.abs(pick(run) - exact) for run in self._single_precision_runs]
        return np.asarray(np.max(errors, axis=0))

    def measure(self) -> None:
        """Measure the noise of all of it now, whether or not it will be asked for."""
        self._single_precision_runs  # noqa: B018 - from here on it is kept

    @cached_property
    def _single_precision_runs(self) -> list[Mapping[str, Any]]:
        random = np.random.default_rng(0)
        runs = []
        for _ in range(NOISE_SAMPLES):
            moved = _moved(self._arguments, random)
            runs.append(_arrays(self._oracle(**_tensors(moved, torch.float32))))
        return runs


ANSWERS: Memory[Answer] = Memory()
"""What oracles that are `measured` have computed."""


def _flat(values: Mapping[str, Any]) -> Iterator[tuple[str, np.ndarray]]:
    for name, value in values.items():
        if isinstance(value, list):
            yield from ((f"{name}[{index}]", item) for index, item in enumerate(value))
        else:
            yield name, value


def measured(oracle: Oracle) -> Callable[..., Answer]:
    """An oracle on tensors as a function on arrays that gives an Answer."""

    def answer(**arguments: Any) -> Answer:
        return ANSWERS.recall(oracle, arguments, lambda: Answer(oracle, arguments))

    answer.__doc__ = oracle.__doc__
    return answer


def _tensors(value: Any, dtype: torch.dtype) -> Any:
    if isinstance(value, np.ndarray):
        return torch.tensor(value, dtype=dtype)
    if isinstance(value, Mapping):
        return {key: _tensors(item, dtype) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_tensors(item, dtype) for item in value]
    return value


def _arrays(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return value.detach().to(torch.float64).numpy()
    if isinstance(value, Mapping):
        return {key: _arrays(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_arrays(item) for item in value]
    return value


def _moved(value: Any, random: np.random.Generator) -> Any:
    if isinstance(value, np.ndarray):
        return value * (1 + SINGLE_ROUNDING * random.uniform(-1, 1, value.shape))
    if isinstance(value, Mapping):
        return {key: _moved(item, random) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_moved(item, random) for item in value]
    return value
