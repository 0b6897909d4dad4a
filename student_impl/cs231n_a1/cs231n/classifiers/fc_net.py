"""Fully connected networks, whose parameters and gradients are dicts."""

import numpy as np

from ..layer_utils import *
from ..layers import *


class TwoLayerNet:
    """affine, relu, affine, softmax: params has W1, b1, W2, b2."""

    def __init__(self, input_dim=3 * 32 * 32, hidden_dim=100, num_classes=10, weight_scale=1e-3, reg=0.0):
        self.params = {}
        self.reg = reg
        # BEGIN SOLUTION
        self.params["W1"] = np.random.normal(0, weight_scale, (input_dim, hidden_dim))
        self.params["b1"] = np.zeros(hidden_dim)
        self.params["W2"] = np.random.normal(0, weight_scale, (hidden_dim, num_classes))
        self.params["b2"] = np.zeros(num_classes)
        # END SOLUTION

    def loss(self, X, y=None):
        """Scores (N, C) of X (N, d1, ..., dk) where there are no labels; with labels y (N,) the loss and gradients."""
        scores = None
        # BEGIN SOLUTION
        hidden, first = affine_relu_forward(X, self.params["W1"], self.params["b1"])
        scores, second = affine_forward(hidden, self.params["W2"], self.params["b2"])
        # END SOLUTION
        if y is None:
            return scores

        loss, grads = 0, {}
        # BEGIN SOLUTION
        loss, dscores = softmax_loss(scores, y)
        loss += 0.5 * self.reg * sum((self.params[name] ** 2).sum() for name in ("W1", "W2"))
        dhidden, grads["W2"], grads["b2"] = affine_backward(dscores, second)
        _, grads["W1"], grads["b1"] = affine_relu_backward(dhidden, first)
        for name in ("W1", "W2"):
            grads[name] += self.reg * self.params[name]
        # END SOLUTION
        return loss, grads


class FullyConnectedNet:
    """{affine, [batch or layer normalisation], relu, [dropout]} x (L - 1), affine, softmax."""

    def __init__(
        self,
        hidden_dims,
        input_dim=3 * 32 * 32,
        num_classes=10,
        dropout_keep_ratio=1,
        normalization=None,
        reg=0.0,
        weight_scale=1e-2,
        dtype=np.float32,
        seed=None,
    ):
        self.normalization = normalization
        self.use_dropout = dropout_keep_ratio != 1
        self.reg = reg
        self.num_layers = 1 + len(hidden_dims)
        self.dtype = dtype
        self.params = {}
        # BEGIN SOLUTION
        dims = [input_dim, *hidden_dims, num_classes]
        for i in range(1, self.num_layers + 1):
            self.params[f"W{i}"] = weight_scale * np.random.randn(dims[i - 1], dims[i])
            self.params[f"b{i}"] = np.zeros(dims[i])
            if self.normalization is not None and i < self.num_layers:
                self.params[f"gamma{i}"] = np.ones(dims[i])
                self.params[f"beta{i}"] = np.zeros(dims[i])
        # END SOLUTION
        self.dropout_param = {}
        if self.use_dropout:
            self.dropout_param = {"mode": "train", "p": dropout_keep_ratio}
            if seed is not None:
                self.dropout_param["seed"] = seed
        self.bn_params = []
        if self.normalization == "batchnorm":
            self.bn_params = [{"mode": "train"} for _ in range(self.num_layers - 1)]
        if self.normalization == "layernorm":
            self.bn_params = [{} for _ in range(self.num_layers - 1)]
        for name, value in self.params.items():
            self.params[name] = value.astype(dtype)

    def loss(self, X, y=None):
        """As TwoLayerNet has it."""
        X = X.astype(self.dtype)
        mode = "test" if y is None else "train"
        if self.use_dropout:
            self.dropout_param["mode"] = mode
        if self.normalization == "batchnorm":
            for bn_param in self.bn_params:
                bn_param["mode"] = mode
        scores = None
        # BEGIN SOLUTION
        last = self.num_layers
        out, caches = X, {}
        for i in range(1, last):
            out, caches["affine", i] = affine_forward(out, self.params[f"W{i}"], self.params[f"b{i}"])
            if self.normalization is not None:
                norm = batchnorm_forward if self.normalization == "batchnorm" else layernorm_forward
                gamma, beta = self.params[f"gamma{i}"], self.params[f"beta{i}"]
                out, caches["norm", i] = norm(out, gamma, beta, self.bn_params[i - 1])
            out, caches["relu", i] = relu_forward(out)
            if self.use_dropout:
                out, caches["dropout", i] = dropout_forward(out, self.dropout_param)
        scores, caches["affine", last] = affine_forward(out, self.params[f"W{last}"], self.params[f"b{last}"])
        # END SOLUTION
        if mode == "test":
            return scores

        loss, grads = 0.0, {}
        # BEGIN SOLUTION
        loss, dout = softmax_loss(scores, y)
        for i in range(last, 0, -1):
            if i < last:
                if self.use_dropout:
                    dout = dropout_backward(dout, caches["dropout", i])
                dout = relu_backward(dout, caches["relu", i])
                if self.normalization is not None:
                    back = batchnorm_backward_alt if self.normalization == "batchnorm" else layernorm_backward
                    dout, grads[f"gamma{i}"], grads[f"beta{i}"] = back(dout, caches["norm", i])
            dout, grads[f"W{i}"], grads[f"b{i}"] = affine_backward(dout, caches["affine", i])
            loss += 0.5 * self.reg * (self.params[f"W{i}"] ** 2).sum()
            grads[f"W{i}"] += self.reg * self.params[f"W{i}"]
        # END SOLUTION
        return loss, grads
