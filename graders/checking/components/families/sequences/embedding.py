"""Mistakes in embeddings: what happens to a word that comes several times."""

# ruff: noqa: D103 - a formula's text is what it says

from __future__ import annotations

import numpy as np

from graders.checking.components.families.family import Family

EMBEDDING = Family("embedding", ("ids", "W"))
"""`ids` are whole numbers, `W` has a row for each."""
wrong = EMBEDDING.wrong
_ADDED = "Look at a word that comes several times: its gradients add up."


def _flat(ids, W, dout):
    return ids.astype(int).reshape(-1), dout.reshape(-1, W.shape[1])


@wrong("dW", "has the last of several equal words alone: they replace each other", _ADDED)
def last_alone(ids, W, dout):
    found = np.zeros_like(W)
    rows, slopes = _flat(ids, W, dout)
    found[rows] = slopes
    return found


@wrong("dW", "has the first of several equal words alone", _ADDED)
def first_alone(ids, W, dout):
    found = np.zeros_like(W)
    rows, slopes = _flat(ids, W, dout)
    found[rows[::-1]] = slopes[::-1]
    return found


@wrong("dW", "is averaged over equal words, not summed", _ADDED)
def averaged(right, ids, W):
    rows = ids.astype(int).reshape(-1)
    counts = np.bincount(rows, minlength=len(W))
    return right()["dW"] / np.maximum(counts, 1)[:, None]


@wrong("dW", "is divided by the batch size", "Look at which gradients are averages.")
def divided(right, ids):
    return right()["dW"] / len(ids)


@wrong("dW", "counts words in place of adding up the upstream gradient", "Look at where the upstream gradient enters.")
def counted(right, dout):
    return right(dout=np.ones_like(dout))["dW"]


@wrong("dW", "is multiplied by W", "The derivative in W doesn't contain W.")
def times_weights(right, W):
    return right()["dW"] * W


@wrong("out", "takes the row after the right one", "Look at where counting begins.")
def next_row(ids, W):
    return W[(ids.astype(int) + 1) % len(W)]


@wrong("out", "takes the row before the right one", "Look at where counting begins.")
def previous_row(ids, W):
    return W[ids.astype(int) - 1]
