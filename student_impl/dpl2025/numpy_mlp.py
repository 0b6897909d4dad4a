"""A dense residual MLP with Layer Normalization, trained on MNIST with NumPy alone.

    python numpy_mlp.py --hidden-size 256 --batch-size 128 --epochs 30 --lr 0.01
    python numpy_mlp.py --hidden-size 256 --batch-size 128 --epochs 30 --lr 0.001 --no-layernorm
    python numpy_mlp.py --learning-curve

The IDX files are read from the folder data; --data names another one.
"""

import argparse

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from my_neural_networks.mnist import load_test_data, load_train_data

EPS = 1e-5
N_CLASSES = 10

SIZES = range(5500, 56001, 5500)
CONFIGURATIONS = [
    {"hidden_size": 128, "use_layernorm": True, "lr": 0.01},
    {"hidden_size": 256, "use_layernorm": True, "lr": 0.01},
    {"hidden_size": 256, "use_layernorm": False, "lr": 0.001},
]


def append_ones(A):
    """A (B, n) with a column of ones on the right, (B, n + 1)."""
    # BEGIN SOLUTION
    return np.hstack([A, np.ones((A.shape[0], 1), dtype=A.dtype)])
    # END SOLUTION


class NumpyDenseResMLP:
    """Three hidden layers; each sees the input and all hidden layers before it, and adds the one before it.

    Weights W1 (d + 1, h), W2 (d + h + 1, h), W3 (d + 2h + 1, h), W4 (h + 1, C), whose last row is the bias.
    LayerNorm parameters gamma1, beta1, ..., gamma3, beta3, all (h,).
    """

    def __init__(self, input_size, hidden_size, output_size, use_layernorm=True, seed=0):
        self.use_layernorm = use_layernorm
        # BEGIN SOLUTION
        rng = np.random.default_rng(seed)
        d, h = input_size, hidden_size
        self.W1 = self._he(rng, d, h)
        self.W2 = self._he(rng, d + h, h)
        self.W3 = self._he(rng, d + 2 * h, h)
        self.W4 = self._he(rng, h, output_size)
        self.gamma1, self.beta1 = np.ones(h), np.zeros(h)
        self.gamma2, self.beta2 = np.ones(h), np.zeros(h)
        self.gamma3, self.beta3 = np.ones(h), np.zeros(h)
        # END SOLUTION

    # BEGIN SOLUTION
    @staticmethod
    def _he(rng, fan_in, fan_out):
        return rng.normal(0.0, np.sqrt(2.0 / fan_in), size=(fan_in + 1, fan_out))

    def _norm(self, z, gamma, beta):
        """LN(z) and what its gradient needs; z itself without LayerNorm."""
        if not self.use_layernorm:
            return z, None
        mu = z.mean(axis=1, keepdims=True)
        var = ((z - mu) ** 2).mean(axis=1, keepdims=True)
        sigma = np.sqrt(var + EPS)
        z_hat = (z - mu) / sigma
        return gamma * z_hat + beta, (mu, sigma, z_hat, gamma)

    def _norm_backward(self, d_out, cache):
        """The gradients in z, gamma and beta."""
        if cache is None:
            return d_out, 0.0, 0.0
        _, sigma, z_hat, gamma = cache
        d_gamma = (d_out * z_hat).sum(axis=0)
        d_beta = d_out.sum(axis=0)
        d_hat = d_out * gamma
        mean_d = d_hat.mean(axis=1, keepdims=True)
        mean_dz = (d_hat * z_hat).mean(axis=1, keepdims=True)
        d_z = (d_hat - mean_d - z_hat * mean_dz) / sigma
        return d_z, d_gamma, d_beta

    # END SOLUTION

    def forward(self, X):
        """Log-probabilities (B, C) of X (B, d); keeps what backward() needs."""
        # BEGIN SOLUTION
        self.X1 = append_ones(X)
        Z1 = self.X1 @ self.W1
        self.N1, self.ln1 = self._norm(Z1, self.gamma1, self.beta1)
        H1 = np.maximum(0, self.N1)

        self.C1 = append_ones(np.hstack([X, H1]))
        Z2 = self.C1 @ self.W2
        self.N2, self.ln2 = self._norm(Z2 + H1, self.gamma2, self.beta2)
        H2 = np.maximum(0, self.N2)

        self.C2 = append_ones(np.hstack([X, H1, H2]))
        Z3 = self.C2 @ self.W3
        self.N3, self.ln3 = self._norm(Z3 + H2, self.gamma3, self.beta3)
        H3 = np.maximum(0, self.N3)

        self.H3 = append_ones(H3)
        Z4 = self.H3 @ self.W4
        shifted = Z4 - Z4.max(axis=1, keepdims=True)
        self.log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        return self.log_probs
        # END SOLUTION

    def backward(self, y, lr):
        """The gradients of the mean loss of the last forward pass, labels y (B,) from 0; then one step of SGD."""
        # BEGIN SOLUTION
        B = len(y)
        h = self.W4.shape[0] - 1
        d = self.W1.shape[0] - 1
        dZ4 = np.exp(self.log_probs)
        dZ4[np.arange(B), y] -= 1
        dZ4 = dZ4 / B
        dW4 = self.H3.T @ dZ4

        dH3 = dZ4 @ self.W4[:-1].T
        dN3 = dH3 * (self.N3 > 0)
        dZ3, dgamma3, dbeta3 = self._norm_backward(dN3, self.ln3)
        dW3 = self.C2.T @ dZ3

        dC2 = dZ3 @ self.W3[:-1].T
        dH2 = dC2[:, d + h :] + dZ3
        dN2 = dH2 * (self.N2 > 0)
        dZ2, dgamma2, dbeta2 = self._norm_backward(dN2, self.ln2)
        dW2 = self.C1.T @ dZ2

        dC1 = dZ2 @ self.W2[:-1].T
        dH1 = dC1[:, d:] + dC2[:, d : d + h] + dZ2
        dN1 = dH1 * (self.N1 > 0)
        dZ1, dgamma1, dbeta1 = self._norm_backward(dN1, self.ln1)
        dW1 = self.X1.T @ dZ1

        self.W1 = self.W1 - lr * dW1
        self.W2 = self.W2 - lr * dW2
        self.W3 = self.W3 - lr * dW3
        self.W4 = self.W4 - lr * dW4
        self.gamma1 = self.gamma1 - lr * dgamma1
        self.gamma2 = self.gamma2 - lr * dgamma2
        self.gamma3 = self.gamma3 - lr * dgamma3
        self.beta1 = self.beta1 - lr * dbeta1
        self.beta2 = self.beta2 - lr * dbeta2
        self.beta3 = self.beta3 - lr * dbeta3
        # END SOLUTION


