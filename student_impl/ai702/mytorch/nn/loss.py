"""Loss functions (handout, section 8)."""

import numpy as np


class MSELoss:
    """Half the squared error, averaged over all N·C entries."""

    def forward(self, A, Y):
        """Return the loss, a scalar, for predictions A and targets Y, both (N, C): equations 32 to 34."""
        self.A = A
        self.Y = Y
        N, C = A.shape
        # BEGIN SOLUTION
        SE = (A - Y) ** 2
        SSE = np.sum(SE)
        return SSE / (2 * N * C)
        # END SOLUTION

    def backward(self):
        """Return dLdA (N, C): equation 35."""
        # BEGIN SOLUTION
        N, C = self.A.shape
        return (self.A - self.Y) / (N * C)
        # END SOLUTION


class CrossEntropyLoss:
    """Softmax of the logits, then cross-entropy with the target distribution, averaged over the batch.

    Attributes:
        softmax: the probabilities of the last forward pass, (N, C).
    """

    def forward(self, A, Y):
        """Return the loss, a scalar, for logits A and target rows Y, both (N, C): equations 36 to 42."""
        self.A = A
        self.Y = Y
        N = A.shape[0]
        # BEGIN SOLUTION
        # Softmax does not change when a row is shifted; with its maximum at 0 no exponential overflows.
        # The logarithm is taken of the sum alone, so a probability that underflows costs no infinity.
        shifted = A - A.max(axis=1, keepdims=True)
        exponentials = np.exp(shifted)
        total = exponentials.sum(axis=1, keepdims=True)
        self.softmax = exponentials / total
        log_softmax = shifted - np.log(total)

        crossentropy = -np.sum(Y * log_softmax, axis=1)  # (N,)
        return np.sum(crossentropy) / N
        # END SOLUTION

    def backward(self):
        """Return dLdA (N, C): equation 43.

        Each row is the gradient of its own sample's loss. The division by N follows in `Linear.backward`.
        """
        # BEGIN SOLUTION
        return self.softmax - self.Y
        # END SOLUTION
