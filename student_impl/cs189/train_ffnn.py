"""Trains two-layer networks on Iris with several learning rates and hidden sizes; plots go to experiments/."""

from pathlib import Path

from neural_networks.datasets import load_iris
from neural_networks.logs import Logger
from neural_networks.models import NeuralNetwork
from neural_networks.utils import AttrDict

EPOCHS = 100
DATA = Path(__file__).parent / "datasets" / "iris.csv"
# BEGIN SOLUTION
SETTINGS = [(0.001, 4), (0.01, 4), (0.01, 16), (0.05, 16)]
# END SOLUTION


def run(lr, hidden):
    """Train once; the losses and errors of validation and test."""
    name = f"ffnn_lr{lr}_hidden{hidden}"
    logger = Logger(name)
    layers = [
        AttrDict(name="fully_connected", activation="relu", weight_init="xavier_uniform", n_out=hidden),
        AttrDict(name="fully_connected", activation="softmax", weight_init="xavier_uniform", n_out=None),
    ]
    optimizer = AttrDict(name="SGD", lr=lr, momentum=0.9)
    model = NeuralNetwork(optimizer, "cross_entropy", layers, logger, seed=1)
    dataset = load_iris(DATA, batch_size=25, seed=0)
    model.train(dataset, EPOCHS)
    validation_loss, validation_error = model.test(dataset.validate)
    test_loss, test_error = model.test(dataset.test)
    results = {
        "validation_loss": validation_loss,
        "validation_error": validation_error,
        "test_loss": test_loss,
        "test_error": test_error,
    }
    logger.save({"lr": lr, "hidden": hidden, "epochs": EPOCHS}, results)
    logger.plot()
    return results


def main():
    """Try every setting; the best one has the least validation loss."""
    # BEGIN SOLUTION
    found = {}
    for lr, hidden in SETTINGS:
        found[lr, hidden] = run(lr, hidden)
        results = ", ".join(f"{key} {value:.3f}" for key, value in found[lr, hidden].items())
        print(f"lr {lr}, hidden {hidden}: {results}")
    best = min(found, key=lambda setting: found[setting]["validation_loss"])
    print(f"best: lr {best[0]}, hidden {best[1]}, test error {found[best]['test_error']:.3f}")
    # END SOLUTION


if __name__ == "__main__":
    main()
