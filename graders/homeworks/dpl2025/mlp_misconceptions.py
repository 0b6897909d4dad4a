"""Mistakes that students of dpl2025 make in layer normalisation and dense connections, as the networks that they write.

Every formula is a run of the same network by hand with one thing changed: gradients are seen in what a step does.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from graders.checking import Catalogue

CATALOGUE = Catalogue()
Array = np.ndarray
EPS = 1e-5


@dataclass(frozen=True)
class Norm:
    """Layer normalisation with everything that goes wrong in it."""

    axis: int | None = 1
    ddof: int = 0
    eps: float = EPS
    eps_outside: bool = False
    centred: bool = True
    rooted: bool = True
    scaled: bool = True
    shifted: bool = True
    swapped: bool = False
    gamma_outside: bool = False
    gamma_back: bool = True
    through_mean: bool = True
    through_variance: bool = True
    sigma_back: int = -1
    """The power of σ on the way back."""
    back_over: int = 1
    """The axis of the means on the way back."""
    back_by: Callable[..., Array] = np.mean
    variance_sign: int = 1
    beta_slope: Callable[[Array, Array], Array] = lambda g, gamma: g
    gamma_slope: Callable[[Array, Array, Array], Array] = lambda g, hat, out: g * hat
    reduce: Callable[..., Array] = np.sum

    def forward(self, z: Array, gamma: Array, beta: Array) -> tuple[Array, Array, Array]:
        """The output, the normalised values, and what they were divided by."""
        mean = z.mean(axis=self.axis, keepdims=True)
        variance = z.var(axis=self.axis, ddof=self.ddof, keepdims=True)
        with np.errstate(invalid="ignore", divide="ignore"):  # an ε that is taken off leaves no root
            sigma = np.sqrt(variance) + self.eps if self.eps_outside else np.sqrt(variance + self.eps)
        sigma = sigma if self.rooted else variance + self.eps
        hat = (z - mean if self.centred else z) / sigma
        if self.swapped:
            gamma, beta = beta, gamma
        return (gamma if self.scaled else 1) * hat + (beta if self.shifted else 0), hat, sigma

    def backward(self, g: Array, gamma: Array, hat: Array, sigma: Array) -> Array:
        """The gradient in what was normalised."""
        d = g if self.gamma_outside or not self.gamma_back else g * gamma
        mean = self.back_by(d, axis=self.back_over, keepdims=True) if self.through_mean else 0
        along = hat * self.back_by(d * hat, axis=self.back_over, keepdims=True) if self.through_variance else 0
        d = (d - mean - self.variance_sign * along) * sigma**self.sigma_back
        return np.asarray(d * gamma if self.gamma_outside else d)


class Off(Norm):
    """No layer normalisation."""

    def forward(self, z: Array, gamma: Array, beta: Array) -> tuple[Array, Array, Array]:  # noqa: ARG002
        """What it is given."""
        return z, z, np.ones(1)

    def backward(self, g: Array, gamma: Array, hat: Array, sigma: Array) -> Array:  # noqa: ARG002
        """What it is given."""
        return g


@dataclass
class Kept:
    """What forward keeps of a hidden layer: its input, LN's output, ẑ and σ, and what is handed on."""

    seen: Array
    out: Array
    hat: Array
    sigma: Array
    H: Array


