"""Mistakes that students of dpl2025 make in layer normalisation and dense connections, as the networks that they write.

Every formula is a run of the same network by hand with one thing changed: gradients are seen in what a step does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
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


def norm(name: str, quantities: str, says: str, look: str, **changes: Any) -> None:
    """A mistake in layer normalisation."""
    wrong(name, quantities, says, look, replace(RIGHT, norm=replace(RIGHT.norm, **changes)))


def dense(name: str, quantities: str, says: str, look: str, **changes: Any) -> None:
    """A mistake in dense connections and residuals."""
    wrong(name, quantities, says, look, replace(RIGHT, **changes))


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

FORWARD, AXIS = "log_probs", "Each example has a mean and a variance of its own, over the hidden units."
norm("over_batch", FORWARD, "normalises over the batch, not over the hidden units", AXIS, axis=0)
norm("over_everything", FORWARD, "normalises all entries of the batch together", AXIS, axis=None)
norm("ddof", FORWARD, "uses the variance divided by h - 1", "Look at the definition of σ²: it divides by h.", ddof=1)
norm("eps_outside", FORWARD, "adds ε outside the root", "Look at where ε stands under the root.", eps_outside=True)
norm("eps_sign", FORWARD, "takes ε off the variance: its sign is wrong", "Look at ε's sign under the root.", eps=-EPS)
norm("no_eps", FORWARD, "leaves ε out", "Look at what stands under the root beside σ².", eps=0.0)
norm("uncentred", FORWARD, "doesn't subtract the mean", "Look at the numerator of ẑ.", centred=False)
norm("variance", FORWARD, "divides by the variance, not by its root", "Look at the denominator of ẑ.", rooted=False)
norm("no_gamma", FORWARD, "isn't scaled by γ", "Look at what γ multiplies in LN.", scaled=False)
norm("no_beta", FORWARD, "isn't shifted by β", "Look at LN's last term.", shifted=False)
norm("swapped", FORWARD, "has γ and β swapped", "Look at which of the two multiplies ẑ.", swapped=True)
norm(
    "hint",
    "W_after",
    "multiplies by γ after the means are taken, as the handout's hint prints it",
    "That is right only where all γ are equal: which entries of γ are in the mean over j?",
    gamma_outside=True,
)
norm("gamma_lost", "W_after", "lacks the factor γ on its way back", "Look at the first step back.", gamma_back=False)
norm(
    "mean_constant",
    "W_after",
    "leaves out the path through the mean μ",
    "Every z changes its example's mean, too.",
    through_mean=False,
)
norm(
    "variance_constant",
    "W_after",
    "leaves out the path through the variance σ²",
    "Every z changes its example's variance, too.",
    through_variance=False,
)
norm(
    "constants",
    "W_after",
    "takes μ and σ for constants",
    "Both depend on z: three paths lead back.",
    through_mean=False,
    through_variance=False,
)
norm("sigma_lost", "W_after", "isn't divided by σ on its way back", "Look at LN's derivative.", sigma_back=False)
norm(
    "gamma_without_hat",
    "gamma_after",
    "takes the gradient in β for that in γ: ẑ is missing",
    "Look at what γ multiplies.",
    gamma_slope=lambda g, hat, out: g,
)
norm(
    "gamma_with_output",
    "gamma_after",
    "multiplies by LN's output, not by ẑ",
    "Look at what γ multiplies.",
    gamma_slope=lambda g, hat, out: g * out,
)
norm(
    "reduced",
    "gamma_after beta_after",
    "averages over the batch once more",
    "The loss divides already.",
    reduce=np.mean,
)

dense("no_residual2", FORWARD, "lacks the residual of layer 2", "Look at what LN is given in layer 2.", residual2=False)
dense("no_residual3", FORWARD, "lacks the residual of layer 3", "Look at what LN is given in layer 3.", residual3=False)
dense(
    "no_residuals",
    FORWARD,
    "lacks both residuals",
    "Look at what LN is given in layers 2 and 3.",
    residual2=False,
    residual3=False,
)
dense(
    "residual_after",
    FORWARD,
    "adds the residuals after LayerNorm",
    "Look at what LN is given in layers 2 and 3.",
    residual_after=True,
)
dense(
    "residual3_from_H1",
    FORWARD,
    "adds H1 in layer 3, not H2",
    "Look at the residual of layer 3.",
    residual3_from_first=True,
)
dense("H1_before_X", FORWARD, "has H1 before X in layer 2", "Look at the order in C1.", order2=(1, 0))
dense("H2_before_H1", FORWARD, "has H2 before H1 in layer 3", "Look at the order in C2.", order3=(0, 2, 1))
dense(
    "X_last",
    FORWARD,
    "has X last in both concatenations",
    "Look at the order in C1 and C2.",
    order2=(1, 0),
    order3=(1, 2, 0),
)
dense("ones_left", FORWARD, "has the ones on the left", "Look at which side AppendOnes appends to.", ones_first=True)
dense("no_bias", FORWARD, "lacks the bias", "Look at what AppendOnes appends.", ones=0.0)
PATHS = "Count the places where {} is used: there are {} paths."
dense(
    "H1_not_through_layer3",
    "W_after",
    "lacks H1's path through the concatenation of layer 3",
    PATHS.format("H1", "three"),
    H1_through_layer3=False,
)
dense(
    "H1_not_through_layer2",
    "W_after",
    "lacks H1's path through the concatenation of layer 2",
    PATHS.format("H1", "three"),
    H1_through_layer2=False,
)
dense(
    "H1_not_through_residual",
    "W_after",
    "lacks H1's path through the residual of layer 2",
    PATHS.format("H1", "three"),
    H1_through_residual=False,
)
dense(
    "H2_not_through_layer3",
    "W_after",
    "lacks H2's path through the concatenation of layer 3",
    PATHS.format("H2", "two"),
    H2_through_layer3=False,
)
dense(
    "H2_not_through_residual",
    "W_after",
    "lacks H2's path through the residual of layer 3",
    PATHS.format("H2", "two"),
    H2_through_residual=False,
)
dense(
    "H1_takes_H2s_columns",
    "W_after",
    "takes H2's columns of layer 3 for H1's",
    "Look at where each part of C2 begins and ends.",
    H1_takes_H2s=True,
)
dense(
    "H2_takes_H1s_columns",
    "W_after",
    "takes H1's columns of layer 3 for H2's",
    "Look at where each part of C2 begins and ends.",
    H2_takes_H1s=True,
)
dense("unmasked", "W_after", "lacks the derivative of ReLU", "Look at the step from H back to N.", masked=False)
dense(
    "first_row_dropped",
    "W_after",
    "drops the first row of the weights on its way back",
    "Look at which row of a weight matrix is the bias.",
    first_row_dropped=True,
)
dense(
    "updated_first",
    "W_after",
    "is found with weights that are already updated",
    "Look at which weights the output was made with.",
    updated_first=True,
)
dense("not_averaged", "W_after", "isn't divided by B", "Look at the loss: it is a mean.", averaged=0)
dense("averaged_twice", "W_after", "is divided by B twice", "Look for a second mean.", averaged=2)
