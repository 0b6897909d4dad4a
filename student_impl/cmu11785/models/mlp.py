"""Multilayer perceptrons: linear layers and ReLUs alternate in one list."""

from mytorch.nn.activation import ReLU
from mytorch.nn.linear import Linear


class MLP0:
    """No hidden layer: 2 inputs, 3 outputs."""

    def __init__(self, debug=False):
        """With `debug`, forward and backward keep what they compute."""
        self.layers = [Linear(2, 3), ReLU()]
        self.debug = debug

    def forward(self, A0):
        """Return A1 (N, 3) for A0 (N, 2)."""
        # BEGIN SOLUTION
        Z0 = self.layers[0].forward(A0)
        A1 = self.layers[1].forward(Z0)

        if self.debug:
            self.Z0 = Z0
            self.A1 = A1
        return A1
        # END SOLUTION

    def backward(self, dLdA1):
        """Return dLdA0 (N, 2) for dLdA1 (N, 3)."""
        # BEGIN SOLUTION
        dLdZ0 = self.layers[1].backward(dLdA1)
        dLdA0 = self.layers[0].backward(dLdZ0)

        if self.debug:
            self.dLdZ0 = dLdZ0
            self.dLdA0 = dLdA0
        return dLdA0
        # END SOLUTION


class MLP1:
    """One hidden layer: 2 inputs, 3 hidden features, 2 outputs."""

    def __init__(self, debug=False):
        """With `debug`, forward and backward keep what they compute."""
        self.layers = [Linear(2, 3), ReLU(), Linear(3, 2), ReLU()]
        self.debug = debug

    def forward(self, A0):
        """Return A2 (N, 2) for A0 (N, 2)."""
        # BEGIN SOLUTION
        Z0 = self.layers[0].forward(A0)
        A1 = self.layers[1].forward(Z0)
        Z1 = self.layers[2].forward(A1)
        A2 = self.layers[3].forward(Z1)

        if self.debug:
            self.Z0 = Z0
            self.A1 = A1
            self.Z1 = Z1
            self.A2 = A2
        return A2
        # END SOLUTION

    def backward(self, dLdA2):
        """Return dLdA0 (N, 2) for dLdA2 (N, 2)."""
        # BEGIN SOLUTION
        dLdZ1 = self.layers[3].backward(dLdA2)
        dLdA1 = self.layers[2].backward(dLdZ1)
        dLdZ0 = self.layers[1].backward(dLdA1)
        dLdA0 = self.layers[0].backward(dLdZ0)

        if self.debug:
            self.dLdZ1 = dLdZ1
            self.dLdA1 = dLdA1
            self.dLdZ0 = dLdZ0
            self.dLdA0 = dLdA0
        return dLdA0
        # END SOLUTION


class MLP4:
    """Four hidden layers."""

    def __init__(self, debug=False):
        """With `debug`, A lists the input and what each layer makes of it; dLdA the gradients in these."""
        # BEGIN SOLUTION
        self.layers = [
            Linear(2, 4),
            ReLU(),
            Linear(4, 8),
            ReLU(),
            Linear(8, 8),
            ReLU(),
            Linear(8, 4),
            ReLU(),
            Linear(4, 2),
            ReLU(),
        ]
        # END SOLUTION
        self.debug = debug

    def forward(self, A):
        """Return the output (N, 2) for A (N, 2)."""
        # BEGIN SOLUTION
        kept = [A]
        for layer in self.layers:
            A = layer.forward(A)
            kept.append(A)

        if self.debug:
            self.A = kept
        return A
        # END SOLUTION

    def backward(self, dLdA):
        """Return the gradient in the input (N, 2) for that in the output (N, 2)."""
        # BEGIN SOLUTION
        kept = [dLdA]
        for layer in reversed(self.layers):
            dLdA = layer.backward(dLdA)
            kept.insert(0, dLdA)

        if self.debug:
            self.dLdA = kept
        return dLdA
        # END SOLUTION
