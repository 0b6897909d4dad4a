"""Ours and the others behind one call: does this checker raise an alarm about this layer?

Every peer is imported when first used, and runs with its own default settings.
"""

from __future__ import annotations

import importlib
import importlib.util
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from graders.gradcheck import Verdict, gradcheck, pointwise
from tests.benchmarks.gradcheck.layers import Array, Inputs, Layer

ALARM, SILENT, INCONCLUSIVE = "alarm", "silent", "inconclusive"

RELATIVE = 1e-6
"""The classroom checker with h = 1e-5 calls a larger relative error of an entry wrong."""

NORM_RATIO = 1e-7
"""The one with h = 1e-6 calls a larger |a - b| / (|a| + |b|) wrong."""


STEP = 6e-6
"""The third root of the machine epsilon: where rounding and curvature harm a central difference alike."""

COARSE = 1e-4
"""The step of a difference of sixth order: short enough for most kinks, long enough for rounding not to matter."""

TUNED, TUNED_FAST, TUNED_JAX, TUNED_FINDIFF = 1e-10, 1e-10, 1e-9, 1e-10
"""The smallest powers of ten with which right layers of the ordinary kinds raise no alarm in 50 seeds."""


@dataclass
class Counted:
    """A layer's two passes, counted."""

    layer: Layer
    forwards: int = 0
    backwards: int = 0

    @property
    def names(self) -> list[str]:
        """The inputs to differentiate with respect to."""
        return [name for name, x in self.layer.inputs.items() if x.dtype.kind == "f"]

    @property
    def arrays(self) -> list[Array]:
        """Copies of those inputs."""
        return [self.layer.inputs[name].copy() for name in self.names]

    def point(self, arrays: Any) -> Inputs:
        """All inputs, some replaced."""
        return {**self.layer.inputs, **dict(zip(self.names, arrays, strict=True))}

    def forward(self, **point: Array) -> Any:
        """The forward pass."""
        self.forwards += 1
        return self.layer.forward(**point)

    def backward(self, point: Inputs, cotangent: Array) -> Inputs:
        """The backward pass."""
        self.backwards += 1
        return self.layer.backward(point, cotangent)


def ours(c: Counted, seed: int) -> str:
    """``graders.gradcheck`` at its defaults; localisation would only add time after an alarm."""
    result = gradcheck(
        pointwise(c.forward), lambda p, g: c.backward(dict(p), g), c.layer.inputs, seed=seed, localise=False
    )
    return {Verdict.PASS: SILENT, Verdict.INCONCLUSIVE: INCONCLUSIVE}.get(result.verdict, ALARM)


def torch_slow(c: Counted, seed: int) -> str:
    """``torch.autograd.gradcheck``."""
    return _torch(c, seed, fast=False)


def torch_fast(c: Counted, seed: int) -> str:
    """``torch.autograd.gradcheck(fast_mode=True)``."""
    return _torch(c, seed, fast=True)


def torch_slow_tuned(c: Counted, seed: int) -> str:
    """``torch.autograd.gradcheck`` with the step that is best for central differences, as strict as it can be."""
    return _torch(c, seed, fast=False, eps=STEP, atol=TUNED, rtol=TUNED)


def torch_fast_tuned(c: Counted, seed: int) -> str:
    """``torch.autograd.gradcheck(fast_mode=True)``, tuned likewise."""
    return _torch(c, seed, fast=True, eps=STEP, atol=TUNED_FAST, rtol=TUNED_FAST)


