"""Assignment 4, question 1: the building blocks. Inputs are batches, one example in each row."""

import numpy as np


class Layer:
    """What all building blocks have in common."""

    def __init__(self):
        self.inputs = None

    def __call__(self, *inputs):
        """layer(x) is layer.forward(x)."""
        return self.forward(*inputs)

    def init_weights(self):
        """Draw new parameters; a layer without parameters has nothing to do."""

    def forward(self, x):
        """The layer's output."""
        raise NotImplementedError

    def backward(self, output_grad):
        """From the loss' gradient in the output to its gradient in the input."""
        raise NotImplementedError

    def update(self, learning_rate):
        """One step of gradient descent; a layer without parameters has nothing to do."""


class Dense(Layer):
    """Fully-connected layer: x W^T + b."""

    def __init__(self, input_size, output_size):
        super().__init__()
        self.input_size = input_size
        self.output_size = output_size
        self.weights = None
        self.bias = None
        self.weights_grad = None
        self.bias_grad = None
        self.init_weights()

    def init_weights(self):
        """Xavier: uniform between plus and minus sqrt(6 / (d + m)); the bias is zero."""
        # BEGIN SOLUTION
        bound = np.sqrt(6 / (self.input_size + self.output_size))
        self.weights = np.random.uniform(-bound, bound, (self.output_size, self.input_size))
        self.bias = np.zeros((1, self.output_size))
        # END SOLUTION

    def forward(self, x):
        """(n, d) to (n, m)."""
        # BEGIN SOLUTION
        if x.ndim != 2 or x.shape[1] != self.input_size:
            raise ValueError(f"x has shape {x.shape}, but should be (n, {self.input_size})")
        self.inputs = x
        return x @ self.weights.T + self.bias
        # END SOLUTION

    def backward(self, output_grad):
        """Keeps the gradients in weights and bias, summed over the batch; returns the one in x, (n, d)."""
        # BEGIN SOLUTION
        wanted = (len(self.inputs), self.output_size)
        if output_grad.shape != wanted:
            raise ValueError(f"output_grad has shape {output_grad.shape}, but should be {wanted}")
        self.weights_grad = output_grad.T @ self.inputs
        self.bias_grad = output_grad.sum(axis=0, keepdims=True)
        return output_grad @ self.weights
        # END SOLUTION

    def update(self, learning_rate):
        """One step of gradient descent."""
        # BEGIN SOLUTION
        self.weights = self.weights - learning_rate * self.weights_grad
        self.bias = self.bias - learning_rate * self.bias_grad
        # END SOLUTION


class SoftmaxLayer(Layer):
    """exp(x_j) / sum_k exp(x_k), for each row."""

    def forward(self, x):
        """(n, c) to (n, c); every row of the output adds up to 1."""
        # BEGIN SOLUTION
        powers = np.exp(x - x.max(axis=1, keepdims=True))  # the largest becomes exp(0): nothing overflows
        self.outputs = powers / powers.sum(axis=1, keepdims=True)
        return self.outputs
        # END SOLUTION

    def backward(self, output_grad):
        """Each row is multiplied by its Jacobian diag(s) - s s^T."""
        # BEGIN SOLUTION
        common = (output_grad * self.outputs).sum(axis=1, keepdims=True)
        return self.outputs * (output_grad - common)
        # END SOLUTION


class TanhLayer(Layer):
    """(exp(x) - exp(-x)) / (exp(x) + exp(-x)), elementwise."""

    def forward(self, x):
        """Any shape to the same shape."""
        # BEGIN SOLUTION
        # Multiplied by exp(-|x|) above and below, so that no power overflows.
        small = np.exp(-2 * np.abs(x))
        self.outputs = np.sign(x) * (1 - small) / (1 + small)
        return self.outputs
        # END SOLUTION

    def backward(self, output_grad):
        """tanh' is 1 - tanh^2."""
        # BEGIN SOLUTION
        return output_grad * (1 - self.outputs**2)
        # END SOLUTION


class ReLULayer(Layer):
    """max(x, 0), elementwise."""

    def forward(self, x):
        """Any shape to the same shape."""
        # BEGIN SOLUTION
        self.inputs = x
        return np.maximum(x, 0)
        # END SOLUTION

    def backward(self, output_grad):
        """The gradient passes where x is positive."""
        # BEGIN SOLUTION
        return output_grad * (self.inputs > 0)
        # END SOLUTION


class CrossEntropyLossLayer(Layer):
    """The average over the batch of -log p of the right class."""

    def forward(self, prediction, target):
        """Probabilities (n, c) and the numbers of the right classes (n,) to one number."""
        # BEGIN SOLUTION
        self.prediction = np.maximum(prediction, np.finfo(np.float64).tiny)  # log(0) is -inf
        self.rows = np.arange(len(target))
        self.target = target
        return -np.log(self.prediction[self.rows, target]).mean()
        # END SOLUTION

    def backward(self, output_grad):
        """The gradient in the probabilities, (n, c), times output_grad (1 for the loss itself)."""
        # BEGIN SOLUTION
        gradient = np.zeros(self.prediction.shape)
        gradient[self.rows, self.target] = -1 / (len(self.rows) * self.prediction[self.rows, self.target])
        return output_grad * gradient
        # END SOLUTION
