"""ai702 as an instructor would test it with pytest and torch alone; the submission's folder is in SUBMISSION."""

import importlib
import os
import sys

import numpy as np
import pytest
import torch

sys.path.insert(0, os.environ["SUBMISSION"])
nn, models, optim = (importlib.import_module(f"mytorch.{name}") for name in ("nn", "models", "optim"))
SEEDS = range(12)


def close(got, wanted):
    wanted = wanted.detach().numpy() if isinstance(wanted, torch.Tensor) else wanted
    assert np.shape(got) == np.shape(wanted)
    np.testing.assert_allclose(got, wanted, rtol=1e-6, atol=1e-8)


def draw(seed, *shapes):
    random = np.random.default_rng(seed)
    return [random.standard_normal(shape) for shape in shapes]


def leaves(*arrays):
    return [torch.tensor(array, requires_grad=True) for array in arrays]


@pytest.mark.parametrize("seed", SEEDS)
def test_linear(seed):
    n, i, o = np.random.default_rng(seed).integers(2, 8, 3)
    A, W, b, up = draw(seed, (n, i), (o, i), (o, 1), (n, o))
    layer = nn.Linear(i, o)
    layer.W, layer.b = W, b
    tA, tW, tb = leaves(A, W, b)
    Z = tA @ tW.T + tb.T
    Z.backward(torch.tensor(up))
    close(layer.forward(A), Z)
    close(layer.backward(up), tA.grad)
    close(layer.dLdW, tW.grad / n)
    close(layer.dLdb, tb.grad / n)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "right"), [("Sigmoid", torch.sigmoid), ("Tanh", torch.tanh), ("ReLU", torch.relu)])
def test_activation(name, right, seed):
    (Z,) = draw(seed, (5, 4))
    layer = getattr(nn, name)()
    (tZ,) = leaves(Z)
    A = right(tZ)
    A.sum().backward()
    close(layer.forward(Z), A)
    close(layer.backward(), tZ.grad)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["MSELoss", "CrossEntropyLoss"])
def test_loss(name, seed):
    A, Y = draw(seed, (6, 4), (6, 4))
    Y = Y if name == "MSELoss" else np.eye(4)[Y.argmax(1)]
    loss, (tA,), tY = getattr(nn, name)(), leaves(A), torch.tensor(Y)
    right = ((tA - tY) ** 2).mean() / 2 if name == "MSELoss" else torch.nn.functional.cross_entropy(tA, tY)
    right.backward()
    close(loss.forward(A, Y), right)
    close(loss.backward() / (6 if name == "CrossEntropyLoss" else 1), tA.grad)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "sizes"), [("MLP0", [2, 3]), ("MLP1", [2, 3, 2]), ("MLP4", [2, 4, 8, 8, 4, 2])])
def test_mlp(name, sizes, seed):
    A, up, *parameters = draw(
        seed, (7, 2), (7, sizes[-1]), *zip(sizes[1:], sizes, strict=False), *((o, 1) for o in sizes[1:])
    )
    count = len(sizes) - 1
    model = getattr(models, name)()
    for layer, W, b in zip(model.layers, parameters[:count], parameters[count:], strict=True):
        layer.W, layer.b = W, b
    weights, x = leaves(*parameters), torch.tensor(A)
    for W, b in zip(weights[:count], weights[count:], strict=True):
        x = torch.relu(x @ W.T + b.T)
    x.backward(torch.tensor(up))
    close(model.forward(A), x)
    model.backward(up)
    for layer, W, b in zip(model.layers, weights[:count], weights[count:], strict=True):
        close(layer.dLdW, W.grad / 7)
        close(layer.dLdb, b.grad / 7)


@pytest.mark.parametrize("momentum", [0, 0.9])
def test_sgd(momentum):
    model = models.MLP1()
    gradients = draw(0, *(shape for layer in model.layers for shape in (layer.W.shape, layer.b.shape)))
    weights = leaves(*(array.copy() for layer in model.layers for array in (layer.W, layer.b)))
    mine, right = optim.SGD(model, 0.1, momentum), torch.optim.SGD(weights, 0.1, momentum)
    for _ in range(4):
        for place, layer in enumerate(model.layers):
            layer.dLdW, layer.dLdb = gradients[2 * place : 2 * place + 2]
        for weight, gradient in zip(weights, gradients, strict=True):
            weight.grad = torch.tensor(gradient)
        mine.step()
        right.step()
    for place, layer in enumerate(model.layers):
        close(layer.W, weights[2 * place])
        close(layer.b, weights[2 * place + 1])


@pytest.mark.parametrize("seed", SEEDS)
def test_batchnorm(seed):
    Z, up, gamma, beta = draw(seed, (6, 4), (6, 4), (1, 4), (1, 4))
    layer = nn.BatchNorm1d(4)
    layer.BW, layer.Bb = gamma, beta
    tZ, tW, tb = leaves(Z, gamma, beta)
    right = tW * (tZ - tZ.mean(0)) / torch.sqrt(tZ.var(0, correction=0) + 1e-8) + tb
    right.backward(torch.tensor(up))
    close(layer.forward(Z), right)
    close(layer.backward(up), tZ.grad)
    close(layer.dLdBW, tW.grad)
    close(layer.dLdBb, tb.grad)
    close(layer.running_M, 0.1 * Z.mean(0, keepdims=True))
    still = (Z - layer.running_M) / np.sqrt(layer.running_V + 1e-8)
    close(layer.forward(Z, eval=True), gamma * still + beta)