def nll_loss(log_probs, y):
    """The mean over the batch of minus the log-probability of the right class."""
    # BEGIN SOLUTION
    return -log_probs[np.arange(len(y)), y].mean()
    # END SOLUTION


def evaluate(model, X, y, batch_size=1000):
    """Mean loss and accuracy on these examples."""
    loss, correct = 0.0, 0
    for start in range(0, len(X), batch_size):
        labels = y[start : start + batch_size]
        log_probs = model.forward(X[start : start + batch_size])
        loss += nll_loss(log_probs, labels) * len(labels)
        correct += (log_probs.argmax(axis=1) == labels).sum()
    return loss / len(X), correct / len(X)


def train_one_epoch(model, X, y, batch_size, lr, rng):
    """One pass over the examples in a new order; returns the mean loss that it saw."""
    # BEGIN SOLUTION
    total = 0.0
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        batch = order[start : start + batch_size]
        total += nll_loss(model.forward(X[batch]), y[batch]) * len(batch)
        model.backward(y[batch], lr)
    return total / len(X)
    # END SOLUTION


def load_data(folder):
    """Training and test examples as rows with values from 0 to 1, and their labels."""
    X_train, y_train = load_train_data(folder)
    X_test, y_test = load_test_data(folder)
    return as_rows(X_train), y_train, as_rows(X_test), y_test


def as_rows(images):
    """Images (N, 28, 28) of bytes as rows (N, 784) from 0 to 1."""
    return images.reshape(len(images), -1) / 255.0


def main_training(arguments):
    """Train one model; plot loss and accuracy of both sets against epochs."""
    X_train, y_train, X_test, y_test = load_data(arguments.data)
    use_layernorm = not arguments.no_layernorm
    model = NumpyDenseResMLP(X_train.shape[1], arguments.hidden_size, N_CLASSES, use_layernorm, arguments.seed)
    rng = np.random.default_rng(arguments.seed)
    history = {"train_loss": [], "test_loss": [], "train_accuracy": [], "test_accuracy": []}
    for epoch in range(1, arguments.epochs + 1):
        train_one_epoch(model, X_train, y_train, arguments.batch_size, arguments.lr, rng)
        for name, X, y in (("train", X_train, y_train), ("test", X_test, y_test)):
            loss, accuracy = evaluate(model, X, y)
            history[name + "_loss"].append(loss)
            history[name + "_accuracy"].append(accuracy)
        print(
            f"epoch {epoch:3d}: loss {history['train_loss'][-1]:.4f}, "
            f"accuracy {history['train_accuracy'][-1]:.4f} (train), {history['test_accuracy'][-1]:.4f} (test)"
        )
    ending = "_no_layernorm" if arguments.no_layernorm else ""
    title = f"hidden size {arguments.hidden_size}, {'no ' if arguments.no_layernorm else ''}LayerNorm"
    plot_history(history, "loss", f"Loss vs Epochs ({title})", f"mlp_loss{ending}.png")
    plot_history(history, "accuracy", f"Accuracy vs Epochs ({title})", f"mlp_accuracy{ending}.png")
    return history


