"""The softmax loss of a linear classifier, with loops and without."""

from builtins import range

import numpy as np
from past.builtins import xrange


def softmax_loss_naive(W, X, y, reg):
    """Loss and gradient dW (D, C), with loops, of weights W (D, C), examples X (N, D), labels y (N,).

    The loss is a mean over the examples, plus reg times the sum of all squares in W.
    """
    loss = 0.0
    dW = np.zeros_like(W)
    num_train = X.shape[0]
    for i in xrange(num_train):
        scores = X[i].dot(W)
        scores -= np.max(scores)
        p = np.exp(scores)
        p /= p.sum()
        loss -= np.log(p[y[i]])
        # BEGIN SOLUTION
        for c in range(W.shape[1]):
            dW[:, c] += (p[c] - (c == y[i])) * X[i]
        # END SOLUTION
    loss = loss / num_train + reg * np.sum(W * W)
    # BEGIN SOLUTION
    dW = dW / num_train + 2 * reg * W
    # END SOLUTION
    return loss, dW


def softmax_loss_vectorized(W, X, y, reg):
    """The same as softmax_loss_naive, without loops."""
    loss = 0.0
    dW = np.zeros_like(W)
    # BEGIN SOLUTION
    n = np.arange(X.shape[0])
    scores = X @ W
    scores -= scores.max(axis=1, keepdims=True)
    p = np.exp(scores)
    p /= p.sum(axis=1, keepdims=True)
    loss = -np.log(p[n, y]).mean() + reg * (W**2).sum()
    p[n, y] -= 1
    dW = X.T @ p / X.shape[0] + 2 * reg * W
    # END SOLUTION
    return loss, dW
