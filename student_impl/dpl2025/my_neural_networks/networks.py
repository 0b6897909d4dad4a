"""Feedforward networks with ReLU in the hidden layers, softmax at the end, and the cross-entropy loss."""

import math
from itertools import pairwise

import torch

from .activations import cross_entropy, relu, stable_softmax


class AutogradNeuralNetwork:
    """Only the forward pass is written down; PyTorch's autograd finds the gradients.

    shape: number of neurons in each layer, input first, (784, 100, 10) say
    gpu_id: the GPU to use, -1 for the CPU
    """

    def __init__(self, shape, gpu_id=-1):
        self.shape = shape
        self.gpu_id = gpu_id
        device = torch.device("cpu" if gpu_id == -1 else f"cuda:{gpu_id}")
        # weights[i] is (n_out, n_in), biases[i] is (n_out, 1)
        self.weights = [torch.nn.Parameter(torch.zeros(n_out, n_in, device=device)) for n_in, n_out in pairwise(shape)]
        self.biases = [torch.nn.Parameter(torch.zeros(n_out, 1, device=device)) for n_out in shape[1:]]
        self.init_weights()

    def init_weights(self):
        """Uniform within 1 / sqrt(n_in), for weights and biases."""
        # BEGIN SOLUTION
        for weight, bias in zip(self.weights, self.biases, strict=True):
            bound = 1 / math.sqrt(weight.shape[1])
            weight.data.uniform_(-bound, bound)
            bias.data.uniform_(-bound, bound)
        # END SOLUTION

    def _feed_forward(self, X):
        """The forward pass.

        X: (n_in, n_examples)
        Returns (outputs, act_outputs), two lists with a tensor (n_neurons, n_examples) for each layer: the weighted
        sums Wx + b, and what the layer's activation function makes of them.
        """
        # BEGIN SOLUTION
        outputs, act_outputs = [], []
        act_output = X
        for i, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            output = weight @ act_output + bias  # (n_out, 1) is broadcast to all examples
            is_last = i == len(self.weights) - 1
            act_output = stable_softmax(output) if is_last else relu(output)
            outputs.append(output)
            act_outputs.append(act_output)
        return outputs, act_outputs
        # END SOLUTION

    def train_one_epoch(self, X, y, y_1hot, learning_rate):
        """One step of gradient descent on all the given examples; returns their loss.

        X: (n_examples, n_in), y: (n_examples,), y_1hot: (n_examples, n_classes)
        """
        # feed forward
        _, act_outputs = self._feed_forward(X.t())
        loss = cross_entropy(act_outputs[-1], y_1hot.t())
        # backpropagation
        loss.backward()
        # update, then forget the gradients, which would add up otherwise
        # BEGIN SOLUTION
        for parameter in self.weights + self.biases:
            parameter.data -= learning_rate * parameter.grad.data
            parameter.grad.data.zero_()
        # END SOLUTION
        return loss.item()

    def loss(self, X, y, y_1hot):
        """The loss for these examples (rows); trains nothing."""
        with torch.no_grad():
            _, act_outputs = self._feed_forward(X.t())
            return cross_entropy(act_outputs[-1], y_1hot.t()).item()

    def predict(self, X):
        """The most probable class of each example: X is (n_examples, n_in), the result (n_examples,)."""
        # BEGIN SOLUTION
        with torch.no_grad():
            _, act_outputs = self._feed_forward(X.t())
            return act_outputs[-1].argmax(dim=0)
        # END SOLUTION
