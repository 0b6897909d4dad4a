"""Submissions of cs189 that leave what nobody asks for: they keep all their points, and no report speaks of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from graders.marking.validation.changes import Changes, Edit, Rewriting
from graders.marking.validation.suite import Variant

from .mutants import ACTIVATIONS, LAYERS, LOSSES

IMAGES = ("Conv2D", "Pool2D")
CODED = ("relu", "activations", "fully_connected", "softmax", "cross_entropy", "l2", "network", "conv", "pool")
_SOLUTION = re.compile(r"^( *)# BEGIN SOLUTION\n.*?# END SOLUTION\n", re.DOTALL | re.MULTILINE)


def left(classes: Sequence[str], body: str) -> Rewriting:
    """A file in which these classes have so much in the place of each solution, a line each."""

    def filled(found: re.Match[str]) -> str:
        return "".join(f"{found[1]}{line}\n" for line in body.split("\n"))

    def rewrite(text: str) -> str:
        parts = re.split(r"(?m)^(?=class )", text)
        mine = [part.startswith(tuple(f"class {name}(" for name in classes)) for part in parts]
        return "".join(_SOLUTION.sub(filled, part) if left else part for part, left in zip(parts, mine, strict=True))

    return rewrite


def without(classes: Sequence[str]) -> Rewriting:
    """A file without these classes."""

    def rewrite(text: str) -> str:
        parts = re.split(r"(?m)^(?=class )", text)
        return "".join(part for part in parts if not part.startswith(tuple(f"class {name}(" for name in classes)))

    return rewrite


def _images(name: str, rewriting: Rewriting) -> Variant:
    return Variant(name, Changes(rewritten={LAYERS: rewriting}), CODED)


LEAVING_IMAGES = [
    _images("conv, pool: left as the handout has them", left(IMAGES, "raise NotImplementedError")),
    _images("conv, pool: left with a comment and dots", left(IMAGES, "### YOUR CODE HERE ###\nreturn ...")),
    _images(
        "conv, pool: left where nothing is assigned to what is returned",
        left(IMAGES, "### BEGIN YOUR CODE ###\n\n# cache what backward needs\n\n### END YOUR CODE ###\nreturn out"),
    ),
    _images("conv, pool: left, with dots assigned", left(IMAGES, "shape = X.shape\nout = ...\nreturn out")),
    _images("conv, pool: left with pass", left(IMAGES, "pass")),
    Variant(
        "conv, pool: the classes deleted",
        Changes((Edit(LAYERS, ', "conv2d": Conv2D, "pool2d": Pool2D', ""),), rewritten={LAYERS: without(IMAGES)}),
        CODED,
    ),
    _images("conv, pool: pooling left, convolution done", left(("Pool2D",), "return None")),
]
"""What loses both sections where these are asked for, but for the last one, which loses pooling."""

SIGMOID = """decay = np.exp(-np.abs(Z))  # never above 1, so nothing overflows
        return np.where(Z >= 0, 1, decay) / (1 + decay)
"""
SIGMOID_BACKWARD = """Y = self.forward(Z)
        return dY * Y * (1 - Y)
"""
L2_BODIES = ("return np.sum((Y_hat - Y) ** 2) / (2 * len(Y))", "return (Y_hat - Y) / len(Y)")

LEAVING_OTHERS = [
    Variant(
        "activations: Sigmoid left with dots",
        Changes(
            (
                Edit(ACTIVATIONS, SIGMOID, "### YOUR CODE HERE ###\n        return ...\n"),
                Edit(ACTIVATIONS, SIGMOID_BACKWARD, "### YOUR CODE HERE ###\n        return ...\n"),
            )
        ),
        CODED,
    ),
    Variant("l2: left with pass", Changes(tuple(Edit(LOSSES, body, "pass") for body in L2_BODIES)), CODED),
    Variant(
        "activations: ArcTan deleted",
        Changes((Edit(ACTIVATIONS, '        "arctan": ArcTan,\n', ""),), rewritten={ACTIVATIONS: without(["ArcTan"])}),
        CODED,
    ),
]
