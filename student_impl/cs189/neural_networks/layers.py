"""Layers: fully connected, convolution and pooling. Images are (batch, height, width, channels)."""

from abc import ABC, abstractmethod
from collections import OrderedDict

import numpy as np

from neural_networks.activations import initialize_activation
from neural_networks.weights import initialize_weights


class Layer(ABC):
    """A layer's parameters, their gradients, and what its forward pass keeps for its backward pass."""

    def __init__(self):
        self.activation = None
        self.n_in = None
        self.n_out = None
        self.parameters = OrderedDict()
        self.gradients = OrderedDict()
        self.cache = OrderedDict()

    @abstractmethod
    def forward(self, X):
        """The layer's output."""

    @abstractmethod
    def backward(self, dLdY):
        """The gradient of the loss in the layer's input; those of its parameters go to `gradients`."""

    def clear_gradients(self):
        """Forget what the last passes left behind."""
        self.cache = OrderedDict((name, []) for name in self.cache)
        self.gradients = OrderedDict((name, np.zeros_like(value)) for name, value in self.parameters.items())


def initialize_layer(name, **options):
    """The layer of this name; options that are None fall back to the layer's own."""
    names = {"fully_connected": FullyConnected, "conv2d": Conv2D, "pool2d": Pool2D}
    if name not in names:
        raise ValueError(f"no layer is called {name!r}: choose from {', '.join(names)}")
    return names[name](**{key: value for key, value in options.items() if value is not None})


class FullyConnected(Layer):
    """activation(X W + b), for X (batch, n_in), W (n_in, n_out) and b (1, n_out)."""

    def __init__(self, n_out, activation, weight_init="xavier_uniform"):
        super().__init__()
        self.n_out = n_out
        self.activation = initialize_activation(activation)
        self.init_weights = initialize_weights(weight_init)

    def _init_parameters(self, X_shape):
        """Draw W, start b at zero, and make room for their gradients."""
        # BEGIN SOLUTION
        self.n_in = X_shape[1]
        W = self.init_weights((self.n_in, self.n_out))
        b = np.zeros((1, self.n_out))
        self.parameters = OrderedDict(W=W, b=b)
        self.gradients = OrderedDict(W=np.zeros_like(W), b=np.zeros_like(b))
        self.cache = OrderedDict(X=[], Z=[])
        # END SOLUTION

    def forward(self, X):
        if self.n_in is None:
            self._init_parameters(X.shape)
        # BEGIN SOLUTION
        Z = X @ self.parameters["W"] + self.parameters["b"]
        self.cache["X"] = X
        self.cache["Z"] = Z
        return self.activation(Z)
        # END SOLUTION

    def backward(self, dLdY):
        # BEGIN SOLUTION
        X, Z = self.cache["X"], self.cache["Z"]
        dZ = self.activation.backward(Z, dLdY)
        self.gradients["W"] = X.T @ dZ
        self.gradients["b"] = dZ.sum(axis=0, keepdims=True)
        return dZ @ self.parameters["W"].T
        # END SOLUTION


def windows(X, kernel_shape, stride):
    """A view of all windows: (batch, rows, columns, channels, kernel height, kernel width)."""
    return np.lib.stride_tricks.sliding_window_view(X, kernel_shape, axis=(1, 2))[:, ::stride, ::stride]


