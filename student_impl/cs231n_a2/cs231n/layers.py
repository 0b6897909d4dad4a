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
        # BEGIN SOLUTION
        mean = x.mean(axis=0)
        var = x.var(axis=0)
        std = np.sqrt(var + eps)
        x_hat = (x - mean) / std
        out = gamma * x_hat + beta
        running_mean = momentum * running_mean + (1 - momentum) * mean
        running_var = momentum * running_var + (1 - momentum) * var
        cache = (x_hat, gamma, std)
        # END SOLUTION
    elif mode == "test":
        # BEGIN SOLUTION
        x_hat = (x - running_mean) / np.sqrt(running_var + eps)
        out = x_hat * gamma + beta
        # END SOLUTION
    else:
        raise ValueError(f"invalid mode {mode!r}")

    bn_param["running_mean"] = running_mean
    bn_param["running_var"] = running_var
    return out, cache


def batchnorm_backward(dout, cache):
    """dx (N, D), dgamma (D,), dbeta (D,), step by step through the graph."""
    dx, dgamma, dbeta = None, None, None
    # BEGIN SOLUTION
    x_hat, gamma, std = cache
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    dx_hat = dout * gamma
    dvar = -0.5 * (dx_hat * x_hat).sum(axis=0) / std**2
    dmean = -dx_hat.sum(axis=0) / std
    dx = dx_hat / std + dvar * 2 * x_hat * std / len(dout) + dmean / len(dout)
    # END SOLUTION
    return dx, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    """The same as batchnorm_backward, with the gradient in x simplified on paper."""
    dx, dgamma, dbeta = None, None, None
    # BEGIN SOLUTION
    x_hat, gamma, std = cache
    N = dout.shape[0]
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * x_hat, axis=0)
    dx = gamma / (N * std) * (N * dout - dbeta - x_hat * dgamma)
    # END SOLUTION
    return dx, dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    """Normalise each example of x (N, D) over its features, then scale by gamma (D,) and shift by beta (D,)."""
    out, cache = None, None
    eps = ln_param.get("eps", 1e-5)
    # BEGIN SOLUTION
    mu = x.mean(axis=1, keepdims=True)
    sigma = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    normed = (x - mu) / sigma
    out = gamma * normed + beta
    cache = (normed, gamma, sigma)
    # END SOLUTION
    return out, cache


def layernorm_backward(dout, cache):
    """dx (N, D), dgamma (D,), dbeta (D,)."""
    dx, dgamma, dbeta = None, None, None
    # BEGIN SOLUTION
    normed, gamma, sigma = cache
    dgamma = (dout * normed).sum(axis=0)
    dbeta = dout.sum(axis=0)
    dn = dout * gamma
    dx = (dn - dn.mean(axis=1, keepdims=True) - normed * (dn * normed).mean(axis=1, keepdims=True)) / sigma
    # END SOLUTION
    return dx, dgamma, dbeta


def dropout_forward(x, dropout_param):
    """Inverted dropout: dropout_param has p, the probability of keeping an entry, mode and perhaps a seed."""
    p, mode = dropout_param["p"], dropout_param["mode"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])

    mask = None
    out = None
    if mode == "train":
        # BEGIN SOLUTION
        mask = (np.random.rand(*x.shape) < p) / p
        out = x * mask
        # END SOLUTION
    elif mode == "test":
        # BEGIN SOLUTION
        out = x
        # END SOLUTION

    cache = (dropout_param, mask)
    out = out.astype(x.dtype, copy=False)
    return out, cache


def dropout_backward(dout, cache):
    """dx, of the shape of x."""
    dropout_param, mask = cache
    mode = dropout_param["mode"]
    dx = None
    if mode == "train":
        # BEGIN SOLUTION
        dx = dout * mask
        # END SOLUTION
    elif mode == "test":
        dx = dout
    return dx


def conv_forward_naive(x, w, b, conv_param):
    """out (N, F, H', W') of x (N, C, H, W), filters w (F, C, HH, WW), biases b (F,), with stride and pad zeros."""
    out = None
    # BEGIN SOLUTION
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, _, H, W = x.shape
    F, _, HH, WW = w.shape
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    rows = 1 + (H + 2 * pad - HH) // stride
    columns = 1 + (W + 2 * pad - WW) // stride
    out = np.zeros((N, F, rows, columns), dtype=x.dtype)
    for i in range(rows):
        for j in range(columns):
            window = padded[:, :, i * stride : i * stride + HH, j * stride : j * stride + WW]
            out[:, :, i, j] = np.tensordot(window, w, axes=([1, 2, 3], [1, 2, 3])) + b
    # END SOLUTION
    cache = (x, w, b, conv_param)
    return out, cache


