"""The losses that a layer is held against, as texts: see known.py."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from graders.probe.drafting.known import Known

_COUNTED = ("{sum} / len({x})", "{sum}", "{sum} / {x}.shape[1]", "{sum} / {x}.numel()")
"""A sum over all, as a mean over examples (rows or columns), or over all entries."""


def losses() -> Iterator[Known]:
    """All of them: of several that agree the first is taken."""
    yield from _of_reals()
    yield from _of_classes()
    yield from _of_one_hot()
    yield from _of_binary()


def _of_reals() -> Iterator[Known]:
    squares = "(({x} - {y}) ** 2).sum()"
    for factor, whole in itertools.product(("", "0.5 * "), _COUNTED):
        yield _loss("mean squared error", factor + whole.replace("{sum}", squares), "SQUARED_ERROR")
    for whole in _COUNTED:
        yield _loss("absolute error", whole.replace("{sum}", "({x} - {y}).abs().sum()"))
    entropy = "-({y} * guards.log({x}) + (1 - {y}) * guards.log(1 - {x})).sum()"
    for whole in _COUNTED:
        yield _loss("binary cross-entropy", whole.replace("{sum}", entropy))
    for whole in _COUNTED:
        text = "F.binary_cross_entropy_with_logits({x}, {y}, reduction='sum')"
        yield _loss("binary cross-entropy of logits", whole.replace("{sum}", text))
    for whole in _COUNTED:
        yield _loss("Huber loss", whole.replace("{sum}", "F.huber_loss({x}, {y}, reduction='sum', delta={delta})"))
    for whole in _COUNTED:
        yield _loss("cross-entropy of probabilities", whole.replace("{sum}", "-({y} * guards.log({x})).sum()"))


def _loss(says: str, text: str, family: str = "") -> Known:
    options = {"delta": (1.0, 0.5, 2.0)} if "{delta}" in text else {}
    return Known(says, text, ("x", "y"), family, options, scalar=True)


def _of_classes() -> Iterator[Known]:
    for reduction in ("", ", reduction='sum'"):
        text = f"F.cross_entropy({{x}}, {{y}}{reduction})"
        yield Known("softmax and cross-entropy", text, ("x",), "CROSS_ENTROPY", labels="classes", scalar=True)
        text = f"F.nll_loss(guards.log({{x}}), {{y}}{reduction})"
        yield Known("cross-entropy of probabilities", text, ("x",), labels="classes", scalar=True)
        text = f"F.nll_loss({{x}}, {{y}}{reduction})"
        yield Known("negative log-likelihood", text, ("x",), labels="classes", scalar=True)
    margins = "torch.relu({x} - {x}.gather(1, {y}[:, None]) + 1).sum()"
    for whole in _COUNTED[:2]:
        text = whole.replace("{sum}", f"({margins} - len({{x}}))")
        yield Known("hinge loss", text, ("x",), labels="classes", scalar=True)


def _of_binary() -> Iterator[Known]:
    entropies = {
        "binary cross-entropy": "-({y} * guards.log({x}) + (1 - {y}) * guards.log(1 - {x})).sum()",
        "binary cross-entropy of logits": "F.binary_cross_entropy_with_logits({x}, {y}, reduction='sum')",
    }
    for (says, entropy), whole in itertools.product(entropies.items(), _COUNTED):
        yield Known(says, whole.replace("{sum}", entropy), ("x",), labels="binary", scalar=True)


def _of_one_hot() -> Iterator[Known]:
    for axis, whole in itertools.product((1, 0), _COUNTED):
        text = whole.replace("{sum}", f"-({{y}} * guards.log_softmax({{x}}, {axis})).sum()")
        yield Known("softmax and cross-entropy", text, ("x",), "CROSS_ENTROPY", labels="one-hot", scalar=True)
    for whole in _COUNTED:
        text = whole.replace("{sum}", "-({y} * guards.log({x})).sum()")
        yield Known("cross-entropy of probabilities", text, ("x",), labels="one-hot", scalar=True)
