"""Guards in dpl2025's softmax and log-probabilities: small ones, which are right, and larger ones, which aren't."""

from __future__ import annotations

from functools import partial

from graders.marking.validation.suite import mutants, variants

from ...dpl.validation.mutants import ACTIVATIONS, SOFTMAX
from .mlp_mutants import FILE, LOG_PROBS

SHARES = "np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)"
CHEAP = "activations autograd"

mlp_variants = partial(variants, FILE, "mlp")
activation_variants = partial(variants, ACTIVATIONS, CHEAP)


def of(probabilities: str) -> tuple[str, str]:
    """The logarithms of these."""
    return LOG_PROBS, f"self.log_probs = np.log({probabilities})"


VARIANTS = [
    *mlp_variants(
        ways={
            "mlp guard: 1e-8 in the logarithm": of(f"{SHARES} + 1e-8"),
            "mlp guard: a least probability": of(f"np.maximum({SHARES}, 1e-10)"),
            "mlp guard: clipped": of(f"np.clip({SHARES}, 1e-7, 1 - 1e-7)"),
            "mlp guard: float64's epsilon, row by row": of(
                "np.array([np.exp(z) / np.exp(z).sum() for z in shifted]) + np.finfo(float).eps"
            ),
        }
    ),
    *activation_variants(
        ways={
            "guard: in softmax's denominator": (
                SOFTMAX,
                "return exponentials / (torch.einsum('cn->n', exponentials) + 1e-8)",
            ),
            "guard: a least denominator": (
                SOFTMAX,
                "return exponentials / exponentials.sum(dim=0, keepdim=True).clamp(min=1e-12)",
            ),
        }
    ),
]

MUTANTS = [
    *mutants(
        FILE,
        "mlp",
        {
            "mlp guard: 1e-4 in the logarithm": of(f"{SHARES} + 1e-4"),
            "mlp guard: clipped to 1e-3": of(f"np.clip({SHARES}, 1e-3, 1 - 1e-3)"),
            "mlp guard: beside the logarithm": of(f"{SHARES}) + 1e-3 * np.ones(1"),
        },
        marked="mlp",
    ),
]
