"""Stochastic gradient descent (handout, section 9)."""

import numpy as np


class SGD:
    """Gradient descent on the linear layers of a model, with momentum if asked for.

    Attributes:
        l, L: the model's layers, and how many there are.
        lr, mu: learning rate λ and momentum μ.
        v_W, v_b: one velocity per layer, shaped as its W (C_out, C_in) and b (C_out, 1).
    """

    def __init__(self, model, lr=0.1, momentum=0):
        """Start with every velocity at zero."""
        self.l = model.layers
        self.L = len(self.l)
        self.lr = lr
        self.mu = momentum
        self.v_W = [np.zeros(layer.W.shape) for layer in self.l]
        self.v_b = [np.zeros(layer.b.shape) for layer in self.l]

    def step(self):
        """Move every W and b once: equations 44 and 45, or 46 to 49 with momentum."""
        # BEGIN SOLUTION
        # New arrays, not `-=`: whoever still holds the old parameters keeps what they had.
        for i, layer in enumerate(self.l):
            if self.mu == 0:
                layer.W = layer.W - self.lr * layer.dLdW
                layer.b = layer.b - self.lr * layer.dLdb
            else:
                self.v_W[i] = self.mu * self.v_W[i] + layer.dLdW
                self.v_b[i] = self.mu * self.v_b[i] + layer.dLdb
                layer.W = layer.W - self.lr * self.v_W[i]
                layer.b = layer.b - self.lr * self.v_b[i]
        # END SOLUTION
