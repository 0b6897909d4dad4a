"""Assignment 4, question 2: the multi-layer perceptron."""

from q1 import Layer


class MLP(Layer):
    """A chain of layers: each one's output is the next one's input."""

    def __init__(self, layers):
        super().__init__()
        self.layers = layers

    def init_weights(self):
        """Draw new parameters for every layer."""
        # BEGIN SOLUTION
        for layer in self.layers:
            layer.init_weights()
        # END SOLUTION

    def forward(self, x):
        """From the first layer to the last."""
        # BEGIN SOLUTION
        for layer in self.layers:
            x = layer.forward(x)
        return x
        # END SOLUTION

    def backward(self, output_grad):
        """From the last layer to the first; returns the gradient in the input."""
        # BEGIN SOLUTION
        for layer in reversed(self.layers):
            output_grad = layer.backward(output_grad)
        return output_grad
        # END SOLUTION

    def update(self, learning_rate):
        """One step of gradient descent in every layer."""
        # BEGIN SOLUTION
        for layer in self.layers:
            layer.update(learning_rate)
        # END SOLUTION
