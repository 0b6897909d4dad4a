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
        self.weights = [torch.empty(n_out, n_in, device=device, requires_grad=True) for n_in, n_out in pairwise(shape)]
        self.biases = [torch.empty(n_out, 1, device=device, requires_grad=True) for n_out in shape[1:]]
        self.init_weights()

    def init_weights(self):
        """Uniform within 1 / sqrt(n_in), for weights and biases."""
        with torch.no_grad():
            for weight, bias in zip(self.weights, self.biases, strict=True):
                bound = 1 / math.sqrt(weight.shape[1])
                weight.uniform_(-bound, bound)
                bias.uniform_(-bound, bound)

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
        # update, without autograd looking on; then forget the gradients, which would add up otherwise
        with torch.no_grad():
            for parameter in self.weights + self.biases:
                parameter -= learning_rate * parameter.grad
                parameter.grad.zero_()
        return loss.item()

    def loss(self, X, y, y_1hot):
        """The loss for these examples (rows); trains nothing."""
        with torch.no_grad():
            _, act_outputs = self._feed_forward(X.t())
            return cross_entropy(act_outputs[-1], y_1hot.t()).item()

    def predict(self, X):
        """The most probable class of each example: X is (n_examples, n_in), the result (n_examples,)."""
        with torch.no_grad():
            _, act_outputs = self._feed_forward(X.t())
            return act_outputs[-1].argmax(dim=0)


class BasicNeuralNetwork:
    """Plain tensors: the gradients are written by hand, autograd may not be used.

    shape: number of neurons in each layer, input first, (784, 100, 10) say
    gpu_id: the GPU to use, -1 for the CPU
    """

    def __init__(self, shape, gpu_id=-1):
        self.shape = shape
        self.gpu_id = gpu_id
        device = torch.device("cpu" if gpu_id == -1 else f"cuda:{gpu_id}")
        # weights[i] is (n_out, n_in), biases[i] is (n_out, 1)
        self.weights = [torch.empty(n_out, n_in, device=device) for n_in, n_out in pairwise(shape)]
        self.biases = [torch.empty(n_out, 1, device=device) for n_out in shape[1:]]
        self.init_weights()

    def init_weights(self):
        """Uniform within 1 / sqrt(n_in), for weights and biases."""
        for weight, bias in zip(self.weights, self.biases, strict=True):
            bound = 1 / math.sqrt(weight.shape[1])
            weight.uniform_(-bound, bound)
            bias.uniform_(-bound, bound)

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
            output = torch.mm(weight, act_output) + bias
            is_last = i == len(self.weights) - 1
            act_output = stable_softmax(output) if is_last else relu(output)
            outputs.append(output)
            act_outputs.append(act_output)
        return outputs, act_outputs
        # END SOLUTION

    def _backpropagation(self, outputs, act_outputs, X, y_1hot):
        """The gradients of the average loss, from what _feed_forward(X) returned.

        X: (n_in, n_examples), y_1hot: (n_classes, n_examples)
        Returns (weight gradients, bias gradients), two lists with a tensor of the parameter's shape for each layer.
        """
        # BEGIN SOLUTION
        n_examples = X.shape[1]
        W_grads, b_grads = [], []
        # softmax and cross-entropy together: dE/dz = a - y
        delta = (act_outputs[-1] - y_1hot) / n_examples
        for i in reversed(range(len(self.weights))):
            layer_input = act_outputs[i - 1] if i > 0 else X
            W_grads.insert(0, torch.mm(delta, layer_input.t()))
            b_grads.insert(0, delta.sum(dim=1, keepdim=True))
            if i > 0:
                # through the weights, then through the ReLU of the layer below
                delta = torch.mm(self.weights[i].t(), delta)
                delta = delta * (outputs[i - 1] > 0).to(delta.dtype)
        return W_grads, b_grads
        # END SOLUTION

    def train_one_epoch(self, X, y, y_1hot, learning_rate):
        """One step of gradient descent on all the given examples; returns their loss.

        X: (n_examples, n_in), y: (n_examples,), y_1hot: (n_examples, n_classes)
        """
        # BEGIN SOLUTION
        X_t, y_1hot_t = X.t(), y_1hot.t()
        # feed forward
        outputs, act_outputs = self._feed_forward(X_t)
        loss = cross_entropy(act_outputs[-1], y_1hot_t)
        # backpropagation
        W_grads, b_grads = self._backpropagation(outputs, act_outputs, X_t, y_1hot_t)
        # update
        for i in range(len(self.weights)):
            self.weights[i] -= learning_rate * W_grads[i]
            self.biases[i] -= learning_rate * b_grads[i]
        return loss.item()
        # END SOLUTION

    def loss(self, X, y, y_1hot):
        """The loss for these examples (rows); trains nothing."""
        _, act_outputs = self._feed_forward(X.t())
        return cross_entropy(act_outputs[-1], y_1hot.t()).item()

    def predict(self, X):
        """The most probable class of each example: X is (n_examples, n_in), the result (n_examples,)."""
        _, act_outputs = self._feed_forward(X.t())
        return act_outputs[-1].argmax(dim=0)
