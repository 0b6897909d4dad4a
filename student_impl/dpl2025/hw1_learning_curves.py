"""Learning curves: accuracy against the number of training examples, for a shallow and a deep network."""

import argparse

import matplotlib.pyplot as plt
import torch
from my_neural_networks import mnist
from my_neural_networks.networks import AutogradNeuralNetwork

SHAPES = [(784, 10), (784, 300, 100, 10)]
NETWORKS = {"torch.autograd": AutogradNeuralNetwork}
N_CLASSES = 10
STEP, LARGEST = 250, 10000
MIN_CHANGE = 1e-3  # early stopping: the least change of the loss that is worth another epoch
SEED = 0


def one_hot(y, n_classes):
    """Labels y (n_examples,) as rows (n_examples, n_classes): a 1 in each label's column, 0 elsewhere."""
    # BEGIN SOLUTION
    y_1hot = torch.zeros(len(y), n_classes, device=y.device)
    y_1hot[torch.arange(len(y)), y] = 1
    return y_1hot
    # END SOLUTION


def parse_arguments():
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data_folder", help="the folder with the IDX files of MNIST")
    parser.add_argument("-e", "--n_epochs", type=int, default=500, help="at most so many epochs for each size")
    parser.add_argument("-n", "--n_training_examples", type=int, default=-1, help="the largest size, -1 for 10000")
    parser.add_argument("-l", "--learning_rate", type=float, default=1e-6, help="learning rate")
    parser.add_argument("-i", "--implementation", choices=NETWORKS, default="torch.autograd", help="which network")
    parser.add_argument("-g", "--gpu_id", type=int, default=-1, help="GPU to use, -1 for the CPU")
    return parser.parse_args()


def load(loader, folder, device, max_n_examples=-1):
    """Images as rows (n_examples, n_pixels), labels (n_examples,) and one-hot labels (n_examples, n_classes)."""
    images, labels = loader(folder, max_n_examples)
    X = torch.tensor(images, dtype=torch.float32).reshape(len(images), -1)
    y = torch.tensor(labels, dtype=torch.int64)
    return X.to(device), y.to(device), one_hot(y, N_CLASSES).to(device)


def accuracy(network, X, y):
    """The share of examples whose class is predicted rightly."""
    return (network.predict(X) == y).float().mean().item()


# BEGIN SOLUTION


def train_until_it_stops(network, X, y, y_1hot, learning_rate, n_epochs):
    """Early stopping: ends when the loss of two epochs in a row differs by less than MIN_CHANGE."""
    previous = float("inf")
    epoch = 0
    while epoch < n_epochs:
        epoch += 1
        loss = float(network.train_one_epoch(X, y, y_1hot, learning_rate))
        if abs(previous - loss) < MIN_CHANGE:
            break
        previous = loss
    return epoch


def learning_curve(shape, train_data, test_data, arguments, gpu_id):
    """The sizes, and the training and test accuracy of the model that was trained on so many examples."""
    X, y, y_1hot = train_data
    sizes = list(range(STEP, len(X) + 1, STEP))
    train_accuracies, test_accuracies = [], []
    for size in sizes:
        torch.manual_seed(SEED)  # every size starts from the same weights
        network = NETWORKS[arguments.implementation](shape, gpu_id)
        part = X[:size], y[:size], y_1hot[:size]
        epochs = train_until_it_stops(network, *part, arguments.learning_rate, arguments.n_epochs)
        train_accuracies.append(accuracy(network, part[0], part[1]))
        test_accuracies.append(accuracy(network, test_data[0], test_data[1]))
        print(
            f"{shape}, {size} examples: {epochs} epochs, "
            f"train accuracy {train_accuracies[-1]:.4f}, test accuracy {test_accuracies[-1]:.4f}"
        )
    return sizes, train_accuracies, test_accuracies


def save_learning_curve(shape, sizes, train_accuracies, test_accuracies):
    """Draws both accuracies against the number of training examples."""
    figure, axes = plt.subplots()
    axes.plot(sizes, train_accuracies, label="train", marker=".")
    axes.plot(sizes, test_accuracies, label="test", marker=".")
    axes.set(title=f"Learning curve of {shape}", xlabel="Training examples", ylabel="Accuracy")
    axes.legend()
    axes.grid(alpha=0.3)
    figure.savefig("learning_curve_" + "_".join(map(str, shape)) + ".png")
    plt.close(figure)


def main():
    """Draws a learning curve for each shape."""
    arguments = parse_arguments()
    gpu_id = arguments.gpu_id
    if gpu_id >= 0 and not torch.cuda.is_available():
        print("There is no GPU here: the CPU has to do.")
        gpu_id = -1
    device = torch.device("cpu" if gpu_id == -1 else f"cuda:{gpu_id}")
    largest = LARGEST if arguments.n_training_examples < 0 else min(arguments.n_training_examples, LARGEST)
    train_data = load(mnist.load_train_data, arguments.data_folder, device, largest)
    test_data = load(mnist.load_test_data, arguments.data_folder, device)
    for shape in SHAPES:
        save_learning_curve(shape, *learning_curve(shape, train_data, test_data, arguments, gpu_id))


if __name__ == "__main__":
    main()

# END SOLUTION
