"""An oracle's answer with the means to say how certain a single-precision computation of it can be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import Any

import numpy as np
import torch

from graders.judging.diagnosis.origin import Origin
from graders.judging.expectation import Expected as Expected
from graders.judging.guarded_oracle import guards_of
from graders.judging.memory import Memory
from graders.judging.rounding import direction, single_precision
from graders.judging.tolerance import SINGLE_ROUNDING
from reference.guards import noting_places

NOISE_SAMPLES = 3

Oracle = Callable[..., Mapping[str, object]]
Arguments = Mapping[str, Any]
"""What an oracle is asked, by name: arrays, numbers, words, and lists and dicts of these."""

Values = Mapping[str, "np.ndarray | list[np.ndarray]"]
"""What an oracle computed, by name, in float64."""


class Answer:
    """Everything that an oracle computed in one call; attributes are Expected, or lists of Expected."""

    def __init__(self, oracle: Oracle, arguments: Arguments) -> None:
        self._oracle = oracle
        self._arguments = arguments
        with noting_places() as self._guarded:
            self._values = self._computed(arguments)
        self._made: dict[str, Expected | list[Expected]] = {}

    def _computed(self, arguments: Arguments) -> Values:
        return _arrays(self._oracle(**_named_tensors(arguments)))

    def __getattr__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def _make(self, name: str) -> Expected | list[Expected]:
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

        oracle = getattr(self._oracle, "__name__", "")
        origin = Origin(
            oracle, name, index, self._arguments, self._computed, guarded=partial(guards_of, places=self._guarded)
        )
        return Expected(value, partial(self._noise_of, name, index), others, origin)

    def _noise_of(self, name: str, index: int | None) -> np.ndarray:
        """A run that has no number somewhere, the root of a variance that came out negative say, says nothing there."""
        exact = _pick(self._values, name, index)
        with np.errstate(invalid="ignore"):
            errors = [np.abs(_pick(run, name, index) - exact) for run in self._single_precision_runs]
        return np.asarray(np.nan_to_num(np.fmax.reduce(errors), nan=0.0, posinf=np.inf))

    def measure(self) -> None:
        """Measure the noise of all of it now, whether or not it will be asked for."""
        self._single_precision_runs  # noqa: B018 - from here on it is kept

    @cached_property
    def _single_precision_runs(self) -> list[Values]:
        random = np.random.Generator(np.random.Philox(0))
        runs = []
        for _ in range(NOISE_SAMPLES):
            tensors = _named_tensors(_moved(self._arguments, random))
            with single_precision(random):
                runs.append(_arrays(self._oracle(**tensors)))
        return runs


ANSWERS: Memory[Answer] = Memory("what measured oracles have computed")
"""What oracles that are `measured` have computed; each context in which there is room for it has its own."""


def _flat(values: Values) -> Iterator[tuple[str, np.ndarray]]:
    for name, value in values.items():
        if isinstance(value, list):
            yield from ((f"{name}[{index}]", item) for index, item in enumerate(value))
        else:
            yield name, value


def _pick(values: Values, name: str, index: int | None) -> np.ndarray:
    found = values[name]
    return np.asarray(found if index is None else found[index])


def measured(oracle: Oracle) -> Callable[..., Answer]:
    """An oracle on tensors as a function on arrays that gives an Answer.

    Floats reach it in float64; integers and bools stay what they are, and are never moved by a rounding error.
    """

    def answer(**arguments: Any) -> Answer:
        return ANSWERS.recall(oracle, arguments, lambda: Answer(oracle, arguments))

    answer.__doc__ = oracle.__doc__
    return answer


def _named_tensors(arguments: Arguments) -> dict[str, object]:
    return {name: _with_arrays(value, _tensor) for name, value in arguments.items()}


def _moved(arguments: Arguments, random: np.random.Generator) -> Arguments:
    """The same with every float moved by up to a rounding error of single precision, to a float32 near it.

    (This rounding hangs on no processor: inputs are drawn, or given, and the same to the last bit wherever it is done.)
    """

    def move(array: np.ndarray) -> np.ndarray:
        if array.dtype.kind != "f":
            return array
        with np.errstate(over="ignore"):
            moved = array * (1 + SINGLE_ROUNDING * direction(array.shape, random))
            return np.asarray(moved).astype(np.float32)  # a scalar stays an array

    return {name: _with_arrays(value, move) for name, value in arguments.items()}


def _with_arrays(value: object, change: Callable[[np.ndarray], object]) -> object:
    """The value with something else in place of every array, however nested."""
    if isinstance(value, np.ndarray):
        return change(value)
    if isinstance(value, Mapping):
        return {key: _with_arrays(item, change) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_with_arrays(item, change) for item in value]
    return value


_TENSORS = {"f": torch.float64, "u": torch.int64}
"""A tensor's dtype by its array's kind, where not the array's own: hardly any operation takes unsigned integers."""


def _tensor(array: np.ndarray) -> torch.Tensor:
    return torch.tensor(array, dtype=_TENSORS.get(array.dtype.kind))


def _arrays(computed: Mapping[str, object]) -> Values:
    def array(value: object) -> Any:
        if isinstance(value, torch.Tensor):
            return value.detach().to(torch.float64).numpy()
        if isinstance(value, Mapping):
            return {key: array(item) for key, item in value.items()}
        if isinstance(value, Sequence) and not isinstance(value, str):
            return [array(item) for item in value]
        return value

    return {name: array(value) for name, value in computed.items()}