def _torch(c: Counted, seed: int, fast: bool, **options: float) -> str:
    torch: Any = importlib.import_module("torch")

    class Wrapped(torch.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(ctx: Any, *tensors: Any) -> Any:
            ctx.point = c.point([t.detach().numpy() for t in tensors])
            return torch.as_tensor(np.array(c.forward(**ctx.point)))

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            found = c.backward(ctx.point, g.numpy())
            return tuple(torch.as_tensor(np.array(found[name])) for name in c.names)

    torch.manual_seed(seed)
    tensors = [torch.tensor(x, requires_grad=True) for x in c.arrays]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        right = torch.autograd.gradcheck(Wrapped.apply, tensors, fast_mode=fast, raise_exception=False, **options)
    return SILENT if right else ALARM


def jax_check_grads(c: Counted, seed: int) -> str:
    """``jax.test_util.check_grads``, reverse mode, first order, in 64 bits; its direction has a fixed seed."""
    return _jax(c)


def jax_strict(c: Counted, seed: int) -> str:
    """``jax.test_util.check_grads`` with the best step and the strictest tolerances that right layers pass."""
    return _jax(c, eps=STEP, atol=TUNED_JAX, rtol=TUNED_JAX)


def _jax(c: Counted, **options: float) -> str:
    jax: Any = importlib.import_module("jax")
    test_util: Any = importlib.import_module("jax.test_util")
    jax.config.update("jax_enable_x64", True)
    output = np.asarray(c.layer.forward(**c.layer.inputs))
    shape = jax.ShapeDtypeStruct(output.shape, output.dtype)
    shapes = tuple(jax.ShapeDtypeStruct(x.shape, x.dtype) for x in c.arrays)

    def host_forward(*arrays: Any) -> Array:
        return np.asarray(c.forward(**c.point([np.array(x) for x in arrays])), dtype=output.dtype)

    def host_backward(*arrays: Any) -> tuple[Array, ...]:
        *points, g = (np.array(x) for x in arrays)
        found = c.backward(c.point(points), g)
        return tuple(np.asarray(found[name], dtype=s.dtype) for name, s in zip(c.names, shapes, strict=True))

    @jax.custom_vjp  # type: ignore[untyped-decorator]
    def function(*arrays: Any) -> Any:
        return jax.pure_callback(host_forward, shape, *arrays)

    function.defvjp(
        lambda *arrays: (function(*arrays), arrays),
        lambda arrays, g: jax.pure_callback(host_backward, shapes, *arrays, g),
    )
    return _asserts(lambda: test_util.check_grads(function, tuple(c.arrays), order=1, modes=["rev"], **options))


def hips_autograd(c: Counted, seed: int) -> str:
    """``autograd.test_util.check_grads``, reverse mode, first order."""
    extend: Any = importlib.import_module("autograd.extend")
    test_util: Any = importlib.import_module("autograd.test_util")
    function = extend.primitive(lambda *arrays: c.forward(**c.point(arrays)))

    def pull_back(name: str) -> Callable[..., Any]:
        return lambda ans, *arrays: lambda g: c.backward(c.point(arrays), np.asarray(g))[name]

    extend.defvjp(function, *(pull_back(name) for name in c.names))
    np.random.seed(seed)  # the peer draws from the global state
    return _asserts(lambda: test_util.check_grads(function, modes=["rev"], order=1)(*c.arrays))


def numdifftools(c: Counted, seed: int) -> str:
    """``numdifftools.Gradient`` of the projection on one cotangent, compared with ``np.allclose``."""
    nd: Any = importlib.import_module("numdifftools")
    g, analytic = _projected(c, seed)
    for name, x in zip(c.names, c.arrays, strict=True):

        def scalar(flat: Array, name: str = name, x: Array = x) -> float:
            point = {**c.layer.inputs, name: flat.reshape(x.shape).astype(x.dtype)}
            return float(np.sum(g * c.forward(**point)))

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            numeric = np.asarray(nd.Gradient(scalar)(x.reshape(-1).astype(np.float64)))
        if not np.allclose(numeric.reshape(-1), analytic[name].reshape(-1)):
            return ALARM
    return SILENT


def findiff(c: Counted, seed: int) -> str:
    """A stencil of ``findiff`` of sixth order for every entry; the largest error decides, relative to the largest."""
    package: Any = importlib.import_module("findiff")
    stencil = package.coefficients(deriv=1, acc=6)["center"]
    points = [(k, w) for k, w in zip(stencil["offsets"], stencil["coefficients"], strict=True) if w]
    g, analytic = _projected(c, seed)
    for name, numeric in _every_entry(c, g, COARSE, points):
        a = analytic[name]
        if np.abs(a - numeric).max() > TUNED_FINDIFF * np.abs(a).max():
            return ALARM
    return SILENT


def classroom_relative(c: Counted, seed: int) -> str:
    """Central differences with h = 1e-5 for every entry; the largest relative error decides."""
    g, analytic = _projected(c, seed)
    for name, numeric in _every_entry(c, g, 1e-5):
        a = analytic[name]
        if np.max(np.abs(a - numeric) / np.maximum(1e-8, np.abs(a) + np.abs(numeric))) > RELATIVE:
            return ALARM
    return SILENT


def classroom_norm(c: Counted, seed: int) -> str:
    """Central differences with h = 1e-6 for every entry; the ratio of norms decides."""
    g, analytic = _projected(c, seed)
    for name, numeric in _every_entry(c, g, 1e-6):
        a = analytic[name]
        total = np.linalg.norm(a) + np.linalg.norm(numeric)
        if total and np.linalg.norm(a - numeric) / total > NORM_RATIO:
            return ALARM
    return SILENT


def _projected(c: Counted, seed: int) -> tuple[Array, Inputs]:
    output = np.asarray(c.forward(**c.layer.inputs))
    g = np.random.default_rng([seed, 1]).standard_normal(output.shape).astype(output.dtype)  # not that of the inputs
    return g, c.backward(c.layer.inputs, g)


CENTRAL = ((1, 0.5), (-1, -0.5))
"""Offsets and weights of a central difference."""


def _every_entry(c: Counted, g: Array, h: float, stencil: Sequence[tuple[float, float]] = CENTRAL) -> Any:
    for name, x in zip(c.names, c.arrays, strict=True):
        numeric = np.zeros(x.shape)
        for index in np.ndindex(x.shape):
            kept, total = x[index], 0.0
            for offset, weight in stencil:
                x[index] = kept + offset * h
                total += weight * np.sum(g * c.forward(**{**c.layer.inputs, name: x}))
            x[index] = kept
            numeric[index] = total / h
        yield name, numeric


def _asserts(run: Callable[[], None]) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            run()
        except AssertionError:
            return ALARM
    return SILENT


Checker = Callable[[Counted, int], str]

CHECKERS: dict[str, tuple[Checker, str | None]] = {
    "gradmark": (ours, None),
    "torch slow": (torch_slow, "torch"),
    "torch fast": (torch_fast, "torch"),
    "torch slow tuned": (torch_slow_tuned, "torch"),
    "torch fast tuned": (torch_fast_tuned, "torch"),
    "jax": (jax_check_grads, "jax"),
    "jax strict": (jax_strict, "jax"),
    "autograd": (hips_autograd, "autograd"),
    "numdifftools": (numdifftools, "numdifftools"),
    "findiff": (findiff, "findiff"),
    "classroom 1e-5": (classroom_relative, None),
    "classroom 1e-6": (classroom_norm, None),
}
"""Every checker, and the package that it needs."""


def available() -> dict[str, Checker]:
    """The checkers whose package is installed."""
    return {name: checker for name, (checker, package) in CHECKERS.items() if package is None or _installed(package)}


def _installed(package: str) -> bool:
    return importlib.util.find_spec(package) is not None


def versions() -> dict[str, str]:
    """The versions of the packages that were compared."""
    packages = ["numpy", *dict.fromkeys(package for _, package in CHECKERS.values() if package)]
    metadata: Any = importlib.import_module("importlib.metadata")
    return {package: metadata.version(package) for package in packages if _installed(package)}
