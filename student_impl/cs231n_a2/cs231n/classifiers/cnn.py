"""A convolutional network with three layers."""

import numpy as np

from ..fast_layers import *
from ..layer_utils import *
from ..layers import *


class ThreeLayerConvNet:
    """conv, relu, 2 x 2 max pool, affine, relu, affine, softmax, on X (N, C, H, W)."""

    def __init__(
        self,
        input_dim=(3, 32, 32),
        num_filters=32,
        filter_size=7,
        hidden_dim=100,
        num_classes=10,
        weight_scale=1e-3,
        reg=0.0,
        dtype=np.float32,
    ):
        self.params = {}
        self.reg = reg
        self.dtype = dtype
        # BEGIN SOLUTION
        C, H, W = input_dim
        pooled = num_filters * (H // 2) * (W // 2)
        self.params["W1"] = weight_scale * np.random.randn(num_filters, C, filter_size, filter_size)
        self.params["b1"] = np.zeros(num_filters)
        self.params["W2"] = weight_scale * np.random.randn(pooled, hidden_dim)
        self.params["b2"] = np.zeros(hidden_dim)
        self.params["W3"] = weight_scale * np.random.randn(hidden_dim, num_classes)
        self.params["b3"] = np.zeros(num_classes)
        # END SOLUTION
        for name, value in self.params.items():
            self.params[name] = value.astype(dtype)

    def loss(self, X, y=None):
        """Scores (N, C) where there are no labels; with labels y (N,) the loss and the gradients by name."""
        W1, b1 = self.params["W1"], self.params["b1"]
        W2, b2 = self.params["W2"], self.params["b2"]
        W3, b3 = self.params["W3"], self.params["b3"]
        filter_size = W1.shape[2]
        conv_param = {"stride": 1, "pad": (filter_size - 1) // 2}
        pool_param = {"pool_height": 2, "pool_width": 2, "stride": 2}
        scores = None
        # BEGIN SOLUTION
        out, conv_cache = conv_relu_pool_forward(X, W1, b1, conv_param, pool_param)
        out, hidden_cache = affine_relu_forward(out, W2, b2)
        scores, scores_cache = affine_forward(out, W3, b3)
        # END SOLUTION
        if y is None:
            return scores

        loss, grads = 0, {}
        # BEGIN SOLUTION
        loss, dout = softmax_loss(scores, y)
        loss += 0.5 * self.reg * ((W1**2).sum() + (W2**2).sum() + (W3**2).sum())
        dout, dW3, grads["b3"] = affine_backward(dout, scores_cache)
        dout, dW2, grads["b2"] = affine_relu_backward(dout, hidden_cache)
        _, dW1, grads["b1"] = conv_relu_pool_backward(dout, conv_cache)
        grads["W1"] = dW1 + self.reg * W1
        grads["W2"] = dW2 + self.reg * W2
        grads["W3"] = dW3 + self.reg * W3
        # END SOLUTION
        return loss, grads
