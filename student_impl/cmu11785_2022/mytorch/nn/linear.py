"""The linear layer."""

import numpy as np


class Linear:
    """Z = A Wᵀ + 1 bᵀ, row by row.

    W is (C_out, C_in) and b (C_out, 1); dLdW and dLdb have their shapes, and are averages over the batch.
    """

    def __init__(self, in_features, out_features, debug=False):
        """All parameters are zero at first. With `debug`, backward also keeps the three derivatives of Z."""
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
        """Return dLdA (N, C_in) for dLdZ (N, C_out), and keep dLdW and dLdb."""
        # BEGIN SOLUTION
        dZdA = self.W.T
        dZdW = self.A
        dZdb = self.ones

        dLdA = dLdZ @ dZdA.T
        self.dLdW = dLdZ.T @ dZdW / self.N
        self.dLdb = dLdZ.T @ dZdb / self.N

        if self.debug:
            self.dZdA = dZdA
            self.dZdW = dZdW
            self.dZdb = dZdb
        return dLdA
        # END SOLUTION
