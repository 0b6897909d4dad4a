"""A few lines of the packages that this homework uses. Just for your information."""

import matplotlib.pyplot as plt
import torch


def main():
    """A tour: tensors, autograd, a figure."""
    # Tensors: matrices, products, and broadcasting of a column to all columns
    weights = torch.tensor([[1.0, -2.0], [0.5, 3.0], [0.0, 1.0]])
    biases = torch.tensor([[0.1], [0.2], [0.3]])
    X = torch.tensor([[1.0, 2.0, 3.0, 4.0], [0.0, 1.0, 0.0, 1.0]])
    print("Wx + b =", weights @ X + biases, sep="\n")

    # Autograd: the slope of x^2 at 3
    x = torch.tensor(3.0, requires_grad=True)
    (x**2).backward()
    print("d(x^2)/dx at 3 is", x.grad.item())

    # Matplotlib: a figure in a file
    figure, axes = plt.subplots()
    points = torch.linspace(-3, 3, 61)
    axes.plot(points.numpy(), torch.sigmoid(points).numpy(), label="sigmoid")
    axes.set(title="An activation function", xlabel="z", ylabel="a")
    axes.legend()
    figure.savefig("demo.png")


if __name__ == "__main__":
    main()
