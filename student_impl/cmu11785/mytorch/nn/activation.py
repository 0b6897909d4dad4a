"""Activation functions: forward(Z) gives A, backward(dLdA) gives dLdZ. All but Softmax work on each entry alone."""

import numpy as np
import scipy.special


class Identity:
    """A = Z."""

    def forward(self, Z):
        """Return Z as it is."""
        self.A = Z
        return self.A

    def backward(self, dLdA):
        """Return dLdA as it is: the derivative is 1 everywhere."""
        dAdZ = np.ones(self.A.shape)
        return dLdA * dAdZ


class Sigmoid:
    """The logistic function."""

    def forward(self, Z):
        """Return A = 1 / (1 + e^-Z)."""
        # BEGIN SOLUTION
        self.A = 1 / (1 + np.exp(-Z))
        return self.A
        # END SOLUTION

    def backward(self, dLdA):
        """Return dLdZ, from A alone."""
        # BEGIN SOLUTION
        dAdZ = self.A - self.A * self.A
        return dLdA * dAdZ
        # END SOLUTION


class Tanh:
    """The hyperbolic tangent, without np.tanh."""

    def forward(self, Z):
        """Return A = (e^Z - e^-Z) / (e^Z + e^-Z)."""
        # BEGIN SOLUTION
        # Numerator and denominator are both divided by e^|Z|, so that nothing overflows.
        decay = np.exp(-2 * np.abs(Z))
        self.A = np.sign(Z) * (1 - decay) / (1 + decay)
        return self.A
        # END SOLUTION

    def backward(self, dLdA):
        """Return dLdZ, from A alone."""
        # BEGIN SOLUTION
        dAdZ = 1 - self.A * self.A
        return dLdA * dAdZ
        # END SOLUTION


class ReLU:
    """The rectifier."""

    def forward(self, Z):
        """Return A: Z where it is positive, else 0."""
        # BEGIN SOLUTION
        self.A = np.maximum(0, Z)
        return self.A
        # END SOLUTION

    def backward(self, dLdA):
        """Return dLdZ: dLdA where A is positive, else 0."""
        # BEGIN SOLUTION
        return np.where(self.A > 0, dLdA, 0)
        # END SOLUTION


class GELU:
    """Z times the normal distribution's Φ(Z)."""

    def forward(self, Z):
        """Return A = Z (1 + erf(Z / √2)) / 2."""
        # BEGIN SOLUTION
        self.Z = Z
        self.cdf = (1 + scipy.special.erf(Z / np.sqrt(2))) / 2
        self.A = Z * self.cdf
        return self.A
        # END SOLUTION

    def backward(self, dLdA):
        """Return dLdZ: both factors of A depend on Z."""
        # BEGIN SOLUTION
        density = np.exp(-(self.Z**2) / 2) / np.sqrt(2 * np.pi)
        return dLdA * (self.cdf + self.Z * density)
        # END SOLUTION


class Swish:
    """Z times the sigmoid of βZ, where β can be learned."""

    # BEGIN SOLUTION
    def __init__(self, beta=1.0):
        self.beta = beta

    def forward(self, Z):
        self.Z = Z
        self.gate = 1 / (1 + np.exp(-self.beta * Z))
        self.A = Z * self.gate
        return self.A

    def backward(self, dLdA):
        slope = self.gate * (1 - self.gate)
        self.dLdbeta = np.sum(dLdA * self.Z**2 * slope)
        return dLdA * (self.gate + self.beta * self.Z * slope)
        # END SOLUTION


class Softmax:
    """Turns each row into probabilities."""

    def forward(self, Z):
        """Return A (N, C) for Z (N, C), without overflow for large Z."""
        # BEGIN SOLUTION
        # A row that is shifted has the same softmax; with its maximum at 0 no exponential overflows.
        exponentials = np.exp(Z - np.max(Z, axis=1, keepdims=True))
        self.A = exponentials / np.sum(exponentials, axis=1, keepdims=True)
        return self.A
        # END SOLUTION

    def backward(self, dLdA):
        """Return dLdZ (N, C): every row of dLdA times the Jacobian of its row."""
        N, C = dLdA.shape
        dLdZ = np.zeros((N, C))

        for i in range(N):
            # BEGIN SOLUTION
            a = self.A[i]
            J = np.zeros((C, C))
            for m in range(C):
                for n in range(C):
                    J[m, n] = a[m] * (1 - a[m]) if m == n else -a[m] * a[n]
            dLdZ[i] = dLdA[i] @ J
            # END SOLUTION

        return dLdZ
