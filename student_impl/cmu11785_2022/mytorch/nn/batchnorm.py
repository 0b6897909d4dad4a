"""Batch normalization (Ioffe and Szegedy, 2015)."""

import numpy as np


class BatchNorm1d:
    """Normalizes every feature over the batch, then scales by BW and shifts by Bb, both (1, C)."""

    def __init__(self, num_features, alpha=0.9):
        """`alpha` is the share of the past in the running averages."""
        self.alpha = alpha
        self.eps = 1e-8

        self.BW = np.ones((1, num_features))
        self.Bb = np.zeros((1, num_features))
        self.dLdBW = np.zeros((1, num_features))
        self.dLdBb = np.zeros((1, num_features))

        self.running_M = np.zeros((1, num_features))
        self.running_V = np.ones((1, num_features))

    def forward(self, Z, eval=False):
        """Return BZ (N, C) for Z (N, C).

        In training, by the statistics of the batch, which go into running_M and running_V; with eval=True, by these.
        """
        # BEGIN SOLUTION
        if eval:
            NZ = (Z - self.running_M) / np.sqrt(self.running_V + self.eps)
            return self.BW * NZ + self.Bb

        self.Z = Z
        self.N = Z.shape[0]
        self.M = np.mean(Z, axis=0, keepdims=True)
        self.V = np.var(Z, axis=0, keepdims=True)
        self.NZ = (Z - self.M) / np.sqrt(self.V + self.eps)
        self.BZ = self.BW * self.NZ + self.Bb

        self.running_M = self.alpha * self.running_M + (1 - self.alpha) * self.M
        self.running_V = self.alpha * self.running_V + (1 - self.alpha) * self.V
        return self.BZ
        # END SOLUTION

    def backward(self, dLdBZ):
        """Return dLdZ (N, C) for dLdBZ (N, C), and keep dLdBW and dLdBb (1, C)."""
        # BEGIN SOLUTION
        self.dLdBW = np.sum(dLdBZ * self.NZ, axis=0, keepdims=True)
        self.dLdBb = np.sum(dLdBZ, axis=0, keepdims=True)

        centred = self.Z - self.M
        inverse = 1 / np.sqrt(self.V + self.eps)
        dLdNZ = dLdBZ * self.BW
        dLdV = -0.5 * np.sum(dLdNZ * centred, axis=0, keepdims=True) * inverse**3
        dLdM = -np.sum(dLdNZ, axis=0, keepdims=True) * inverse
        return dLdNZ * inverse + dLdV * 2 * centred / self.N + dLdM / self.N
        # END SOLUTION
