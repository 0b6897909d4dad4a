"""Mistakes that students of dpl2025 make in G-invariant attention pooling, as the formulas that they write."""

# ruff: noqa: D103 - a formula takes all of its oracle's arguments, and its text is what it says

from __future__ import annotations

import numpy as np

from graders.checking import Catalogue

CATALOGUE = Catalogue()
wrong = CATALOGUE.wrong


def _orbit(h, reps):
    """rho(g) h of every row for every g, (B, |G|, k)."""
    return np.stack([h @ rho.T for rho in reps], axis=1)


def _softmax(logits, axis=1):
    powers = np.exp(logits - logits.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def _pooled(weights, orbit):
    return (weights[:, :, None] * orbit).sum(axis=1)


wrong("pooled.g", "is the plain mean over the group: the attention weights are uniform", "Look at where q enters.")(
    lambda h, reps: _orbit(h, reps).mean(axis=1)
)
wrong("pooled.g", "is the sum over the group without any weights", "Look at where the attention weights enter.")(
    lambda h, reps: _orbit(h, reps).sum(axis=1)
)
wrong("pooled.g", "is h itself: nothing is pooled", "The sum runs over rho(g) h, of every g.")(lambda h: h)


@wrong("pooled.g", "weighs by the logits themselves: the softmax is missing", "Look at the equation of the weights.")
def logits_as_weights(q, h, reps):
    orbit = _orbit(h, reps)
    return _pooled(orbit @ q, orbit)


@wrong("pooled.g", "takes the softmax over the batch, not over the group", "Each example has its own weights.")
def softmax_over_the_batch(q, h, reps):
    orbit = _orbit(h, reps)
    return _pooled(_softmax(orbit @ q, axis=0), orbit)


@wrong("pooled.g", "has the logits with the wrong sign", "Look at the exponents in the equation of the weights.")
def logits_negated(q, h, reps):
    orbit = _orbit(h, reps)
    return _pooled(_softmax(-orbit @ q), orbit)


@wrong("pooled.g", "divides the logits by the root of feature_dim", "The handout's logits aren't scaled.")
def logits_scaled(q, h, reps):
    orbit = _orbit(h, reps)
    return _pooled(_softmax(orbit @ q / len(q) ** 0.5), orbit)


@wrong("pooled.g", "passes the logits through tanh", "The handout's logits are q and rho(g) h multiplied, no more.")
def logits_squashed(q, h, reps):
    orbit = _orbit(h, reps)
    return _pooled(_softmax(np.tanh(orbit @ q)), orbit)


@wrong("pooled.g", "uses the sigmoid in place of the softmax", "The weights of an example add up to 1.")
def sigmoid_weights(q, h, reps):
    orbit = _orbit(h, reps)
    return _pooled((1 + np.tanh(orbit @ q / 2)) / 2, orbit)


@wrong("pooled.g", "takes the element of the group with the largest logit alone", "The sum runs over the whole group.")
def largest_alone(q, h, reps):
    orbit = _orbit(h, reps)
    return _pooled(np.eye(len(reps))[(orbit @ q).argmax(axis=1)], orbit)


wrong("pooled.g", "takes each entry's largest over the group", "The sum runs over the whole group, with weights.")(
    lambda h, reps: _orbit(h, reps).max(axis=1)
)
wrong("pooled.g", "turns h the other way round than the logits do", "Both have the same rho(g) h.")(
    lambda q, h, reps: _pooled(_softmax(_orbit(h, reps) @ q), np.stack([h @ rho for rho in reps], axis=1))
)


@wrong("pooled.g", "is averaged over the group once more", "The weights add up to 1 already.")
def divided_by_the_group(q, h, reps):
    orbit = _orbit(h, reps)
    return _pooled(_softmax(orbit @ q), orbit) / len(reps)


wrong("pooled.g", "uses the first of group_reps alone", "The sum runs over the whole group.")(
    lambda h, reps: h @ reps[0].T
)
wrong(
    "pooled.dq",
    "is zero: the weights don't depend on the query when gradients are taken",
    "Look for where the query is taken out of PyTorch's graph.",
)(lambda q: np.zeros_like(q))
