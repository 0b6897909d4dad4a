"""Activation functions and the objective. Columns are examples: X is (n_neurons, n_examples)."""

import torch


def sigmoid(X):
    """The logistic function, elementwise."""
    return 1 / (1 + torch.exp(-X))


def relu(X):
    """Rectified linear unit, elementwise: 0 where X is negative, X elsewhere."""
    # BEGIN SOLUTION
    return torch.clamp(X, min=0)
    # END SOLUTION


def softmax(X):
    """Softmax over the neurons (rows), separately for each example (column), as the equation says it."""
    # BEGIN SOLUTION
    exponentials = torch.exp(X)
    return exponentials / exponentials.sum(dim=0, keepdim=True)
    # END SOLUTION


def stable_softmax(X):
    """The same as softmax, without overflow: exp sees nothing larger than 0."""
    # BEGIN SOLUTION
    # log C is minus the largest entry of each example; one maximum for all examples could
    # still push another example's exponentials to 0, and 0 / 0 is nan.
    largest = X.max(dim=0, keepdim=True).values
    return softmax(X - largest)
    # END SOLUTION


def cross_entropy(X, y_1hot, epsilon=1e-14):
    """Average cross-entropy over the examples.

    X: softmax outputs (n_classes, n_examples)
    y_1hot: one-hot labels (n_classes, n_examples)
    epsilon: keeps the logarithm finite where a probability is 0
    """
    # BEGIN SOLUTION
    n_examples = X.shape[1]
    return -torch.sum(y_1hot * torch.log(X + epsilon)) / n_examples
    # END SOLUTION
