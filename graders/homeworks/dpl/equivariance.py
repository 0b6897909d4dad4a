"""The checks of modules that commute with rotations by 90°, for any value of their parameters and any images."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from graders.checking import (
    Case,
    CheckFailed,
    Expected,
    Remote,
    Student,
    expect,
    read_array,
    read_arrays,
    read_items,
)
from graders.judging.expected import NOISE_SAMPLES
from graders.judging.tolerance import SINGLE_ROUNDING

from .cases import SEEDS

Function = Callable[[np.ndarray], Remote]
"""From images to what the student's code makes of them."""

TURNS = (1, 2, 3)
"""Quarter turns, counter-clockwise; none at all proves nothing."""
MOST_ROUNDINGS = 64
"""What the outputs for images that are moved by a rounding may be apart, in roundings of the sizes involved. It is
measured on the student's own outputs, which would set the tolerance at will if it had no bound."""
TOO_LARGE = 1000
"""Times the size that outputs have: what is larger could hide whatever else the layer does behind its roundings."""


@dataclass(frozen=True)
class ImageCase(Case):
    """N vectorised square images for a layer from one side to another, or for a network with these sides."""

    sides: tuple[int, ...]
    N: int

    @property
    def x(self) -> np.ndarray:
        """Images, (N, side²), with nothing symmetric about them."""
        return self.array("x", self.N, self.sides[0] ** 2, dtype="float32")

    @property
    def size(self) -> float:
        """How large outputs can well be: a layer of n inputs and scrambled parameters makes them sqrt(n) times so."""
        return float(np.prod([1 + side for side in self.sides[:-1]]))


def image_cases(*sides: tuple[int, ...]) -> st.SearchStrategy[ImageCase]:
    """Images for one of these, from one at a time to five."""
    return st.builds(ImageCase, SEEDS, st.sampled_from(sides), st.sampled_from([1, 3, 5]))


def rotate(images: np.ndarray, quarter_turns: int) -> np.ndarray:
    """Vectorised square images (N, side²), turned counter-clockwise."""
    side = round(images.shape[1] ** 0.5)
    return np.rot90(images.reshape(-1, side, side), quarter_turns, axes=(1, 2)).reshape(images.shape)


def weight_orbits(in_side: int, out_side: int) -> int:
    """How many different weights an equivariant layer can have: the orbits of (output, input) pairs of pixels."""
    fixed_by_turns = (in_side % 2) * (out_side % 2)
    return ((in_side * out_side) ** 2 + 3 * fixed_by_turns) // 4


def scramble(student: Student, module: Remote, case: ImageCase) -> None:
    """Give every parameter of a module random entries: what holds only for fresh ones, training would break."""
    student("torch").manual_seed(case.seed)
    for parameter in read_items(student("builtins").list(module.parameters())):
        parameter.data.normal_(0.0, 0.5)


def check_equivariant(student: Student, function: Function, case: ImageCase, side: int) -> None:
    """CheckFailed unless rotating the images first or the function's outputs afterwards comes to the same."""
    upright, noise = _upright(student, function, case, side)
    for turns, x in _turned(case).items():
        expect(function(x)).to_equal(_rotated(upright, noise, turns))


def check_invariant(student: Student, function: Function, case: ImageCase, side: int) -> None:
    """CheckFailed unless the function gives the same for rotated images."""
    upright, noise = _upright(student, function, case, side)
    for x in _turned(case).values():
        expect(function(x)).to_equal(_rotated(upright, noise, 0))


def _turned(case: ImageCase) -> dict[int, np.ndarray]:
    return {turns: case.keep(f"x turned by {90 * turns} degrees", rotate(case.x, turns)) for turns in TURNS}


def _upright(student: Student, function: Function, case: ImageCase, side: int) -> tuple[np.ndarray, np.ndarray]:
    """The function's outputs (N, side²), and how far rounding moves them."""
    moved = [_moved(case.x, sample) for sample in range(NOISE_SAMPLES)]
    remotes = [function(x) for x in (case.x, *moved)]
    upright, *others = _images(student, *remotes, like=(case.N, side**2))
    largest = float(np.abs(upright).max())
    if largest > TOO_LARGE * case.size:
        raise CheckFailed(f"its outputs are as large as {largest:.3g}, for images whose pixels are around 1")
    measured = np.max([np.abs(other - upright) for other in others], axis=0)
    return upright, np.minimum(measured, MOST_ROUNDINGS * SINGLE_ROUNDING * min(largest, case.size))


def check_uses_its_input(student: Student, layer: Remote, case: ImageCase) -> None:
    """CheckFailed if a layer gives the same for all pixels of all images."""
    (outputs,) = _images(student, run(student, layer, case.x))
    if np.ptp(outputs) == 0:
        raise CheckFailed("its outputs are all the same", "That is equivariant, but nothing can be learnt with it.")


def run(student: Student, module: Remote, x: np.ndarray) -> Remote:
    """The module's output for these images."""
    return module(student.tensor(x))


def _rotated(upright: np.ndarray, noise: np.ndarray, turns: int) -> Expected:
    return Expected(rotate(upright, turns), lambda: rotate(noise, turns))


def _moved(x: np.ndarray, sample: int) -> np.ndarray:
    random = np.random.default_rng(sample)
    found: np.ndarray = (x * (1 + 2 * SINGLE_ROUNDING * random.choice([-1, 1], x.shape))).astype(np.float32)
    return found


def _images(student: Student, *remotes: Remote, like: tuple[int, ...] | None = None) -> list[np.ndarray]:
    """Outputs, as float64: all of the shape `like`, or if none is given of any that has entries."""
    shapes = [like] * len(remotes) if like is not None else ()
    arrays = read_arrays(student, *remotes, like=shapes, floats=True, finite=True)
    for remote, array in zip(remotes, arrays, strict=True):
        if array.size == 0:
            raise CheckFailed(f"{remote!r} has shape {array.shape}, but should have entries")
    return [array.astype(np.float64) for array in arrays]


def error_of(output: Remote, images: np.ndarray) -> float:
    """The mean squared error of a model's output for images (N, pixels)."""
    found = read_array(output, images.shape, floats=True)
    return float(np.mean((found.astype(np.float64) - images) ** 2))


def check_freedom(student: Student, layer: Remote, case: ImageCase) -> None:
    """A warning unless the layer's weights are as different from each other as equivariance lets them be.

    The layer has to be an affine map: its weights are what single pixels do to the output.
    """
    m = case.sides[0] ** 2
    pixels = np.vstack([np.zeros((1, m)), np.eye(m)]).astype(np.float32)
    (outputs,) = _images(student, run(student, layer, pixels), like=(m + 1, case.sides[-1] ** 2))
    weights = outputs[1:] - outputs[0]
    if np.ptp(weights) == 0:
        raise CheckFailed("all of its weights are the same", "That is equivariant, but nothing can be learnt with it.")
    found, room = len(np.unique(np.round(weights, 4))), weight_orbits(*case.sides)
    if found < 0.9 * room:
        raise CheckFailed(
            f"its weights have {found} different values, but could have {room} [{case.sides[0]}² to {case.sides[1]}²]",
            "Equivariance makes groups of four weights equal, no more: all others may differ.",
        )