def plot_history(history, what, title, path):
    """One curve for training, one for test, against the epoch."""
    # BEGIN SOLUTION
    figure, axes = plt.subplots()
    epochs = range(1, len(history["train_" + what]) + 1)
    axes.plot(epochs, history["train_" + what], label="train")
    axes.plot(epochs, history["test_" + what], label="test")
    axes.set_title(title)
    axes.set_xlabel("epoch")
    axes.set_ylabel(what)
    axes.legend()
    figure.savefig(path)
    plt.close(figure)
    # END SOLUTION


# BEGIN SOLUTION
def train_with_early_stopping(model, X, y, lr, batch_size, max_epochs, rng, patience=3):
    """Train until the accuracy on a tenth of the examples, held out, hasn't risen for `patience` epochs."""
    n_held_out = max(1, len(X) // 10)
    X_held_out, y_held_out = X[:n_held_out], y[:n_held_out]
    X_rest, y_rest = X[n_held_out:], y[n_held_out:]
    best, waited = -1.0, 0
    for _ in range(max_epochs):
        train_one_epoch(model, X_rest, y_rest, batch_size, lr, rng)
        _, accuracy = evaluate(model, X_held_out, y_held_out)
        best, waited = (accuracy, 0) if accuracy > best else (best, waited + 1)
        if waited >= patience:
            break


# END SOLUTION
def main_learning_curve(data="data", epochs=30, batch_size=128, seed=0):
    """Training and test accuracy against the number of training examples, for all configurations.

    Trains for at most `epochs` epochs, with early stopping. SIZES are the numbers of examples, as far as there are
    that many.
    """
    # BEGIN SOLUTION
    X_train, y_train, X_test, y_test = load_data(data)
    figure, (train_axes, test_axes) = plt.subplots(1, 2, figsize=(13, 5), sharey=True)
    for configuration in CONFIGURATIONS:
        hidden_size, use_layernorm = configuration["hidden_size"], configuration["use_layernorm"]
        sizes, train, test = [], [], []
        for size in SIZES:
            if size > len(X_train):
                break
            X, y = X_train[:size], y_train[:size]
            model = NumpyDenseResMLP(X.shape[1], hidden_size, N_CLASSES, use_layernorm, seed)
            rng = np.random.default_rng(seed)
            train_with_early_stopping(model, X, y, configuration["lr"], batch_size, epochs, rng)
            sizes.append(size)
            train.append(evaluate(model, X, y)[1])
            test.append(evaluate(model, X_test, y_test)[1])
            print(f"{configuration}, {size} examples: {train[-1]:.4f} (train), {test[-1]:.4f} (test)")
        label = f"h = {hidden_size}, {'LayerNorm' if use_layernorm else 'no LayerNorm'}, lr = {configuration['lr']}"
        train_axes.plot(sizes, train, "o-", label=label)
        test_axes.plot(sizes, test, "o-", label=label)
    for axes, title in ((train_axes, "Training accuracy"), (test_axes, "Test accuracy")):
        axes.set_title(title + " vs training set size")
        axes.set_xlabel("number of training examples")
        axes.set_ylabel("accuracy")
        axes.legend()
    figure.savefig("mlp_learning_curves.png")
    plt.close(figure)
    # END SOLUTION


def parse_arguments(argv=None):
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", default="data", help="folder with MNIST's IDX files")
    parser.add_argument("--hidden-size", type=int, default=256)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--lr", type=float, default=0.01)
    parser.add_argument("--no-layernorm", action="store_true")
    parser.add_argument("--learning-curve", action="store_true", help="plot learning curves instead")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args(argv)


if __name__ == "__main__":
    arguments = parse_arguments()
    if arguments.learning_curve:
        main_learning_curve(arguments.data, arguments.epochs, arguments.batch_size, arguments.seed)
    else:
        main_training(arguments)
