"""Data sets: tables of examples, split, standardised and served in mini-batches."""

import numpy as np


class Dataset:
    """Features X and one-hot labels Y in three parts: train, validate, test."""

    def __init__(self, X, Y, batch_size=25, seed=0):
        self.batch_size = batch_size
        self.random = np.random.default_rng(seed)
        order = self.random.permutation(len(X))
        train, validate, test = np.split(order, [int(0.6 * len(X)), int(0.8 * len(X))])
        mean, spread = X[train].mean(axis=0), X[train].std(axis=0)
        standard = (X - mean) / np.where(spread > 0, spread, 1)
        self.train, self.validate, self.test = ((standard[part], Y[part]) for part in (train, validate, test))
        self.out_dim = Y.shape[1]

    def batches(self):
        """One epoch of training examples in a new order."""
        X, Y = self.train
        order = self.random.permutation(len(X))
        for start in range(0, len(X), self.batch_size):
            chosen = order[start : start + self.batch_size]
            yield X[chosen], Y[chosen]


def load_iris(path, batch_size=25, seed=0):
    """The Iris table: four measures and a class, with a line of headings."""
    table = np.loadtxt(path, delimiter=",", skiprows=1)
    labels = table[:, -1].astype(int)
    return Dataset(table[:, :-1], np.eye(labels.max() + 1)[labels], batch_size, seed)
