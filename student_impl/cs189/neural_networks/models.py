"""A network: layers in a row, a loss and an optimiser."""

from copy import deepcopy

import numpy as np

from neural_networks.layers import initialize_layer
from neural_networks.losses import initialize_loss
from neural_networks.optimizers import initialize_optimizer


class NeuralNetwork:
    """Made from the settings of its layers; the last of them, the output, is added when the classes are known."""

    def __init__(self, optimizer, loss, layer_args, logger=None, seed=None):
        if seed is not None:
            np.random.seed(seed)
        self.layer_args = layer_args
        self.logger = logger
        self.loss = initialize_loss(loss)
        self.optimizer = initialize_optimizer(**optimizer)
        self.layers = [initialize_layer(**args) for args in layer_args[:-1]]

    def forward(self, X):
        """The output of the last layer."""
        # BEGIN SOLUTION
        for layer in self.layers:
            X = layer.forward(X)
        return X
        # END SOLUTION

    def backward(self, target, out):
        """The loss; every layer is left with the gradients of its parameters."""
        # BEGIN SOLUTION
        gradient = self.loss.backward(target, out)
        for layer in reversed(self.layers):
            gradient = layer.backward(gradient)
        return self.loss.forward(target, out)
        # END SOLUTION

    def predict(self, X, Y):
        """The output for X, and its loss against the targets Y."""
        # BEGIN SOLUTION
        out = self.forward(X)
        return out, self.loss.forward(Y, out)
        # END SOLUTION

    def update(self, epoch):
        """One step of the optimiser for each parameter."""
        for number, layer in enumerate(self.layers):
            for name, value in layer.parameters.items():
                layer.parameters[name] = self.optimizer.update((number, name), value, layer.gradients[name], epoch)
            layer.clear_gradients()

    def error(self, target, out):
        """The share of examples that are put in a wrong class."""
        return float(np.mean(target.argmax(axis=1) != out.argmax(axis=1)))

    def train(self, dataset, epochs):
        """Train for this many epochs, and log the losses of each."""
        output = deepcopy(self.layer_args[-1])
        output["n_out"] = dataset.out_dim
        self.layers.append(initialize_layer(**output))
        for epoch in range(epochs):
            losses = []
            for X, Y in dataset.batches():
                losses.append(self.backward(Y, self.forward(X)))
                self.update(epoch)
            if self.logger is not None:
                self.logger.push(np.mean(losses), self.predict(*dataset.validate)[1])

    def test(self, examples):
        """Loss and error on examples (X, Y)."""
        out, loss = self.predict(*examples)
        return float(loss), self.error(examples[1], out)
