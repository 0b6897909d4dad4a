"""Elementwise activation functions (handout, section 6).

Each keeps its output A, because each derivative can be written in terms of A alone. `backward` returns
that derivative, dA/dZ, and leaves the product with the upstream gradient to the model.
"""

import numpy as np


class Identity:
    """No activation: A = Z."""

    def forward(self, Z):
        """Return Z (N, C) as it is."""
        self.A = Z
        return self.A

    def backward(self):
        """Return dAdZ (N, C), which is 1 everywhere."""
        return np.ones_like(self.A)


class Sigmoid:
    """The logistic function, from 0 to 1."""

    def forward(self, Z):
        """Return A (N, C): equation 8."""
        # BEGIN SOLUTION
        # e^-|Z| cannot overflow. For negative Z, equation 8 is multiplied by e^Z above and below.
        decay = np.exp(-np.abs(Z))
        self.A = np.where(Z >= 0, 1, decay) / (1 + decay)
        return self.A
        # END SOLUTION

    def backward(self):
        """Return dAdZ (N, C): equation 11."""
        # BEGIN SOLUTION
        return self.A - self.A * self.A
        # END SOLUTION


class Tanh:
    """The hyperbolic tangent, from -1 to 1."""

    def forward(self, Z):
        """Return A (N, C): equation 13."""
        # BEGIN SOLUTION
        self.A = np.tanh(Z)  # the quotient of equation 14 would be inf / inf for large Z
        return self.A
        # END SOLUTION

    def backward(self):
        """Return dAdZ (N, C): equation 16."""
        # BEGIN SOLUTION
        return 1 - self.A * self.A
        # END SOLUTION


class ReLU:
    """The rectifier: positive values pass, others become 0."""

    def forward(self, Z):
        """Return A (N, C): equation 18."""
        # BEGIN SOLUTION
        self.A = np.maximum(Z, 0)
        return self.A
        # END SOLUTION

    def backward(self):
        """Return dAdZ (N, C): equation 20."""
        # BEGIN SOLUTION
        return (self.A > 0).astype(self.A.dtype)  # 0 at the kink
        # END SOLUTION
