"""Stochastic gradient descent."""

import numpy as np


class SGD:
    """Gradient descent for the linear layers of a model, with or without momentum.

    v_W and v_b are the velocities of each layer's W and b.
    """

    def __init__(self, model, lr=0.1, momentum=0):
        """Velocities are zero at first."""
        self.l = model.layers
        self.L = len(model.layers)
        self.lr = lr
        self.mu = momentum
        self.v_W = [np.zeros(self.l[i].W.shape) for i in range(self.L)]
        self.v_b = [np.zeros(self.l[i].b.shape) for i in range(self.L)]

    def step(self):
        """Move every W and b once."""
        for i in range(self.L):
            # BEGIN SOLUTION
            layer = self.l[i]
            if self.mu == 0:
                layer.W = layer.W - self.lr * layer.dLdW
                layer.b = layer.b - self.lr * layer.dLdb
            else:
                self.v_W[i] = self.mu * self.v_W[i] + layer.dLdW
                self.v_b[i] = self.mu * self.v_b[i] + layer.dLdb
                layer.W = layer.W - self.lr * self.v_W[i]
                layer.b = layer.b - self.lr * self.v_b[i]
            # END SOLUTION
