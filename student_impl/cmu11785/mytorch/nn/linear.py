"""The linear layer."""

import numpy as np


class Linear:
    """Z = A Wᵀ + 1 bᵀ, row by row.

    W is (C_out, C_in) and b (C_out, 1); dLdW and dLdb have their shapes.
    """

    def __init__(self, in_features, out_features, debug=False):
        """All parameters are zero at first. With `debug`, backward also keeps dLdA."""
        self.W = np.zeros((out_features, in_features))
        self.b = np.zeros((out_features, 1))
        self.debug = debug

    def forward(self, A):
        """Return Z (N, C_out) for A (N, C_in)."""
        # BEGIN SOLUTION
        self.A = A
        self.N = A.shape[0]
        self.ones = np.ones((self.N, 1), dtype=A.dtype)
        return A @ self.W.T + self.ones @ self.b.T
        # END SOLUTION

    def backward(self, dLdZ):
        """Return dLdA (N, C_in) for dLdZ (N, C_out), and keep dLdW and dLdb: sums over the batch."""
        # BEGIN SOLUTION
        dLdA = dLdZ @ self.W
        self.dLdW = dLdZ.T @ self.A
        self.dLdb = dLdZ.T @ self.ones

        if self.debug:
            self.dLdA = dLdA
        return dLdA
        # END SOLUTION
