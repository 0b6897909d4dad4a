"""Layers as pairs of functions: forward gives (out, cache), backward takes (dout, cache) and gives the gradients."""

import numpy as np


def affine_forward(x, w, b):
    """out (N, M) of inputs x (N, d1, ..., dk), whose rows are flattened, weights w (D, M) and biases b (M,)."""
    out = None
    # BEGIN SOLUTION
    rows = x.reshape(x.shape[0], -1)
    out = rows @ w + b
    # END SOLUTION
    cache = (x, w, b)
    return out, cache


def affine_backward(dout, cache):
    """dx in the shape of x, dw (D, M) and db (M,)."""
    x, w, b = cache
    dx, dw, db = None, None, None
    # BEGIN SOLUTION
    dx = (dout @ w.T).reshape(x.shape)
    dw = x.reshape(x.shape[0], -1).T @ dout
    db = dout.sum(axis=0)
    # END SOLUTION
    return dx, dw, db


def relu_forward(x):
    """out, of the shape of x."""
    out = None
    # BEGIN SOLUTION
    out = np.maximum(x, 0)
    # END SOLUTION
    cache = x
    return out, cache


def relu_backward(dout, cache):
    """dx, of the shape of x."""
    dx, x = None, cache
    # BEGIN SOLUTION
    dx = dout * (x > 0)
    # END SOLUTION
    return dx


def svm_loss(x, y):
    """The multiclass hinge loss, a mean over N, of scores x (N, C) and labels y (N,), and its gradient dx."""
    loss, dx = None, None
    # BEGIN SOLUTION
    n = np.arange(x.shape[0])
    margins = np.maximum(0, x - x[n, y][:, np.newaxis] + 1.0)
    margins[n, y] = 0
    loss = margins.sum() / x.shape[0]
    dx = (margins > 0).astype(x.dtype)
    dx[n, y] -= dx.sum(axis=1)
    dx /= x.shape[0]
    # END SOLUTION
    return loss, dx


def softmax_loss(x, y):
    """The cross-entropy of softmax, a mean over N, of scores x (N, C) and labels y (N,), and its gradient dx."""
    loss, dx = None, None
    # BEGIN SOLUTION
    n = np.arange(x.shape[0])
    shifted = x - x.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -log_p[n, y].mean()
    dx = np.exp(log_p)
    dx[n, y] -= 1
    dx /= x.shape[0]
    # END SOLUTION
    return loss, dx


def batchnorm_forward(x, gamma, beta, bn_param):
    """Normalise each feature of x (N, D) over the batch, then scale by gamma (D,) and shift by beta (D,).

    bn_param has mode, 'train' or 'test', and may have eps, momentum, running_mean (D,) and running_var (D,); the
    running values are written back into it.
    """
    mode = bn_param["mode"]
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)
    N, D = x.shape
    running_mean = bn_param.get("running_mean", np.zeros(D, dtype=x.dtype))
    running_var = bn_param.get("running_var", np.zeros(D, dtype=x.dtype))

    out, cache = None, None
    if mode == "train":
        pass
    elif mode == "test":
        pass
    else:
        raise ValueError(f"invalid mode {mode!r}")

    bn_param["running_mean"] = running_mean
    bn_param["running_var"] = running_var
    return out, cache


def batchnorm_backward(dout, cache):
    """dx (N, D), dgamma (D,), dbeta (D,), step by step through the graph."""
    dx, dgamma, dbeta = None, None, None
    pass
    return dx, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    """The same as batchnorm_backward, with the gradient in x simplified on paper."""
    dx, dgamma, dbeta = None, None, None
    pass
    return dx, dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    """Normalise each example of x (N, D) over its features, then scale by gamma (D,) and shift by beta (D,)."""
    out, cache = None, None
    eps = ln_param.get("eps", 1e-5)
    pass
    return out, cache


def layernorm_backward(dout, cache):
    """dx (N, D), dgamma (D,), dbeta (D,)."""
    dx, dgamma, dbeta = None, None, None
    pass
    return dx, dgamma, dbeta


def dropout_forward(x, dropout_param):
    """Inverted dropout: dropout_param has p, the probability of keeping an entry, mode and perhaps a seed."""
    p, mode = dropout_param["p"], dropout_param["mode"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])

    mask = None
    out = None
    if mode == "train":
        pass
    elif mode == "test":
        pass

    cache = (dropout_param, mask)
    out = out.astype(x.dtype, copy=False)
    return out, cache


def dropout_backward(dout, cache):
    """dx, of the shape of x."""
    dropout_param, mask = cache
    mode = dropout_param["mode"]
    dx = None
    if mode == "train":
        pass
    elif mode == "test":
        dx = dout
    return dx


def conv_forward_naive(x, w, b, conv_param):
    """out (N, F, H', W') of x (N, C, H, W), filters w (F, C, HH, WW), biases b (F,), with stride and pad zeros."""
    out = None
    pass
    cache = (x, w, b, conv_param)
    return out, cache


def conv_backward_naive(dout, cache):
    """dx, dw and db."""
    dx, dw, db = None, None, None
    pass
    return dx, dw, db


def max_pool_forward_naive(x, pool_param):
    """out (N, C, H', W'): the largest entry of each window of x (N, C, H, W)."""
    out = None
    pass
    cache = (x, pool_param)
    return out, cache


def max_pool_backward_naive(dout, cache):
    """dx, of the shape of x."""
    dx = None
    pass
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    """Batch normalisation of each channel of x (N, C, H, W); gamma, beta and the running values are (C,)."""
    out, cache = None, None
    pass
    return out, cache


def spatial_batchnorm_backward(dout, cache):
    """dx (N, C, H, W), dgamma (C,), dbeta (C,)."""
    dx, dgamma, dbeta = None, None, None
    pass
    return dx, dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    """Normalise each of G groups of C/G channels of each example of x (N, C, H, W); gamma, beta are (1, C, 1, 1)."""
    out, cache = None, None
    eps = gn_param.get("eps", 1e-5)
    pass
    return out, cache


def spatial_groupnorm_backward(dout, cache):
    """dx (N, C, H, W), dgamma (1, C, 1, 1), dbeta (1, C, 1, 1)."""
    dx, dgamma, dbeta = None, None, None
    pass
    return dx, dgamma, dbeta
