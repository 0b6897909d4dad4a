"""Batch normalization (handout, section 10; Ioffe and Szegedy, 2015)."""

import numpy as np


class BatchNorm1d:
    """Normalizes every feature over the batch, then scales and shifts it.

    Attributes:
        BW, Bb: scale γ and shift β, (1, C).
        dLdBW, dLdBb: their gradients, summed over the batch, (1, C).
        running_M, running_V: averages of the batches' means and variances, used for inference, (1, C).
        NZ, BZ: normalized input and output of the last forward pass, (N, C).
        Z, N: the last training batch, (N, C), and its size.
        M, V: its mean and biased variance, (1, C).
    """

    def __init__(self, num_features, alpha=0.9):
        """Scale by 1 and shift by 0 at first; `alpha` is the weight of the past in the running averages."""
        self.alpha = alpha
        self.eps = 1e-8

        self.BW = np.ones((1, num_features))
        self.Bb = np.zeros((1, num_features))
        self.dLdBW = np.zeros((1, num_features))
        self.dLdBb = np.zeros((1, num_features))

        self.running_M = np.zeros((1, num_features))
        self.running_V = np.ones((1, num_features))

    def forward(self, Z, eval=False):
        """Map Z (N, C) to BZ (N, C).

        Training uses the batch's own statistics and updates the running ones: equations 50 to 55.
        Inference (`eval=True`) uses the running ones and changes none: equations 56 and 57.
        """
        # BEGIN SOLUTION
        if eval:
            self.NZ = (Z - self.running_M) / np.sqrt(self.running_V + self.eps)
        else:
            self.Z = Z
            self.N = Z.shape[0]
            self.M = np.mean(Z, axis=0, keepdims=True)
            self.V = np.var(Z, axis=0, keepdims=True)
            self.NZ = (Z - self.M) / np.sqrt(self.V + self.eps)

            self.running_M = self.alpha * self.running_M + (1 - self.alpha) * self.M
            self.running_V = self.alpha * self.running_V + (1 - self.alpha) * self.V

        self.BZ = self.BW * self.NZ + self.Bb
        return self.BZ
        # END SOLUTION

    def backward(self, dLdBZ):
        """Store dLdBW and dLdBb (1, C), return dLdZ (N, C) for dLdBZ (N, C): equations 58 to 66.

        This is the gradient of the training pass, where the batch's mean and variance depend on Z too.
        """
        # BEGIN SOLUTION
        self.dLdBb = np.sum(dLdBZ, axis=0, keepdims=True)
        self.dLdBW = np.sum(dLdBZ * self.NZ, axis=0, keepdims=True)

        deviation = self.Z - self.M
        inverse_std = 1 / np.sqrt(self.V + self.eps)

        dLdNZ = dLdBZ * self.BW
        dLdV = -0.5 * np.sum(dLdNZ * deviation, axis=0, keepdims=True) * inverse_std**3
        # The second term of equation 64 is left out: the deviations from a mean add up to 0.
        dLdM = -np.sum(dLdNZ, axis=0, keepdims=True) * inverse_std

        return dLdNZ * inverse_std + dLdV * (2 / self.N) * deviation + dLdM / self.N
        # END SOLUTION