def conv_backward_naive(dout, cache):
    """dx, dw and db."""
    dx, dw, db = None, None, None
    # BEGIN SOLUTION
    x, w, b, conv_param = cache
    stride, pad = conv_param["stride"], conv_param["pad"]
    _, _, H, W = x.shape
    F, _, HH, WW = w.shape
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dpadded, dw = np.zeros_like(padded), np.zeros_like(w)
    db = dout.sum(axis=(0, 2, 3))
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            at = np.s_[:, :, i * stride : i * stride + HH, j * stride : j * stride + WW]
            dw += np.tensordot(dout[:, :, i, j], padded[at], axes=([0], [0]))
            dpadded[at] += np.tensordot(dout[:, :, i, j], w, axes=([1], [0]))
    dx = dpadded[:, :, pad : pad + H, pad : pad + W]
    # END SOLUTION
    return dx, dw, db


def max_pool_forward_naive(x, pool_param):
    """out (N, C, H', W'): the largest entry of each window of x (N, C, H, W)."""
    out = None
    # BEGIN SOLUTION
    height, width, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, H, W = x.shape
    rows, columns = 1 + (H - height) // stride, 1 + (W - width) // stride
    out = np.zeros((N, C, rows, columns), dtype=x.dtype)
    for i in range(rows):
        for j in range(columns):
            seen = x[:, :, i * stride : i * stride + height, j * stride : j * stride + width]
            out[:, :, i, j] = seen.max(axis=(2, 3))
    # END SOLUTION
    cache = (x, pool_param)
    return out, cache


def max_pool_backward_naive(dout, cache):
    """dx, of the shape of x."""
    dx = None
    # BEGIN SOLUTION
    x, pool_param = cache
    height, width, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(*dout.shape):
        top, left = i * stride, j * stride
        seen = x[n, c, top : top + height, left : left + width]
        p, q = np.unravel_index(seen.argmax(), seen.shape)
        dx[n, c, top + p, left + q] += dout[n, c, i, j]
    # END SOLUTION
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    """Batch normalisation of each channel of x (N, C, H, W); gamma, beta and the running values are (C,)."""
    out, cache = None, None
    # BEGIN SOLUTION
    N, C, H, W = x.shape
    flat, cache = batchnorm_forward(x.transpose(0, 2, 3, 1).reshape(-1, C), gamma, beta, bn_param)
    out = flat.reshape(N, H, W, C).transpose(0, 3, 1, 2)
    # END SOLUTION
    return out, cache


def spatial_batchnorm_backward(dout, cache):
    """dx (N, C, H, W), dgamma (C,), dbeta (C,)."""
    dx, dgamma, dbeta = None, None, None
    # BEGIN SOLUTION
    N, C, H, W = dout.shape
    flat, dgamma, dbeta = batchnorm_backward_alt(dout.transpose(0, 2, 3, 1).reshape(-1, C), cache)
    dx = flat.reshape(N, H, W, C).transpose(0, 3, 1, 2)
    # END SOLUTION
    return dx, dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    """Normalise each of G groups of C/G channels of each example of x (N, C, H, W); gamma, beta are (1, C, 1, 1)."""
    out, cache = None, None
    eps = gn_param.get("eps", 1e-5)
    # BEGIN SOLUTION
    N, C, H, W = x.shape
    grouped = x.reshape(N, G, C // G, H, W)
    centre = grouped.mean(axis=(2, 3, 4), keepdims=True)
    spread = np.sqrt(grouped.var(axis=(2, 3, 4), keepdims=True) + eps)
    unit = ((grouped - centre) / spread).reshape(x.shape)
    out = gamma * unit + beta
    cache = (unit, gamma, spread, G)
    # END SOLUTION
    return out, cache


def spatial_groupnorm_backward(dout, cache):
    """dx (N, C, H, W), dgamma (1, C, 1, 1), dbeta (1, C, 1, 1)."""
    dx, dgamma, dbeta = None, None, None
    # BEGIN SOLUTION
    unit, gamma, spread, G = cache
    N, C, H, W = dout.shape
    dbeta = dout.sum(axis=(0, 2, 3), keepdims=True)
    dgamma = (dout * unit).sum(axis=(0, 2, 3), keepdims=True)
    du = (dout * gamma).reshape(N, G, C // G, H, W)
    unit = unit.reshape(du.shape)
    over = {"axis": (2, 3, 4), "keepdims": True}
    dx = ((du - du.mean(**over) - unit * (du * unit).mean(**over)) / spread).reshape(dout.shape)
    # END SOLUTION
    return dx, dgamma, dbeta