@dataclass(frozen=True)
class Network:
    """The dense residual network with everything that goes wrong in it. Layers are counted from 0."""

    norm: Norm = Norm()
    residuals: Sequence[Sequence[int]] = ((), (0,), (1,))
    """What each hidden layer adds before LN: the layers that it is of."""
    after_norm: Sequence[int] = ()
    """The layers that add it after LN, and `after_activation` after ReLU."""
    after_activation: Sequence[int] = ()
    norm_of: Sequence[int] = (0, 1, 2)
    """Whose γ and β each layer has."""
    linear: Sequence[int] = ()
    """The layers without ReLU, and those that have `absolute` values in its place."""
    absolute: Sequence[int] = ()
    sums_seen: bool = False
    """Whether layer 2 sees LN's output of layer 1."""
    order2: Sequence[int] = (0, 1)
    order3: Sequence[int] = (0, 1, 2)
    ones_first: bool = False
    ones: float = 1.0
    answer: str = "log_probs"
    over: int | None = 1
    """The axis of log-softmax."""
    label: str = ""
    """What is wrong about it on the way back."""
    H1_through_layer3: bool = True
    H1_through_layer2: bool = True
    H1_through_residual: bool = True
    H2_through_layer3: bool = True
    H2_through_residual: bool = True
    H1_takes_H2s: bool = False
    H2_takes_H1s: bool = False
    past_norm: str = ""
    """Where LN's derivative is left out: `residual` of layer 3, or `W1`."""
    residual_twice: bool = False
    unmasked: Sequence[int] = ()
    mask_turned: Sequence[int] = ()
    mask_of: Sequence[int] = (0, 1, 2)
    first_row: Sequence[int] = ()
    """The weights whose first row is left out on the way back, and those that are `updated` before."""
    updated: Sequence[int] = ()
    averaged: int = 1

    def append_ones(self, A: Array) -> Array:
        """With a column for the bias."""
        ones = np.full((len(A), 1), self.ones)
        return np.hstack([ones, A] if self.ones_first else [A, ones])

    def run(self, X: Array, Y: Array, W: Any, gamma: Any, beta: Any, rate: float) -> dict[str, Any]:
        """Log-probabilities, and the parameters after a step."""
        layers: list[Kept] = []
        for k in range(3):
            layers.append(self._layer(k, X, layers, W[k], gamma[self.norm_of[k]], beta[self.norm_of[k]]))
        last = self.append_ones(layers[2].H)
        logits = last @ W[3]
        shifted = logits - logits.max(axis=1, keepdims=True)
        log_probs = shifted - np.log(np.exp(shifted).sum(axis=self.over, keepdims=True))
        dW, dgamma, dbeta = self._slopes(X, self._delta(log_probs, Y), [*layers, last], W, gamma, rate)
        answers = {"probabilities": np.exp(log_probs), "logits": logits, "negative": -log_probs}
        return {
            "log_probs": answers.get(self.answer, log_probs),
            "W_after": [w - rate * g for w, g in zip(W, dW, strict=True)],
            "gamma_after": [w - rate * g for w, g in zip(gamma, dgamma, strict=True)],
            "beta_after": [w - rate * g for w, g in zip(beta, dbeta, strict=True)],
        }

    def _layer(self, k: int, X: Array, before: Sequence[Kept], W: Array, gamma: Array, beta: Array) -> Kept:
        parts = [X, *(one.out if self.sums_seen and k == 1 else one.H for one in before)]
        order = ((0,), self.order2, self.order3)[k]
        seen = self.append_ones(np.hstack([parts[i] for i in order]))
        z, residual = seen @ W, sum((before[i].H for i in self.residuals[k]), 0.0)
        late = k in self.after_norm or k in self.after_activation
        out, hat, sigma = self.norm.forward(z if late else z + residual, gamma, beta)
        out = out + residual if k in self.after_norm else out
        H = out if k in self.linear else np.abs(out) if k in self.absolute else np.maximum(out, 0)
        return Kept(seen, out, hat, sigma, H + residual if k in self.after_activation else H)

    def _delta(self, log_probs: Array, Y: Array) -> Array:
        """The gradient in the logits."""
        probs, count = np.exp(log_probs), len(Y)
        wrong = {
            "added": (probs + Y, count),
            "shifted": (probs - np.roll(Y, -1, axis=1), count),
            "first": (probs - Y[:1], count),
            "log": (log_probs - Y, count),
            "over classes": (probs - Y, Y.shape[1]),
        }
        found, divided = wrong.get(self.label, (probs - Y, count))
        return np.asarray(found / divided**self.averaged)

    def _slopes(
        self, X: Array, delta: Array, kept: Sequence[Any], W: Any, gamma: Any, rate: float
    ) -> tuple[list[Array], list[Array], list[Array]]:
        """The gradients in the weights, in γ and in β."""
        d, h = X.shape[1], W[0].shape[1]
        *layers, last = kept
        dW, dgamma, dbeta = [np.zeros(0)] * 3, [np.zeros(0)] * 3, [np.zeros(0)] * 3

        def back(k: int, dH: Array) -> tuple[Array, Array, Array]:
            one, of = layers[k], gamma[self.norm_of[k]]
            g = dH * self._mask(k, layers)
            dgamma[k] = self.norm.reduce(self.norm.gamma_slope(g, one.hat, one.out), axis=0)
            dbeta[k] = self.norm.reduce(self.norm.beta_slope(g, of), axis=0)
            dz = self.norm.backward(g, of, one.hat, one.sigma)
            dW[k] = one.seen.T @ (g if self.past_norm == "W1" and k == 0 else dz)
            return g, dz, dz @ self._weights_back(k, W[k], dW[k], rate).T

        dW.append(last.T @ delta)
        g3, dz3, seen3 = back(2, delta @ self._weights_back(3, W[3], dW[3], rate).T)
        of_H1, of_H2 = seen3[:, d : d + h], seen3[:, d + h :]
        through = g3 if self.past_norm == "residual" else dz3
        dH2 = self.H2_through_layer3 * (of_H1 if self.H2_takes_H1s else of_H2) + self.H2_through_residual * through
        _, dz2, seen2 = back(1, dH2)
        dH1 = self.H1_through_layer3 * (of_H2 if self.H1_takes_H2s else of_H1)
        dH1 = dH1 + self.H1_through_layer2 * seen2[:, d:] + self.H1_through_residual * dz2
        back(0, dH1 + dz3 if self.residual_twice else dH1)
        return dW, dgamma, dbeta

    def _mask(self, k: int, layers: Sequence[Kept]) -> Array | float:
        if k in self.unmasked:
            return 1.0
        out = layers[self.mask_of[k]].out
        return out < 0 if k in self.mask_turned else out > 0

    def _weights_back(self, k: int, W: Array, dW: Array, rate: float) -> Array:
        """The weights that a gradient goes back through, without those of the bias."""
        moved = W - rate * dW if k in self.updated else W
        return moved[1:] if k in self.first_row else moved[:-1]


