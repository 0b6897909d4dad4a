"""A complete example on the highest level: layers, loss and gradients all come from torch.nn."""


from itertools import pairwise

import torch


class TorchNeuralNetwork:
    """The network that the others rebuild; they have the same methods.

    shape: number of neurons in each layer, input first, (784, 100, 10) say
    gpu_id: the GPU to use, -1 for the CPU
    """

    def __init__(self, shape, gpu_id=-1):
        self.shape = shape
        self.gpu_id = gpu_id
        device = torch.device("cpu" if gpu_id == -1 else f"cuda:{gpu_id}")
        layers = []
        for n_in, n_out in pairwise(shape):
            layers += [torch.nn.Linear(n_in, n_out), torch.nn.ReLU()]
        self.model = torch.nn.Sequential(*layers[:-1]).to(device)  # no ReLU at the end
        # log-softmax and the average negative log-likelihood in one
        self.criterion = torch.nn.CrossEntropyLoss()

    def train_one_epoch(self, X, y, y_1hot, learning_rate):
        """One step of gradient descent on all the given examples; returns their loss.

        X: (n_examples, n_in), y: (n_examples,), y_1hot: (n_examples, n_classes)
        """
        loss = self.criterion(self.model(X), y)
        self.model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in self.model.parameters():
                parameter -= learning_rate * parameter.grad
        return loss.item()

    def loss(self, X, y, y_1hot):
        """The loss for these examples (rows); trains nothing."""
        with torch.no_grad():
            return self.criterion(self.model(X), y).item()

    def predict(self, X):
        """The most probable class of each example: X is (n_examples, n_in), the result (n_examples,)."""
        with torch.no_grad():
            return self.model(X).argmax(dim=1)
