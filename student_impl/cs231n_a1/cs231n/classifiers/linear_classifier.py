"""Linear classifiers, trained by stochastic gradient descent."""

from __future__ import print_function

from builtins import object, range

import numpy as np

from ..classifiers.linear_svm import *
from ..classifiers.softmax import *


class LinearClassifier(object):
    """Scores are X W; a subclass says which loss is trained with."""

    def __init__(self):
        self.W = None

    def train(self, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False):
        """Train on X (N, D) with labels y (N,); the losses of all steps come back as a list."""
        num_train, dim = X.shape
        num_classes = np.max(y) + 1
        if self.W is None:
            self.W = 0.001 * np.random.randn(dim, num_classes)
        loss_history = []
        for it in range(num_iters):
            X_batch = None
            y_batch = None
            # BEGIN SOLUTION
            chosen = np.random.choice(num_train, batch_size)
            X_batch, y_batch = X[chosen], y[chosen]
            # END SOLUTION
            loss, grad = self.loss(X_batch, y_batch, reg)
            loss_history.append(loss)
            # BEGIN SOLUTION
            self.W -= learning_rate * grad
            # END SOLUTION
            if verbose and it % 100 == 0:
                print(f"iteration {it} / {num_iters}: loss {loss:f}")
        return loss_history

    def predict(self, X):
        """Labels (N,) of X (N, D)."""
        y_pred = np.zeros(X.shape[0])
        # BEGIN SOLUTION
        y_pred = np.argmax(X @ self.W, axis=1)
        # END SOLUTION
        return y_pred

    def loss(self, X_batch, y_batch, reg):
        """Loss and gradient of a batch: for subclasses."""


class LinearSVM(LinearClassifier):
    """With the multiclass hinge loss."""

    def loss(self, X_batch, y_batch, reg):
        return svm_loss_vectorized(self.W, X_batch, y_batch, reg)


class Softmax(LinearClassifier):
    """With the softmax loss."""

    def loss(self, X_batch, y_batch, reg):
        return softmax_loss_vectorized(self.W, X_batch, y_batch, reg)
