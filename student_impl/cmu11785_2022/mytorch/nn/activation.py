"""Activation functions: forward(Z) gives A, backward() its derivative dAdZ, entry by entry."""

import numpy as np


class Identity:
    """A = Z."""

    def forward(self, Z):
        """Return Z as it is."""
        self.A = Z
        return self.A

    def backward(self):
        """Return ones of Z's shape."""
        return np.ones(self.A.shape)


class Sigmoid:
    """The logistic function."""

    def forward(self, Z):
        """Return A = 1 / (1 + e^-Z)."""
        # BEGIN SOLUTION
        self.A = 1 / (1 + np.exp(-Z))
        return self.A
        # END SOLUTION

    def backward(self):
        """Return dAdZ, from A alone."""
        # BEGIN SOLUTION
        return self.A - self.A * self.A
        # END SOLUTION


class Tanh:
    """The hyperbolic tangent."""

    def forward(self, Z):
        """Return A = tanh(Z)."""
        # BEGIN SOLUTION
        self.A = np.tanh(Z)
        return self.A
        # END SOLUTION

    def backward(self):
        """Return dAdZ, from A alone."""
        # BEGIN SOLUTION
        return 1 - self.A * self.A
        # END SOLUTION


class ReLU:
    """The rectifier."""

    def forward(self, Z):
        """Return A: Z where it is positive, else 0."""
        # BEGIN SOLUTION
        self.A = np.maximum(0, Z)
        return self.A
        # END SOLUTION

    def backward(self):
        """Return dAdZ: 1 where A is positive, else 0."""
        # BEGIN SOLUTION
        return np.where(self.A > 0, 1.0, 0.0)
        # END SOLUTION