def wrong(name: str, quantities: str, says: str, look: str, network: Network) -> None:
    """A mistake in the quantities where it shows first."""
    for quantity in quantities.split():
        formula = _formula(network, quantity)
        formula.__name__ = f"{name}_in_{quantity}"
        CATALOGUE.wrong(f"mlp.{quantity}", says, look)(formula)


def _formula(network: Network, quantity: str) -> Callable[..., Any]:
    def formula(X: Array, Y: Array, W: Any, gamma: Any, beta: Any, rate: float) -> Any:
        if len(gamma):
            return network.run(X, Y, W, gamma, beta, rate)[quantity]
        if network.norm != RIGHT.norm or quantity[0] in "gb":
            return None
        none = [np.ones(1)] * 3  # of what is off
        return replace(network, norm=Off()).run(X, Y, W, none, none, rate)[quantity]

    return formula


RIGHT = Network()


OTHERWISE: dict[str, dict[str, Any]] = {
    "gamma_slope": {
        "g": lambda g, hat, out: g,
        "g * out": lambda g, hat, out: g * out,
    },
    "beta_slope": {"g * gamma": lambda g, gamma: g * gamma},
    "reduce": {"mean": np.mean},
    "back_by": {"sum": np.sum},
    "over": {"all": None},
    "axis": {"all": None},
}
"""What words in the table stand for."""


def in_table(file: Path) -> Iterator[tuple[Network, dict[str, Any]]]:
    """Each mistake of the table, with what it is called and said to be."""
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    for kind in ("norm", "dense"):
        for row in table[kind]:
            words = {name: OTHERWISE.get(name, {}).get(str(value), value) for name, value in row["changes"].items()}
            changes = {"norm": replace(RIGHT.norm, **words)} if kind == "norm" else words
            yield replace(RIGHT, **changes), row


for _network, _row in in_table(Path(__file__).with_name("mlp_mistakes.toml")):
    wrong(_row["name"], _row["shows"], _row["says"], _row["look"], _network)


def not_switched_off(quantity: str) -> None:
    """LayerNorm where it should be off, with the γ and β that a new network has."""

    def formula(X: Array, Y: Array, W: Any, gamma: Any, rate: float) -> Any:
        if len(gamma):
            return None
        ones, zeros = [np.ones(W[0].shape[1])] * 3, [np.zeros(W[0].shape[1])] * 3
        return RIGHT.run(X, Y, W, ones, zeros, rate)[quantity]

    formula.__name__ = f"switch_ignored_in_{quantity}"
    says = "is what the network with LayerNorm gives, though use_layernorm is False"
    CATALOGUE.wrong(f"mlp.{quantity}", says, "Look at where use_layernorm is asked, forward and backward.")(formula)


not_switched_off("log_probs")
not_switched_off("W_after")