class Conv2D(Layer):
    """activation(X * W + b), a cross-correlation with W (kernel height, kernel width, n_in, n_out) and b (1, n_out)."""

    def __init__(self, n_out, kernel_shape, activation, stride=1, pad="same", weight_init="xavier_uniform"):
        super().__init__()
        self.n_out = n_out
        self.kernel_shape = tuple(kernel_shape)
        self.activation = initialize_activation(activation)
        self.stride = stride
        self.pad = pad
        self.init_weights = initialize_weights(weight_init)

    def _init_parameters(self, X_shape):
        """Draw the filters, start b at zero, and make room for their gradients."""
        # BEGIN SOLUTION
        self.n_in = X_shape[3]
        W = self.init_weights((*self.kernel_shape, self.n_in, self.n_out))
        b = np.zeros((1, self.n_out))
        self.parameters = OrderedDict(W=W, b=b)
        self.gradients = OrderedDict(W=np.zeros_like(W), b=np.zeros_like(b))
        self.cache = OrderedDict(X=[], Z=[])
        # END SOLUTION

    def padding(self):
        """Rows above and below, columns left and right."""
        if self.pad == "same":
            return tuple((size - 1) // 2 for size in self.kernel_shape)
        if self.pad == "valid":
            return 0, 0
        return self.pad, self.pad

    def forward(self, X):
        if self.n_in is None:
            self._init_parameters(X.shape)
        # BEGIN SOLUTION
        rows, columns = self.padding()
        padded = np.pad(X, ((0, 0), (rows, rows), (columns, columns), (0, 0)))
        patches = windows(padded, self.kernel_shape, self.stride)
        Z = np.einsum("brcnij,ijnf->brcf", patches, self.parameters["W"], optimize=True) + self.parameters["b"][0]
        self.cache["X"] = X
        self.cache["Z"] = Z
        return self.activation(Z)
        # END SOLUTION

    def backward(self, dLdY):
        # BEGIN SOLUTION
        X, Z, W = self.cache["X"], self.cache["Z"], self.parameters["W"]
        rows, columns = self.padding()
        padded = np.pad(X, ((0, 0), (rows, rows), (columns, columns), (0, 0)))
        patches = windows(padded, self.kernel_shape, self.stride)
        dZ = self.activation.backward(Z, dLdY)
        self.gradients["W"] = np.einsum("brcnij,brcf->ijnf", patches, dZ, optimize=True)
        self.gradients["b"] = dZ.sum(axis=(0, 1, 2))[None]
        # Each place of the kernel sends its share of dZ back to the pixels that it was laid upon.
        dX = np.zeros(padded.shape, dtype=dZ.dtype)
        _, height, width, _ = dZ.shape
        for i in range(W.shape[0]):
            for j in range(W.shape[1]):
                seen = dX[:, i : i + self.stride * height : self.stride, j : j + self.stride * width : self.stride]
                seen += dZ @ W[i, j].T
        return dX[:, rows : rows + X.shape[1], columns : columns + X.shape[2]]
        # END SOLUTION


class Pool2D(Layer):
    """The maximum or the average of each window, in each channel."""

    def __init__(self, kernel_shape, mode="max", stride=1, pad=0):
        super().__init__()
        self.kernel_shape = tuple(kernel_shape)
        self.mode = mode
        self.stride = stride
        self.pad = pad

    def padded(self, X):
        """X with a frame that no maximum is taken from."""
        fill = -np.inf if self.mode == "max" else 0
        frame = ((0, 0), (self.pad, self.pad), (self.pad, self.pad), (0, 0))
        return np.pad(X, frame, constant_values=fill) if self.pad else X

    def forward(self, X):
        # BEGIN SOLUTION
        patches = windows(self.padded(X), self.kernel_shape, self.stride)
        self.cache["X"] = X
        return patches.max(axis=(4, 5)) if self.mode == "max" else patches.mean(axis=(4, 5))
        # END SOLUTION

    def backward(self, dLdY):
        # BEGIN SOLUTION
        X = self.cache["X"]
        padded = self.padded(X)
        patches = windows(padded, self.kernel_shape, self.stride)
        height, width = self.kernel_shape
        flat = patches.reshape(*patches.shape[:4], height * width)
        winners = flat.argmax(axis=-1)  # the first one of equals
        dX = np.zeros(padded.shape, dtype=dLdY.dtype)
        step, (rows, columns) = self.stride, dLdY.shape[1:3]
        for i in range(height):
            for j in range(width):
                share = winners == i * width + j if self.mode == "max" else 1 / (height * width)
                dX[:, i : i + step * rows : step, j : j + step * columns : step] += share * dLdY
        return dX[:, self.pad : self.pad + X.shape[1], self.pad : self.pad + X.shape[2]]
        # END SOLUTION
