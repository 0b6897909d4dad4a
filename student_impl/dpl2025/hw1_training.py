"""Trains one of the networks on MNIST and plots its loss and its accuracy. Leave this file as it is."""

import argparse
import logging

import matplotlib.pyplot as plt
import torch
from my_neural_networks import mnist
from my_neural_networks.example_networks import TorchNeuralNetwork
from my_neural_networks.minibatcher import MiniBatcher
from my_neural_networks.networks import AutogradNeuralNetwork

SHAPE = (784, 300, 100, 10)
NETWORKS = {"torch.nn": TorchNeuralNetwork, "torch.autograd": AutogradNeuralNetwork}
SEED = 0


def parse_arguments():
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data_folder", help="the folder with the IDX files of MNIST")
    parser.add_argument("-e", "--n_epochs", type=int, default=100, help="epochs")
    parser.add_argument("-l", "--learning_rate", type=float, default=1e-4, help="learning rate")
    parser.add_argument("-i", "--implementation", choices=NETWORKS, default="torch.nn", help="which network")
    parser.add_argument("-g", "--gpu_id", type=int, default=-1, help="GPU to use, -1 for the CPU")
    parser.add_argument("-m", "--minibatch_size", type=int, default=-1, help="examples in a minibatch, -1 for all")
    parser.add_argument("-n", "--n_training_examples", type=int, default=-1, help="training examples, -1 for all")
    parser.add_argument("-v", "--verbose", action="store_true", help="print every epoch")
    parser.add_argument("-d", "--debug", action="store_true", help="print debugging output")
    return parser.parse_args()


def accuracy(network, X, y):
    """The share of examples whose class is predicted rightly."""
    return (network.predict(X) == y).float().mean().item()


def load(loader, folder, device, max_n_examples=-1):
    """Images as rows (n_examples, n_pixels), labels (n_examples,) and one-hot labels (n_examples, n_classes)."""
    images, labels = loader(folder, max_n_examples)
    X = torch.tensor(images, dtype=torch.float32).reshape(len(images), -1)
    y = torch.tensor(labels, dtype=torch.int64)
    return X.to(device), y.to(device), torch.eye(SHAPE[-1])[y].to(device)


def minibatches(size, n_examples):
    """The places of the examples of each minibatch; -1 takes all of them at once, in their order."""
    if size == -1:
        return [torch.arange(n_examples)]
    return MiniBatcher(size, n_examples).get_one_batch()


def train(network, train_data, test_data, arguments):
    """The loss, training accuracy and test accuracy of each epoch."""
    X, y, y_1hot = train_data
    losses, train_accuracies, test_accuracies = [], [], []
    for epoch in range(1, arguments.n_epochs + 1):
        total = 0.0
        for batch in minibatches(arguments.minibatch_size, len(X)):
            loss = network.train_one_epoch(X[batch], y[batch], y_1hot[batch], arguments.learning_rate)
            total += float(loss) * len(batch)
        losses.append(total / len(X))
        train_accuracies.append(accuracy(network, X, y))
        test_accuracies.append(accuracy(network, test_data[0], test_data[1]))
        logging.info(
            "epoch %d: loss %.5f, train accuracy %.4f, test accuracy %.4f",
            *(epoch, losses[-1], train_accuracies[-1], test_accuracies[-1]),
        )
    return losses, train_accuracies, test_accuracies


def plot(file, title, ylabel, **curves):
    """Draws values against epochs, a labelled curve for each keyword."""
    figure, axes = plt.subplots()
    for label, values in curves.items():
        axes.plot(range(1, len(values) + 1), values, label=label)
    axes.set(title=title, xlabel="Epochs", ylabel=ylabel)
    axes.legend()
    axes.grid(alpha=0.3)
    figure.savefig(file)
    plt.close(figure)


def main():
    """Trains one network and plots its history."""
    arguments = parse_arguments()
    level = logging.DEBUG if arguments.debug else logging.INFO if arguments.verbose else logging.WARNING
    logging.basicConfig(level=level, format="%(message)s")
    logging.getLogger("matplotlib").setLevel(logging.WARNING)
    gpu_id = arguments.gpu_id
    if gpu_id >= 0 and not torch.cuda.is_available():
        print("There is no GPU here: the CPU has to do.")
        gpu_id = -1
    device = torch.device("cpu" if gpu_id == -1 else f"cuda:{gpu_id}")
    train_data = load(mnist.load_train_data, arguments.data_folder, device, arguments.n_training_examples)
    test_data = load(mnist.load_test_data, arguments.data_folder, device)
    torch.manual_seed(SEED)
    network = NETWORKS[arguments.implementation](SHAPE, gpu_id)
    losses, train_accuracies, test_accuracies = train(network, train_data, test_data, arguments)
    plot("loss.png", "Loss vs. Epochs", "Loss", train=losses)
    plot("accuracy.png", "Accuracy vs. Epochs", "Accuracy", train=train_accuracies, test=test_accuracies)
    if losses:
        print(
            f"{arguments.implementation}: after {len(losses)} epochs the loss is {losses[-1]:.5f}, "
            f"the accuracy {train_accuracies[-1]:.4f} in training and {test_accuracies[-1]:.4f} in testing"
        )


if __name__ == "__main__":
    main()
