"""Fast convolution and pooling. Their backward passes use a compiled extension, im2col_cython: see setup.py."""

import numpy as np

try:
    from .im2col_cython import col2im_6d_cython
except ImportError:
    print("im2col_cython isn't built: run `python setup.py build_ext --inplace` in the folder cs231n")


def conv_forward_fast(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    out = np.einsum("ncijhw,fchw->nfij", windows, w, optimize=True) + b[:, None, None]
    return out, (x, w, b, conv_param, np.ascontiguousarray(windows))


def conv_backward_fast(dout, cache):
    x, w, b, conv_param, windows = cache
    stride, pad = conv_param["stride"], conv_param["pad"]
    dw = np.einsum("nfij,ncijhw->fchw", dout, windows, optimize=True)
    dcols = np.ascontiguousarray(np.einsum("nfij,fchw->chwnij", dout, w, optimize=True))
    dx = col2im_6d_cython(dcols, *x.shape, *w.shape[2:], pad, stride)
    return dx, dw, dout.sum(axis=(0, 2, 3))


def max_pool_forward_fast(x, pool_param):
    height, width, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    assert height == width == stride, "only windows beside each other are pooled fast"
    N, C, H, W = x.shape
    tiles = x.reshape(N, C, H // height, height, W // width, width)
    out = tiles.max(axis=(3, 5))
    return out, (x, tiles, out)


def max_pool_backward_fast(dout, cache):
    x, tiles, out = cache
    largest = tiles == out[:, :, :, None, :, None]
    shares = largest / largest.sum(axis=(3, 5), keepdims=True)
    return (shares * dout[:, :, :, None, :, None]).reshape(x.shape)
