"""Classification by the nearest examples, in Euclidean distance."""

from builtins import object

import numpy as np
from past.builtins import xrange


class KNearestNeighbor(object):
    """Keeps all examples, and asks the k nearest ones."""

    def __init__(self):
        pass

    def train(self, X, y):
        """Keep X (num_train, D) and labels y (num_train,)."""
        self.X_train = X
        self.y_train = y

    def predict(self, X, k=1, num_loops=0):
        """Labels (num_test,) of X (num_test, D)."""
        if num_loops == 0:
            dists = self.compute_distances_no_loops(X)
        elif num_loops == 1:
            dists = self.compute_distances_one_loop(X)
        elif num_loops == 2:
            dists = self.compute_distances_two_loops(X)
        else:
            raise ValueError(f"there is no way with {num_loops} loops")
        return self.predict_labels(dists, k=k)

    def compute_distances_two_loops(self, X):
        """Distances (num_test, num_train), one by one."""
        num_test = X.shape[0]
        num_train = self.X_train.shape[0]
        dists = np.zeros((num_test, num_train))
        for i in xrange(num_test):
            for j in xrange(num_train):
                # BEGIN SOLUTION
                dists[i, j] = np.sqrt(np.sum((X[i] - self.X_train[j]) ** 2))
                # END SOLUTION
        return dists

    def compute_distances_one_loop(self, X):
        """The same, a row at once."""
        num_test = X.shape[0]
        num_train = self.X_train.shape[0]
        dists = np.zeros((num_test, num_train))
        for i in xrange(num_test):
            # BEGIN SOLUTION
            dists[i] = np.sqrt(((self.X_train - X[i]) ** 2).sum(axis=1))
            # END SOLUTION
        return dists

    def compute_distances_no_loops(self, X):
        """The same, all at once."""
        num_test = X.shape[0]
        num_train = self.X_train.shape[0]
        dists = np.zeros((num_test, num_train))
        # BEGIN SOLUTION
        ours = (X**2).sum(axis=1)[:, None]
        theirs = (self.X_train**2).sum(axis=1)
        dists = np.sqrt(np.maximum(ours - 2 * X @ self.X_train.T + theirs, 0))
        # END SOLUTION
        return dists

    def predict_labels(self, dists, k=1):
        """The commonest label of the k nearest examples, the smaller one where two are as common."""
        num_test = dists.shape[0]
        y_pred = np.zeros(num_test)
        for i in xrange(num_test):
            closest_y = []
            # BEGIN SOLUTION
            closest_y = self.y_train[np.argsort(dists[i])[:k]]
            # END SOLUTION
            # BEGIN SOLUTION
            y_pred[i] = np.bincount(closest_y).argmax()
            # END SOLUTION
        return y_pred
