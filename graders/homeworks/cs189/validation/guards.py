"""Guards in cs189's loss and softmax: small ones and assertions, which are right, and what is wrong beside them."""

from __future__ import annotations

from graders.marking.validation.changes import Changes, Edit
from graders.marking.validation.suite import Mutant, Variant

from .mutants import ACTIVATIONS, LOSSES

FORWARD = "return -np.sum(Y * np.log(Y_hat + np.finfo(float).eps)) / len(Y)"
BACKWARD = "return -Y / (len(Y) * Y_hat)"
SOFTMAX = "weights / weights.sum(axis=-1, keepdims=True)"
SEEN = ("softmax", "cross_entropy", "network")
LOSS = "cross_entropy network"


def right(name: str, *edits: tuple[str, str], file: str = LOSSES) -> Variant:
    """Another right way to write these lines."""
    return Variant(name, Changes(tuple(Edit(file, *edit) for edit in edits)), SEEN)


def wrong(name: str, loses: str, *edits: tuple[str, str]) -> Mutant:
    """A mistake in these lines of the losses."""
    return Mutant(name, Changes(tuple(Edit(LOSSES, *edit) for edit in edits)), frozenset(loses.split()))


def asserted(condition: str) -> list[tuple[str, str]]:
    """An assertion before both passes."""
    return [(line, f"assert {condition}\n        {line}") for line in (FORWARD, BACKWARD)]


VARIANTS = [
    right("guard: 1e-7 in the logarithm", (FORWARD, "return -(Y * np.log(Y_hat + 1e-7)).sum(axis=1).mean()")),
    right("guard: a least probability", (FORWARD, "return -np.sum(Y * np.log(np.maximum(Y_hat, 1e-8))) / len(Y)")),
    right(
        "guard: clipped in both passes",
        (FORWARD, "return -np.mean(np.log(np.clip(Y_hat, 1e-7, 1 - 1e-7)[Y.astype(bool)]))"),
        (BACKWARD, "return -Y / np.clip(Y_hat, 1e-7, 1 - 1e-7) / len(Y)"),
    ),
    right("guard: 1e-8 in the gradient", (BACKWARD, "return -(Y / (Y_hat + 1e-8)) / Y.shape[0]")),
    right("guard: beside N times the probability", (BACKWARD, "return -Y / (len(Y) * Y_hat + 1e-8)")),
    right(
        "guard: example by example",
        (FORWARD, "return sum(-y @ np.log(p + 1e-9) for y, p in zip(Y, Y_hat)) / len(Y)"),
        (BACKWARD, "return np.array([-y / (p + 1e-9) for y, p in zip(Y, Y_hat)]) / len(Y)"),
    ),
    right(
        "guard: another in each pass",
        (FORWARD, "return -np.einsum('nc,nc', Y, np.log(Y_hat + 1e-10)) / len(Y)"),
        (BACKWARD, "return np.where(Y > 0, -1.0, 0.0) / (len(Y) * np.maximum(Y_hat, 1e-12))"),
    ),
    right(
        "guard: in softmax's denominator",
        (SOFTMAX, "weights / (np.einsum('...c->...', weights)[..., None] + 1e-8)"),
        file=ACTIVATIONS,
    ),
    right("guard: softmax clipped", (SOFTMAX, f"np.clip({SOFTMAX}, 1e-12, 1 - 1e-12)"), file=ACTIVATIONS),
    right("assertion: rows of probabilities", *asserted("np.all(np.abs(Y_hat.sum(axis=1) - 1) < 1e-9)")),
    right("assertion: positive", *asserted("(Y_hat > 0).all() and Y_hat.max() <= 1 and Y_hat.ndim == 2")),
    right("assertion: one label a row", *asserted("(Y.sum(axis=1) == 1).all() and Y.shape == Y_hat.shape")),
]

MUTANTS = [
    wrong("guard: 1e-4 in the logarithm", LOSS, (FORWARD, FORWARD.replace("np.finfo(float).eps", "1e-4"))),
    wrong("guard: 1e-6 in the logarithm", LOSS, (FORWARD, FORWARD.replace("np.finfo(float).eps", "1e-6"))),
    wrong("guard: 1e-4 in the gradient", LOSS, (BACKWARD, "return -Y / (len(Y) * (Y_hat + 1e-4))")),
    wrong("guard: 1e-6 in the gradient", LOSS, (BACKWARD, "return -Y / (len(Y) * (Y_hat + 1e-6))")),
    wrong("guard: taken off in the logarithm", LOSS, (FORWARD, FORWARD.replace("+ np.finfo(float).eps", "- 1e-4"))),
    wrong("guard: taken off in the gradient", LOSS, (BACKWARD, "return -Y / (len(Y) * (Y_hat - 1e-4))")),
    wrong("guard: in the gradient's numerator", LOSS, (BACKWARD, "return -(Y + 1e-4) / (len(Y) * Y_hat)")),
    wrong("guard: beside the logarithm", LOSS, (FORWARD, "return -np.sum(Y * (np.log(Y_hat) + 1e-3)) / len(Y)")),
    wrong("loss: arguments swapped", LOSS, (FORWARD, "Y, Y_hat = Y_hat, Y\n        " + FORWARD)),
]
