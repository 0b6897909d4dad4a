"""Assignment 4, question 3: the same network in PyTorch and of our own layers, on Fashion-MNIST.

    python fashion_mnist.py

trains both with three learning rates, saves six figures, then prints and saves a table of other hidden sizes. The four
IDX files of Fashion-MNIST are expected in the folder data; a short run:

    python fashion_mnist.py --data data --epochs 2 --max-examples 1000 --no-table
"""

import argparse
import gzip
import os
import time

import matplotlib.pyplot as plt
import numpy as np
import torch
from q1 import CrossEntropyLossLayer, Dense, Layer, ReLULayer, SoftmaxLayer
from q2 import MLP
from torch import nn

SEED = 33
CLASSES = 10


def read_idx(path):
    """The array in an IDX file of bytes, which may be compressed."""
    if not os.path.exists(path) and os.path.exists(path + ".gz"):
        path += ".gz"
    opened = gzip.open if path.endswith(".gz") else open
    with opened(path, "rb") as file:
        content = file.read()
    if len(content) < 4 or content[:3] != b"\0\0\x08":
        raise ValueError(f"{path} is not an IDX file of bytes")
    dimensions = content[3]
    shape = np.frombuffer(content, dtype=">u4", count=dimensions, offset=4).astype(int)
    values = np.frombuffer(content, dtype=np.uint8, offset=4 + 4 * dimensions)
    if values.size != shape.prod():
        raise ValueError(f"{path} should hold {shape.prod()} bytes, but holds {values.size}")
    return values.reshape(shape)


class FashionMNIST:
    """Fashion-MNIST in batches: train, validation (a part of the training data) and test."""

    def __init__(self, batch_size=16, val_perc=0.2, folder="data", max_examples=None):
        images, labels = self.load(folder, "train", max_examples)
        order = np.random.default_rng(SEED).permutation(len(images))
        n_val = int(val_perc * len(images))
        val, train = order[:n_val], order[n_val:]
        self.batch_size = batch_size
        self.val_perc = val_perc
        self.train_loader = self.batches(images[train], labels[train], shuffle=True)
        self.val_loader = self.batches(images[val], labels[val])
        self.test_loader = self.batches(*self.load(folder, "t10k", max_examples))

    @staticmethod
    def load(folder, kind, max_examples):
        """Images (N, 28, 28) from -1 to 1 and labels (N,) of the training or of the test data."""
        images = read_idx(os.path.join(folder, f"{kind}-images-idx3-ubyte"))[:max_examples]
        labels = read_idx(os.path.join(folder, f"{kind}-labels-idx1-ubyte"))[:max_examples]
        return torch.tensor(images / 127.5 - 1, dtype=torch.float32), torch.tensor(labels, dtype=torch.int64)

    def batches(self, images, labels, shuffle=False):
        """Pairs of images and labels, always in the same order unless they are shuffled."""
        pairs = torch.utils.data.TensorDataset(images, labels)
        generator = torch.Generator().manual_seed(SEED)
        return torch.utils.data.DataLoader(pairs, self.batch_size, shuffle=shuffle, generator=generator)


class PytorchMLPFashionMNIST(nn.Module):
    """784 - 256 - 128 - 10 with ReLU between (no 128 if hidden_size2 is None); the softmax is in PyTorch's loss."""

    def __init__(self, input_size=784, hidden_size1=256, hidden_size2=128, output_size=CLASSES):
        super().__init__()
        hidden = [size for size in (hidden_size1, hidden_size2) if size is not None]
        layers = []
        for inputs, outputs in zip([input_size, *hidden], hidden, strict=False):
            layers += [nn.Linear(inputs, outputs), nn.ReLU()]
        self.layers = nn.Sequential(*layers, nn.Linear(hidden[-1], output_size))

    def forward(self, x):
        """(n, 28, 28) to (n, 10)."""
        return self.layers(x.reshape(len(x), -1))

    def train(self, data, lr=0.002):
        """One epoch; returns the average training loss and the validation accuracy."""
        criterion = nn.CrossEntropyLoss()
        optimizer = torch.optim.SGD(self.parameters(), lr=lr)
        losses = []
        for images, labels in data.train_loader:
            optimizer.zero_grad()
            loss = criterion(self(images), labels)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        return float(np.mean(losses)), self.accuracy(data.val_loader)

    def accuracy(self, loader):
        """The share of examples that are classified rightly."""
        right = total = 0
        with torch.no_grad():
            for images, labels in loader:
                right += (self(images).argmax(dim=1) == labels).sum().item()
                total += len(labels)
        return right / total

    def test(self, data):
        """The test accuracy."""
        return self.accuracy(data.test_loader)


