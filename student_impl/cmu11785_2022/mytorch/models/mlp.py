"""Multilayer perceptrons: linear layers in `layers`, their activations in `f`."""

from mytorch.nn.activation import ReLU
from mytorch.nn.linear import Linear


class MLP0:
    """No hidden layer: 2 inputs, 3 outputs."""

    def __init__(self, debug=False):
        """With `debug`, forward and backward keep what they compute."""
        self.layers = [Linear(2, 3)]
        self.f = [ReLU()]
        self.debug = debug

    def forward(self, A0):
        """Return A1 (N, 3) for A0 (N, 2)."""
        # BEGIN SOLUTION
        Z0 = self.layers[0].forward(A0)
        A1 = self.f[0].forward(Z0)

        if self.debug:
            self.Z0 = Z0
            self.A1 = A1
        return A1
        # END SOLUTION

    def backward(self, dLdA1):
        """Leave the gradients for dLdA1 (N, 3) in the layer."""
        # BEGIN SOLUTION
        dA1dZ0 = self.f[0].backward()
        dLdZ0 = dLdA1 * dA1dZ0
        dLdA0 = self.layers[0].backward(dLdZ0)

        if self.debug:
            self.dA1dZ0 = dA1dZ0
            self.dLdZ0 = dLdZ0
            self.dLdA0 = dLdA0
        # END SOLUTION


class MLP1:
    """One hidden layer: 2 inputs, 3 hidden features, 2 outputs."""

    def __init__(self, debug=False):
        """With `debug`, forward and backward keep what they compute."""
        self.layers = [Linear(2, 3), Linear(3, 2)]
        self.f = [ReLU(), ReLU()]
        self.debug = debug

    def forward(self, A0):
        """Return A2 (N, 2) for A0 (N, 2)."""
        # BEGIN SOLUTION
        Z0 = self.layers[0].forward(A0)
        A1 = self.f[0].forward(Z0)
        Z1 = self.layers[1].forward(A1)
        A2 = self.f[1].forward(Z1)

        if self.debug:
            self.Z0 = Z0
            self.A1 = A1
            self.Z1 = Z1
            self.A2 = A2
        return A2
        # END SOLUTION

    def backward(self, dLdA2):
        """Leave the gradients for dLdA2 (N, 2) in the layers."""
        # BEGIN SOLUTION
        dA2dZ1 = self.f[1].backward()
        dLdZ1 = dLdA2 * dA2dZ1
        dLdA1 = self.layers[1].backward(dLdZ1)

        dA1dZ0 = self.f[0].backward()
        dLdZ0 = dLdA1 * dA1dZ0
        dLdA0 = self.layers[0].backward(dLdZ0)

        if self.debug:
            self.dA2dZ1 = dA2dZ1
            self.dLdZ1 = dLdZ1
            self.dLdA1 = dLdA1
            self.dA1dZ0 = dA1dZ0
            self.dLdZ0 = dLdZ0
            self.dLdA0 = dLdA0
        # END SOLUTION


class MLP4:
    """Four hidden layers."""

    def __init__(self, debug=False):
        """With `debug`, lists keep it, the first layer's entry first; A and dLdA have one more than the others."""
        # BEGIN SOLUTION
        self.layers = [Linear(2, 4), Linear(4, 8), Linear(8, 8), Linear(8, 4), Linear(4, 2)]
        self.f = [ReLU() for _ in self.layers]
        # END SOLUTION
        self.debug = debug

    def forward(self, A):
        """Return the output (N, 2) for A (N, 2)."""
        # BEGIN SOLUTION
        if self.debug:
            self.Z, self.A = [], [A]

        for i in range(len(self.layers)):
            Z = self.layers[i].forward(A)
            A = self.f[i].forward(Z)

            if self.debug:
                self.Z.append(Z)
                self.A.append(A)
        return A
        # END SOLUTION

    def backward(self, dLdA):
        """Leave the gradients for dLdA (N, 2) in the layers."""
        # BEGIN SOLUTION
        if self.debug:
            self.dAdZ, self.dLdZ, self.dLdA = [], [], [dLdA]

        for i in reversed(range(len(self.layers))):
            dAdZ = self.f[i].backward()
            dLdZ = dLdA * dAdZ
            dLdA = self.layers[i].backward(dLdZ)

            if self.debug:
                self.dAdZ.insert(0, dAdZ)
                self.dLdZ.insert(0, dLdZ)
                self.dLdA.insert(0, dLdA)
        # END SOLUTION
