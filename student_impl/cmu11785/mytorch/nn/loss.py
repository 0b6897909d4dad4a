"""Loss functions: forward(A, Y) gives a number, backward() its gradient dLdA."""

import numpy as np


class MSELoss:
    """The squared error, averaged over all N·C entries."""

    def forward(self, A, Y):
        """Return the loss of predictions A (N, C) for targets Y (N, C)."""
        self.A = A
        self.Y = Y
        # BEGIN SOLUTION
        self.N, self.C = A.shape
        SE = (A - Y) * (A - Y)
        SSE = np.sum(SE)
        return SSE / (self.N * self.C)
        # END SOLUTION

    def backward(self):
        """Return dLdA (N, C)."""
        # BEGIN SOLUTION
        return 2 * (self.A - self.Y) / (self.N * self.C)
        # END SOLUTION


class CrossEntropyLoss:
    """Softmax, then cross-entropy, averaged over the batch."""

    def forward(self, A, Y):
        """Return the loss of logits A (N, C) for distributions Y (N, C); keep `softmax` (N, C)."""
        self.A = A
        self.Y = Y
        # BEGIN SOLUTION
        self.N = A.shape[0]
        shifted = A - np.max(A, axis=1, keepdims=True)
        exponentials = np.exp(shifted)
        total = np.sum(exponentials, axis=1, keepdims=True)
        self.softmax = exponentials / total
        crossentropy = -np.sum(Y * (shifted - np.log(total)), axis=1)
        return np.sum(crossentropy) / self.N
        # END SOLUTION

    def backward(self):
        """Return dLdA (N, C)."""
        # BEGIN SOLUTION
        return (self.softmax - self.Y) / self.N
        # END SOLUTION