class CustomMLPFashionMNIST(Layer):
    """The same network of our own layers, with the softmax as its last one."""

    def __init__(self, input_size=784, hidden_size1=256, hidden_size2=128, output_size=CLASSES):
        super().__init__()
        hidden = [size for size in (hidden_size1, hidden_size2) if size is not None]
        layers = []
        for inputs, outputs in zip([input_size, *hidden], hidden, strict=False):
            layers += [Dense(inputs, outputs), ReLULayer()]
        self.layers = MLP([*layers, Dense(hidden[-1], output_size), SoftmaxLayer()])

    def forward(self, x):
        """(n, 28, 28) to (n, 10)."""
        return self.layers(np.asarray(x).reshape(len(x), -1))

    def backward(self, output_grad):
        """From the loss' gradient in the probabilities."""
        return self.layers.backward(output_grad)

    def update(self, learning_rate):
        """One step of gradient descent."""
        self.layers.update(learning_rate)

    def train(self, data, lr=0.002):
        """One epoch; returns the average training loss and the validation accuracy."""
        criterion = CrossEntropyLossLayer()
        losses = []
        for images, labels in data.train_loader:
            losses.append(criterion(self(images), labels.numpy()))
            self.backward(criterion.backward(1))
            self.update(lr)
        return float(np.mean(losses)), self.accuracy(data.val_loader)

    def accuracy(self, loader):
        """The share of examples that are classified rightly."""
        right = total = 0
        for images, labels in loader:
            right += int((self(images).argmax(axis=1) == labels.numpy()).sum())
            total += len(labels)
        return right / total

    def test(self, data):
        """The test accuracy."""
        return self.accuracy(data.test_loader)


MODELS = {"PyTorch": PytorchMLPFashionMNIST, "Custom": CustomMLPFashionMNIST}


def fit(model, data, epochs, lr):
    """Losses and validation accuracies of each epoch, and the seconds they took."""
    started = time.perf_counter()
    history = [model.train(data, lr=lr) for _ in range(epochs)]
    losses, accuracies = zip(*history, strict=True)
    return losses, accuracies, time.perf_counter() - started


def plot(curves, quantity, lr, folder):
    """One figure with a curve for each model, saved under the quantity and the learning rate."""
    figure, axes = plt.subplots()
    for name, values in curves.items():
        axes.plot(range(1, len(values) + 1), values, marker="o", label=name)
    axes.set_title(f"{quantity} with learning rate {lr:g}")
    axes.set_xlabel("Epoch")
    axes.set_ylabel(quantity)
    if quantity == "Training loss" and max(map(max, curves.values())) > 10:
        axes.set_yscale("log")  # a network that diverges would press the other one's curve flat
    axes.legend()
    axes.grid(alpha=0.3)
    path = os.path.join(folder, f"{quantity.lower().replace(' ', '_')}_lr_{lr:g}.png")
    figure.savefig(path, dpi=120)
    plt.close(figure)
    print("saved", path)


def compare_learning_rates(data, rates, epochs, folder):
    """Two figures for each learning rate: training loss and validation accuracy, both models in each."""
    # BEGIN SOLUTION
    for lr in rates:
        losses, accuracies = {}, {}
        for name, make in MODELS.items():
            model = make()
            losses[name], accuracies[name], seconds = fit(model, data, epochs, lr)
            print(f"{name}, learning rate {lr:g}: test accuracy {model.test(data):.2%} after {seconds:.1f} s")
        plot(losses, "Training loss", lr, folder)
        plot(accuracies, "Validation accuracy", lr, folder)
    # END SOLUTION


def compare_hidden_sizes(data, epochs, lr, folder):
    """A table of training times and test accuracies for each pair of hidden sizes, printed and saved."""
    # BEGIN SOLUTION
    sizes = [(256, 128)]
    sizes += [(size, 128) for size in (8, 16, 64, 1024)]
    sizes += [(256, size) for size in (8, 16, 64, 1024)]
    sizes += [(256, None)]
    rows = ["| hidden 1 | hidden 2 | model | seconds | test accuracy |", "|---|---|---|---|---|"]
    for first, second in sizes:
        for name, make in MODELS.items():
            model = make(hidden_size1=first, hidden_size2=second)
            *_, seconds = fit(model, data, epochs, lr)
            rows.append(f"| {first} | {second or '-'} | {name} | {seconds:.1f} | {model.test(data):.2%} |")
    table = "\n".join(rows)
    print(table)
    with open(os.path.join(folder, "hidden_sizes.md"), "w") as file:
        file.write(table + "\n")
    # END SOLUTION


def main():
    """Everything that question 3 asks for."""
    parser = argparse.ArgumentParser(description="Train both networks on Fashion-MNIST.")
    parser.add_argument("--data", default="data", help="the folder with the four IDX files")
    parser.add_argument("--output", default=".", help="the folder for figures and table")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--val-perc", type=float, default=0.2, help="the part of the training data to validate with")
    parser.add_argument("--lr", type=float, default=0.002, help="the learning rate of the table")
    parser.add_argument("--learning-rates", type=float, nargs="+", default=[0.002, 0.00001, 1.0])
    parser.add_argument("--max-examples", type=int, help="use only so many training and test images")
    parser.add_argument("--no-table", action="store_true", help="leave out the table of hidden sizes")
    arguments = parser.parse_args()

    np.random.seed(SEED)
    torch.manual_seed(SEED)
    os.makedirs(arguments.output, exist_ok=True)
    data = FashionMNIST(arguments.batch_size, arguments.val_perc, arguments.data, arguments.max_examples)
    compare_learning_rates(data, arguments.learning_rates, arguments.epochs, arguments.output)
    if not arguments.no_table:
        compare_hidden_sizes(data, arguments.epochs, arguments.lr, arguments.output)


if __name__ == "__main__":
    main()
