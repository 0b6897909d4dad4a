"""The multiclass hinge loss of a linear classifier, with loops and without (a task in the years to 2024)."""

from builtins import range

import numpy as np
from past.builtins import xrange


def svm_loss_naive(W, X, y, reg):
    """Loss and gradient dW (D, C), with loops, of weights W (D, C), examples X (N, D), labels y (N,).

    The loss is a mean over the examples, plus reg times the sum of all squares in W.
    """
    dW = np.zeros(W.shape)
    num_classes, num_train = W.shape[1], X.shape[0]
    loss = 0.0
    for i in range(num_train):
        scores = X[i].dot(W)
        for j in xrange(num_classes):
            if j == y[i]:
                continue
            margin = scores[j] - scores[y[i]] + 1
            if margin > 0:
                loss += margin
                # BEGIN SOLUTION
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
                # END SOLUTION
    loss = loss / num_train + reg * np.sum(W * W)
    # BEGIN SOLUTION
    dW = dW / num_train + 2 * reg * W
    # END SOLUTION
    return loss, dW


def svm_loss_vectorized(W, X, y, reg):
    """The same as svm_loss_naive, without loops."""
    loss = 0.0
    dW = np.zeros(W.shape)
    # BEGIN SOLUTION
    n = np.arange(X.shape[0])
    scores = X @ W
    margins = np.maximum(0, scores - scores[n, y][:, None] + 1)
    margins[n, y] = 0
    loss = margins.sum() / X.shape[0] + reg * (W * W).sum()
    # END SOLUTION
    # BEGIN SOLUTION
    counted = (margins > 0).astype(float)
    counted[n, y] = -counted.sum(axis=1)
    dW = X.T @ counted / X.shape[0] + 2 * reg * W
    # END SOLUTION
    return loss, dW
