import numpy as np


class Embedding:
    def __init__(self, words, width):
        self.W = np.random.randn(words, width)

    def forward(self, ids):
        # BEGIN SOLUTION
        self.ids = ids
        return self.W[ids]
        # END SOLUTION

    def backward(self, dout):
        # BEGIN SOLUTION
        self.dW = np.zeros_like(self.W)
        np.add.at(self.dW, self.ids, dout)
        # END SOLUTION


class Linear:
    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_in, n_out) / np.sqrt(n_in)
        self.b = np.zeros(n_out)

    def forward(self, x):
        # BEGIN SOLUTION
        self.x = x
        return x @ self.W + self.b
        # END SOLUTION

    def backward(self, dout):
        # BEGIN SOLUTION
        self.dW = self.x.T @ dout
        self.db = dout.sum(axis=0)
        return dout @ self.W.T
        # END SOLUTION


class ReLU:
    def forward(self, x):
        # BEGIN SOLUTION
        self.positive = x > 0
        return x * self.positive
        # END SOLUTION

    def backward(self, dout):
        # BEGIN SOLUTION
        return dout * self.positive
        # END SOLUTION


class Dropout:
    def __init__(self, p):
        self.p = p

    def forward(self, x, training=True):
        # BEGIN SOLUTION
        self.mask = np.ones(x.shape)
        if training:
            self.mask = (np.random.random(x.shape) >= self.p) / (1 - self.p)
        return x * self.mask
        # END SOLUTION

    def backward(self, dout):
        # BEGIN SOLUTION
        return dout * self.mask
        # END SOLUTION
