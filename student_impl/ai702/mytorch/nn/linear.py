"""The fully connected layer (handout, section 5)."""

import numpy as np


class Linear:
    """An affine map of every row: Z = A Wᵀ + 1 bᵀ.

    Attributes:
        W: weights, (C_out, C_in).
        b: bias, (C_out, 1).
        A: input of the last forward pass, (N, C_in).
        N: its batch size.
        dLdW: gradient for W, averaged over the batch, (C_out, C_in).
        dLdb: gradient for b, averaged over the batch, (C_out, 1).
    """

    def __init__(self, in_features, out_features, debug=False):
        """Start from zero parameters; with `debug`, `backward` also keeps dZdA, dZdW and dZdb."""
        self.debug = debug
        # BEGIN SOLUTION
        self.W = np.zeros((out_features, in_features))
        self.b = np.zeros((out_features, 1))
        # END SOLUTION

    def forward(self, A):
        """Map A (N, C_in) to Z (N, C_out): equation 1."""
        # BEGIN SOLUTION
        self.A = A
        self.N = A.shape[0]
        return A @ self.W.T + self.b.T  # broadcasting copies the row bᵀ (1, C_out) to all N rows
        # END SOLUTION

    def backward(self, dLdZ):
        """Store dLdW (C_out, C_in) and dLdb (C_out, 1), return dLdA (N, C_in): equations 2 to 5.

        dLdZ is (N, C_out). The parameters' gradients are divided by N; dLdA, which the layers below still
        have to see sample by sample, is not.
        """
        # BEGIN SOLUTION
        dZdA = self.W.T  # (C_in, C_out)
        dZdW = self.A  # (N, C_in)
        dZdb = np.ones((self.N, 1), dtype=dLdZ.dtype)

        dLdA = dLdZ @ dZdA.T
        dLdW = dLdZ.T @ dZdW
        dLdb = dLdZ.T @ dZdb

        self.dLdW = dLdW / self.N
        self.dLdb = dLdb / self.N

        if self.debug:
            self.dZdA = dZdA
            self.dZdW = dZdW
            self.dZdb = dZdb

        return dLdA
        # END SOLUTION
