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
    sigma_back: bool = True
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
        mean = d.mean(axis=1, keepdims=True) if self.through_mean else 0
        along = hat * (d * hat).mean(axis=1, keepdims=True) if self.through_variance else 0
        d = (d - mean - along) / (sigma if self.sigma_back else 1)
        return d * gamma if self.gamma_outside else d


@dataclass(frozen=True)
class Network:
    """The dense residual network with everything that goes wrong in it."""

    norm: Norm = Norm()
    residual2: bool = True
    residual3: bool = True
    residual_after: bool = False
    residual3_from_first: bool = False
    order2: Sequence[int] = (0, 1)
    order3: Sequence[int] = (0, 1, 2)
    ones_first: bool = False
    ones: float = 1.0
    H1_through_layer3: bool = True
    H1_through_layer2: bool = True
    H1_through_residual: bool = True
    H2_through_layer3: bool = True
    H2_through_residual: bool = True
    H1_takes_H2s: bool = False
    H2_takes_H1s: bool = False
    masked: bool = True
    first_row_dropped: bool = False
    updated_first: bool = False
    averaged: int = 1

    def append_ones(self, A: Array) -> Array:
        """With a column for the bias."""
        ones = np.full((len(A), 1), self.ones)
        return np.hstack([ones, A] if self.ones_first else [A, ones])

    def run(self, X: Array, Y: Array, W: Any, gamma: Any, beta: Any, rate: float) -> dict[str, Any]:
        """Log-probabilities, and the parameters after a step."""
        d, h, B = X.shape[1], W[0].shape[1], len(X)
        seen: list[Array] = []
        H: list[Array] = []
        outs: list[Array] = []
        hats: list[Array] = []
        sigmas: list[Array] = []
        for k in range(3):
            parts = [X, *H]
            order = (0,), self.order2, self.order3
            seen.append(self.append_ones(np.hstack([parts[i] for i in order[k]])))
            z = seen[k] @ W[k]
            residual = self._residual(k, H)
            out, hat, sigma = self.norm.forward(z if self.residual_after else z + residual, gamma[k], beta[k])
            out = out + residual if self.residual_after else out
            outs.append(out)
            hats.append(hat)
            sigmas.append(sigma)
            H.append(np.maximum(out, 0))
        last = self.append_ones(H[2])
        logits = last @ W[3]
        shifted = logits - logits.max(axis=1, keepdims=True)
        log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        delta = (np.exp(log_probs) - Y) / B**self.averaged
        dW, dgamma, dbeta = [np.zeros(0)] * 3, [np.zeros(0)] * 3, [np.zeros(0)] * 3

        def back(k: int, dH: Array) -> tuple[Array, Array]:
            g = dH * (outs[k] > 0) if self.masked else dH
            dgamma[k] = self.norm.reduce(self.norm.gamma_slope(g, hats[k], outs[k]), axis=0)
            dbeta[k] = self.norm.reduce(g, axis=0)
            dz = self.norm.backward(g, gamma[k], hats[k], sigmas[k])
            dW[k] = seen[k].T @ dz
            return dz, dz @ self._weights_back(W[k], dW[k], rate).T

        dW.append(last.T @ delta)
        dz3, seen3 = back(2, delta @ self._weights_back(W[3], dW[3], rate).T)
        of_H2 = seen3[:, d : d + h] if self.H2_takes_H1s else seen3[:, d + h :]
        dH2 = self.H2_through_layer3 * of_H2 + self.H2_through_residual * dz3
        dz2, seen2 = back(1, dH2)
        of_H1 = seen3[:, d + h :] if self.H1_takes_H2s else seen3[:, d : d + h]
        dH1 = self.H1_through_layer3 * of_H1 + self.H1_through_layer2 * seen2[:, d:] + self.H1_through_residual * dz2
        back(0, dH1)
        return {
            "log_probs": log_probs,
            "W_after": [w - rate * g for w, g in zip(W, dW, strict=True)],
            "gamma_after": [w - rate * g for w, g in zip(gamma, dgamma, strict=True)],
            "beta_after": [w - rate * g for w, g in zip(beta, dbeta, strict=True)],
        }

    def _weights_back(self, W: Array, dW: Array, rate: float) -> Array:
        """The weights that a gradient goes back through, without those of the bias."""
        moved = W - rate * dW if self.updated_first else W
        return moved[1:] if self.first_row_dropped else moved[:-1]

    def _residual(self, k: int, H: list[Array]) -> Array | float:
        if k == 0 or not (self.residual2, self.residual3)[k - 1]:
            return 0.0
        return H[0] if k == 2 and self.residual3_from_first else H[k - 1]


def wrong(name: str, quantities: str, says: str, look: str, network: Network) -> None:
    """A mistake in the quantities where it shows first."""
    for quantity in quantities.split():
        formula = _formula(network, quantity)
        formula.__name__ = f"{name}_in_{quantity}"
        CATALOGUE.wrong(f"mlp.{quantity}", says, look)(formula)


def _formula(network: Network, quantity: str) -> Callable[..., Any]:
    def formula(X: Array, Y: Array, W: Any, gamma: Any, beta: Any, rate: float) -> Any:
        return network.run(X, Y, W, gamma, beta, rate)[quantity] if len(gamma) else None

    return formula


RIGHT = Network()


OTHERWISE: dict[str, dict[str, Any]] = {
    "gamma_slope": {"g": lambda g, hat, out: g, "g * out": lambda g, hat, out: g * out},
    "reduce": {"mean": np.mean},
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
