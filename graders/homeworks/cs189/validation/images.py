"""Right convolution and pooling, written otherwise than the worked ones: loops, im2col, as_strided, ties anyhow."""

from __future__ import annotations

from graders.marking.validation.changes import Changes, Edit
from graders.marking.validation.suite import Variant

from .mutants import EINSUM, LAYERS, PATCHES

CONV_FORWARD = f'Z = np.einsum({EINSUM}) + self.parameters["b"][0]'
CONV_W = 'self.gradients["W"] = np.einsum("brcnij,brcf->ijnf", patches, dZ, optimize=True)'
CONV_DX = """for i in range(W.shape[0]):
            for j in range(W.shape[1]):
                seen = dX[:, i : i + self.stride * height : self.stride, j : j + self.stride * width : self.stride]
                seen += dZ @ W[i, j].T
"""
POOL_FORWARD = 'return patches.max(axis=(4, 5)) if self.mode == "max" else patches.mean(axis=(4, 5))'
POOL_LOOP = """for i in range(height):
            for j in range(width):
                share = winners == i * width + j if self.mode == "max" else 1 / (height * width)
                dX[:, i : i + step * rows : step, j : j + step * columns : step] += share * dLdY
"""
WINNERS = "winners = flat.argmax(axis=-1)  # the first one of equals"

AS_STRIDED = """a, b, c, d = X.strides
    rows = (X.shape[1] - kernel_shape[0]) // stride + 1
    columns = (X.shape[2] - kernel_shape[1]) // stride + 1
    shape = (X.shape[0], rows, columns, X.shape[3], *kernel_shape)
    return np.lib.stride_tricks.as_strided(X, shape, (a, b * stride, c * stride, d, b, c), writeable=False)"""

IM2COL = """columns = patches.transpose(0, 1, 2, 4, 5, 3).reshape(-1, self.parameters["W"][..., 0].size)
        Z = columns @ self.parameters["W"].reshape(columns.shape[1], -1)
        Z = Z.reshape(*patches.shape[:3], -1) + self.parameters["b"]"""
IM2COL_W = """unrolled = patches.transpose(0, 1, 2, 4, 5, 3).reshape(-1, W[..., 0].size)
        self.gradients["W"] = (unrolled.T @ dZ.reshape(-1, W.shape[3])).reshape(W.shape)"""

BY_POSITIONS = """positions = [np.tensordot(padded[:, r * self.stride : r * self.stride + self.kernel_shape[0],
                                             q * self.stride : q * self.stride + self.kernel_shape[1]],
                                  self.parameters["W"], axes=3)
                     for r in range(patches.shape[1]) for q in range(patches.shape[2])]
        Z = np.stack(positions, axis=1).reshape(*patches.shape[:3], self.n_out) + self.parameters["b"].reshape(-1)"""

FULL_CORRELATION = """top, left = W.shape[0] - 1, W.shape[1] - 1
        spread = np.zeros((len(X), padded.shape[1] + top, padded.shape[2] + left, W.shape[3]))
        spread[:, top : top + self.stride * height : self.stride, left : left + self.stride * width : self.stride] = dZ
        around = windows(spread, W.shape[:2], 1)
        dX = np.einsum("brcfij,ijnf->brcn", around, np.flip(W, (0, 1)))
"""

POOL_BY_NUMBERS = """for n, r, q, c in np.ndindex(*dLdY.shape):
            place = np.s_[n, r * step : r * step + height, q * step : q * step + width, c]
            if self.mode == "max":
                best = np.unravel_index(np.argmax(padded[place]), (height, width))
                dX[place][best] += dLdY[n, r, q, c]
            else:
                dX[place] += dLdY[n, r, q, c] / (height * width)
"""
POOL_LAST = """for n, r, q, c in np.ndindex(*dLdY.shape):
            if self.mode != "max":
                dX[n, r * step : r * step + height, q * step : q * step + width, c] += dLdY[n, r, q, c] / height / width
                continue
            best, at = -np.inf, None
            for i in range(r * step, r * step + height):
                for j in range(q * step, q * step + width):
                    if padded[n, i, j, c] >= best:
                        best, at = padded[n, i, j, c], (i, j)
            dX[n, at[0], at[1], c] += dLdY[n, r, q, c]
"""
POOL_SHARED = """equal = patches == patches.max(axis=(4, 5), keepdims=True)
        if self.mode != "max":
            equal = np.ones(patches.shape)
        shares = equal / equal.sum(axis=(4, 5), keepdims=True) * dLdY[..., None, None]
        for r in range(rows):
            for q in range(columns):
                dX[:, r * step : r * step + height, q * step : q * step + width] += np.moveaxis(shares[:, r, q], 1, -1)
"""
POOL_ADDED_AT = """b, r, q, c = np.indices(dLdY.shape)
        if self.mode == "max":
            np.add.at(dX, (b, r * step + winners // width, q * step + winners % width, c), dLdY)
        else:
            for i, j in np.ndindex(height, width):
                np.add.at(dX, (b, r * step + i, q * step + j, c), dLdY / flat.shape[-1])
"""
POOL_ALL = """for r in range(rows):
            for q in range(columns):
                seen = padded[:, r * step : r * step + height, q * step : q * step + width]
                out = dLdY[:, r : r + 1, q : q + 1]
                if self.mode == "max":
                    share = (seen == seen.max(axis=(1, 2), keepdims=True)) * out
                else:
                    share = np.broadcast_to(out / (height * width), seen.shape)
                dX[:, r * step : r * step + height, q * step : q * step + width] += share
"""
ANY = "winners = (flat + 1e-12 * noise).argmax(axis=-1)"
POOL_FORWARD_LOOP = """out = np.empty(patches.shape[:4])
        for r in range(out.shape[1]):
            for q in range(out.shape[2]):
                reduce = np.amax if self.mode == "max" else np.average
                out[:, r, q] = reduce(patches[:, r, q].reshape(*out.shape[::3], -1), axis=-1)
        return out"""


def conv(name: str, *edits: tuple[str, str]) -> Variant:
    """A convolution."""
    return Variant(f"conv: {name}", Changes(tuple(Edit(LAYERS, old, new) for old, new in edits)), ("conv",))


def pool(name: str, *edits: tuple[str, str]) -> Variant:
    """A pooling layer."""
    return Variant(f"pool: {name}", Changes(tuple(Edit(LAYERS, old, new) for old, new in edits)), ("pool",))


VARIANTS = [
    Variant("conv, pool: as_strided", Changes((Edit(LAYERS, PATCHES, AS_STRIDED),)), ("conv", "pool")),
    conv("im2col and a matrix product", (CONV_FORWARD, IM2COL), (CONV_W, IM2COL_W)),
    conv("tensordot at each position", (CONV_FORWARD, BY_POSITIONS)),
    conv("X's gradient as a full correlation with the kernel turned round", (CONV_DX, FULL_CORRELATION)),
    pool("ties to the first, number by number", (POOL_LOOP, POOL_BY_NUMBERS)),
    pool("ties to the last, number by number", (POOL_LOOP, POOL_LAST)),
    pool("ties shared equally, window by window", (POOL_LOOP, POOL_SHARED)),
    pool("all of it to each of several maxima", (POOL_LOOP, POOL_ALL)),
    pool("add.at", (POOL_LOOP, POOL_ADDED_AT)),
    pool("ties to any, drawn anew", (WINNERS, f"noise = np.random.rand(*flat.shape)\n        {ANY}")),
    pool("forward by positions", (POOL_FORWARD, POOL_FORWARD_LOOP)),
]
