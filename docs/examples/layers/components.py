"""Four layers as classes: parameters are attributes, gradients are returned or kept."""

import torch

from graders.checking.components import Labels, Layer, families

MOMENTUM, EPS = 0.9, 1e-5


def averaged(x, gamma, beta, running_mean, running_var):
    mean, variance = x.mean(0), x.var(0, unbiased=False)
    return {
        "running_mean": MOMENTUM * running_mean + (1 - MOMENTUM) * mean,
        "running_var": MOMENTUM * running_var + (1 - MOMENTUM) * variance,
    }


def normalised(x, gamma, beta):
    return gamma * (x - x.mean(0)) / torch.sqrt(x.var(0, unbiased=False) + EPS) + beta


def evaluated(x, gamma, beta, running_mean, running_var):
    return gamma * (x - running_mean) / torch.sqrt(running_var + EPS) + beta


COMPONENTS = {
    # W and b are attributes; backward returns the gradient in A and keeps the others, averaged over the batch.
    "linear": Layer(
        name="net.layers.Linear",
        new="in_features out_features",
        inputs={"A": "N in_features"},
        parameters={"W": "out_features in_features", "b": "out_features 1"},
        torch=lambda A, W, b: A @ W.T + b.T,
        gradients={"A": "backward", "W": "layer.dLdW", "b": "layer.dLdb"},
        called={"A": "dLdA"},
        upstream="dLdZ",
        output="Z",
        divided_by_batch={"W", "b"},
        initial={"W": 0.0, "b": 0.0},
        whole_batch=True,
        family=families.LINEAR(x="A"),
    ),
    # backward() is given nothing and returns the derivative of each output.
    "sigmoid": Layer(
        name="net.layers.Sigmoid",
        inputs={"Z": "N C"},
        torch=torch.sigmoid,
        upstream="",
        local=True,
        called={"Z": "dAdZ"},
        output="A",
        finite_at=1000.0,
        family=families.SIGMOID(x="Z"),
    ),
    # The loss is a mean, but its gradient isn't divided by N: the linear layer does that.
    "cross_entropy": Layer(
        name="net.layers.CrossEntropyLoss",
        inputs={"A": "N C"},
        labels=Labels("C", "Y", one_hot=True),
        torch=lambda A, Y: -(Y * torch.log_softmax(A, 1)).sum() / len(A),
        upstream="",
        multiplied_by_batch={"A"},
        called={"A": "dLdA"},
        family=families.CROSS_ENTROPY(x="A"),
    ),
    # Training updates averages, which evaluation uses.
    "batchnorm": Layer(
        name="net.layers.BatchNorm",
        new={"features": "C"},
        inputs={"x": "N C"},
        parameters={"gamma": "C", "beta": "C"},
        torch=normalised,
        gradients={"x": "backward", "gamma": "layer.grads['gamma']", "beta": "layer.grads['beta']"},
        set_at={"gamma": "layer.params['gamma']", "beta": "layer.params['beta']"},
        called={"gamma": "dgamma", "beta": "dbeta"},
        sizes={"N": (5, 11)},
        without={"batch_of_one"},
        state={"running_mean": "C", "running_var": "C"},
        kinds={"running_var": "positive"},
        updated=averaged,
        evaluation=evaluated,
        evaluate={"training": False},
        family=families.NORM,
    ),
}
