"""Right CS231n layers in odd styles keep their points, and a slip in each style costs them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from graders.coursework.bundled import worked_submission
from graders.coursework.packs.pack import load_homework
from graders.coursework.selection import select
from graders.marking.profiles import Profile
from graders.marking.run import Request, mark

AFFINE = """
def affine_forward(x, w, b):
    out = np.empty((len(x), w.shape[1]))
    for n, example in enumerate(x):
        for m in range(w.shape[1]):
            out[n, m] = sum(a * c for a, c in zip(example.ravel(), w[:, m])) + b[m]
    return out, {"x": x, "w": w}


def affine_backward(dout, cache):
    x, w = cache["x"], cache["w"]
    dx, dw, db = np.zeros(x.shape), np.zeros(w.shape), np.zeros(w.shape[1])
    for n in range(len(x)):
        dx[n] = (w @ dout[n]).reshape(x[n].shape)
        dw += np.multiply.outer(x[n].ravel(), dout[n])
        db += dout[n]
    return dx, dw, db
"""
SOFTMAX = """
def softmax_loss(x, y):
    hot = np.eye(x.shape[1])[y]
    top = np.amax(x, axis=1, keepdims=True)
    total = np.log(np.einsum("nc->n", np.exp(x - top)))[:, None] + top
    return float(np.einsum("nc,nc->", hot, total - x)) / len(x), (np.exp(x - total) - hot) / len(x)
"""
NORM = """
def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    centred = np.array([row - np.mean(row) for row in x])
    inverse = np.array([1.0 / np.sqrt(np.dot(row, row) / len(row) + eps) for row in centred])
    return np.einsum("nd,n,d->nd", centred, inverse, gamma) + beta, (centred, inverse, gamma)


def layernorm_backward(dout, cache):
    centred, inverse, gamma = cache
    n, d = centred.shape
    jacobian = np.empty((n, d, d))
    for i in range(n):
        unit = centred[i] * inverse[i]
        jacobian[i] = inverse[i] * (np.eye(d) - 1.0 / d - np.outer(unit, unit) / d)
    dx = np.einsum("nij,nj->ni", jacobian, dout * gamma)
    return dx, np.einsum("nd,nd,n->d", dout, centred, inverse), np.add.reduce(dout)
"""
POOL = """
def max_pool_forward_naive(x, pool_param):
    h, w, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    n, c, H, W = x.shape
    view = np.lib.stride_tricks.as_strided(
        x, (n, c, (H - h) // s + 1, (W - w) // s + 1, h, w),
        (*x.strides[:2], x.strides[2] * s, x.strides[3] * s, *x.strides[2:]),
    )
    return view.max(axis=(-1, -2)), (x, view.copy(), pool_param)


def max_pool_backward_naive(dout, cache):
    x, view, pool_param = cache
    s, w = pool_param["stride"], pool_param["pool_width"]
    best = view.reshape(*dout.shape, -1).argmax(-1)
    dx = np.zeros(x.size)
    n, c, i, j = np.indices(dout.shape)
    flat = np.ravel_multi_index((n, c, i * s + best // w, j * s + best % w), x.shape)
    np.add.at(dx, flat.ravel(), dout.ravel())
    return dx.reshape(x.shape)
"""
CONV = """
def _columns(x, hh, ww, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    padded = np.zeros((*x.shape[:2], x.shape[2] + 2 * p, x.shape[3] + 2 * p))
    padded[..., p : p + x.shape[2], p : p + x.shape[3]] = x
    rows, columns = (padded.shape[2] - hh) // s + 1, (padded.shape[3] - ww) // s + 1
    parts = [padded[:, :, i * s : i * s + hh, j * s : j * s + ww] for i in range(rows) for j in range(columns)]
    return np.stack([part.reshape(len(x), -1) for part in parts], axis=1), (rows, columns), padded.shape


def conv_forward_naive(x, w, b, conv_param):
    cols, (rows, columns), _ = _columns(x, *w.shape[2:], conv_param)
    out = (cols @ w.reshape(len(w), -1).T + b).transpose(0, 2, 1).reshape(len(x), len(w), rows, columns)
    return out, (x, w, conv_param)


def conv_backward_naive(dout, cache):
    x, w, conv_param = cache
    hh, ww = w.shape[2:]
    s, p = conv_param["stride"], conv_param["pad"]
    cols, (rows, columns), shape = _columns(x, hh, ww, conv_param)
    d = dout.reshape(len(x), len(w), -1)
    dw = sum(d[n] @ cols[n] for n in range(len(x))).reshape(w.shape)
    dcols = (d.transpose(0, 2, 1) @ w.reshape(len(w), -1)).reshape(len(x), rows * columns, x.shape[1], hh, ww)
    dpadded = np.zeros(shape)
    for k in range(rows * columns):
        i, j = divmod(k, columns)
        dpadded[:, :, i * s : i * s + hh, j * s : j * s + ww] += dcols[:, k]
    return dpadded[:, :, p : p + x.shape[2], p : p + x.shape[3]], dw, d.sum((0, 2))
"""
BATCHNORM = """
def batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    kept = [bn_param.setdefault(name, np.zeros(x.shape[1])) for name in ("running_mean", "running_var")]
    if bn_param["mode"] == "test":
        return (x - kept[0]) / np.sqrt(kept[1] + eps) * gamma + beta, None
    now = [np.mean(x, 0), np.var(x, 0)]
    for value, old in zip(now, kept):
        old += (1 - momentum) * (value - old)
    hat = (x - now[0]) * (now[1] + eps) ** -0.5
    return hat * gamma + beta, (hat, gamma, (now[1] + eps) ** -0.5)


def batchnorm_backward(dout, cache):
    hat, gamma, inverse = cache
    d = dout * gamma
    dx = inverse * (d - np.mean(d, 0) - hat * np.mean(d * hat, 0))
    return [dx, (dout * hat).sum(0), dout.sum(0)]


batchnorm_backward_alt = batchnorm_backward
"""
STYLES = {
    "Python's loops": ("cs231n_a1", "layers", AFFINE, "+ b[m]", ""),
    "einsum": ("cs231n_a1", "layers", SOFTMAX, "- hot) / len(x)", "- hot)"),
    "Jacobians": ("cs231n_a2", "layernorm", NORM, "- 1.0 / d", ""),
    "stride tricks and add.at": ("cs231n_a2", "max_pool", POOL, "best // w, j", "best % w, j"),
    "columns": ("cs231n_a2", "conv", CONV, "hh, j * s : j * s + ww] += dcols", "hh, j * s : j * s + ww] = dcols"),
    "averages changed in place": ("cs231n_a2", "batchnorm", BATCHNORM, "(1 - momentum) * (value", "momentum * (value"),
}


def points_lost(folder: Path, homework: str, section: str, code: str) -> float:
    shutil.copytree(worked_submission(homework), folder, ignore=shutil.ignore_patterns("__pycache__"))
    layers = folder / "cs231n/layers.py"
    layers.write_text(layers.read_text() + code)
    found = load_homework(homework)
    report = mark(Request(folder, found, select(found, [section], {}), Profile.QUICK, shrinks=0))
    return report.max_score - report.score


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.sampled(one_in=3)
def test_a_style_costs_nothing_and_a_slip_in_it_does(style: str, tmp_path: Path) -> None:
    homework, section, code, old, new = STYLES[style]
    assert code.count(old) == 1
    assert points_lost(tmp_path / "right", homework, section, code) == 0
    assert points_lost(tmp_path / "wrong", homework, section, code.replace(old, new)) > 0
