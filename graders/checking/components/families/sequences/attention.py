"""Mistakes in attention: the mask the wrong way round, and gradients of one factor alone."""

# ruff: noqa: D103 - a formula's text is what it says

from __future__ import annotations

import numpy as np

from graders.checking.components.families.family import Family

ATTENTION = Family("attention", ("q", "k", "v", "hidden"), moderate=True)
"""`q`, `k`, `v` are queries, keys and values, `hidden` the mask; operations left out are known of every layer."""
_MASK = "Look at which entries the mask hides."


@ATTENTION.throughout("out dq dk dv", "hides what the mask shows, and shows what it hides", _MASK)
def mask_turned(right, hidden):
    return None if hidden is None else right(hidden=1 - hidden)


@ATTENTION.throughout("out dq dk dv", "ignores the mask", _MASK)
def mask_ignored(right, hidden):
    return None if hidden is None else right(hidden=0 * hidden)


@ATTENTION.throughout("out", "has queries and keys the wrong way round", "Look at the product of queries and keys.")
def swapped(right, q, k):
    return right(q=k, k=q)


@ATTENTION.throughout("dq dk dv", "has ones in place of the upstream gradient", "Look at where it enters.")
def without_upstream(right, dout):
    return right(dout=np.ones_like(dout))


@ATTENTION.wrong("dq", "is the gradient in the keys", "Look at which of the two is which.")
def gradient_of_keys(right):
    return right()["dk"]


@ATTENTION.wrong("dk", "is the gradient in the queries", "Look at which of the two is which.")
def gradient_of_queries(right):
    return right()["dq"]


@ATTENTION.throughout("dq dk dv", "is divided by the batch size", "Look at which gradients are averages.")
def averaged(right, q):
    return {name: value / len(q) for name, value in right().items()}
