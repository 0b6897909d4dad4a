"""Guards in a4's loss and softmax: small ones and assertions, which are right, and what looks like one and is wrong."""

from __future__ import annotations

from graders.marking.validation.suite import mutants, variants

from .mutants import LOSS, LOSS_GRAD, Q1, SOFTMAX

POWERS = "powers = np.exp(x - x.max(axis=1, keepdims=True))  # the largest becomes exp(0): nothing overflows"
KEPT = "self.prediction = np.maximum(prediction, np.finfo(np.float64).tiny)  # log(0) is -inf"
CHOSEN = "self.prediction[self.rows, self.target]"


def asserted(condition: str) -> tuple[str, str]:
    """An assertion in the loss, before anything else."""
    return KEPT, f"assert {condition}\n        {KEPT}"


VARIANTS = [
    *variants(
        Q1,
        "",
        {
            "cross-entropy: guard of 1e-7 in the loss alone": (LOSS, LOSS.replace("target])", "target] + 1e-7)")),
            "cross-entropy: guard of 1e-8 in the gradient alone": (
                LOSS_GRAD,
                LOSS_GRAD.replace(CHOSEN, f"({CHOSEN} + 1e-8)"),
            ),
            "cross-entropy: guard in both passes": [
                (LOSS, "return -np.mean([np.log(p[t] + 1e-9) for p, t in zip(prediction, target)])"),
                (LOSS_GRAD, LOSS_GRAD.replace(CHOSEN, f"({CHOSEN} + 1e-9)")),
            ],
            "cross-entropy: clipped by 1e-7": (KEPT, "self.prediction = np.clip(prediction, 1e-7, 1 - 1e-7)"),
            "cross-entropy: float32's epsilon": (KEPT, "self.prediction = prediction + np.finfo(np.float32).eps"),
            "cross-entropy: assertion of rows": asserted("(abs(prediction.sum(1) - 1.0) < 1e-6).all()"),
            "cross-entropy: assertion of probabilities": asserted("(prediction > 0).all() and prediction.max() <= 1"),
            "cross-entropy: assertion by a refusal": (
                KEPT,
                "if not np.allclose(prediction.sum(axis=-1), 1.0, rtol=0, atol=1e-12) or prediction.min() < 0:\n"
                f'            raise ValueError("rows should be probabilities")\n        {KEPT}',
            ),
            "softmax: guard in the naive denominator": [
                (POWERS, "powers = np.exp(x)"),
                (SOFTMAX, "self.outputs = powers / (np.einsum('nc->n', powers)[:, None] + 1e-7)"),
            ],
            "softmax: guard in the shifted denominator": (
                SOFTMAX,
                "self.outputs = powers / (powers @ np.ones((powers.shape[1], 1)) + 1e-8)",
            ),
            "softmax: clipped": (SOFTMAX, SOFTMAX + "\n        self.outputs = self.outputs.clip(1e-7, 1 - 1e-7)"),
            "softmax: assertion of what it gives": (
                SOFTMAX,
                SOFTMAX + "\n        assert (abs(self.outputs.sum(1) - 1) < 1e-5).all()",
            ),
        },
    )
]

MUTANTS = [
    *mutants(
        Q1,
        "cross_entropy",
        {
            "cross-entropy: guard of 1e-5": (LOSS, LOSS.replace("target])", "target] + 1e-5)")),
            "cross-entropy: guard of 1e-4 in the gradient": (
                LOSS_GRAD,
                LOSS_GRAD.replace(CHOSEN, f"({CHOSEN} + 1e-4)"),
            ),
            "cross-entropy: clipped to 0.05": (KEPT, "self.prediction = np.clip(prediction, 0.05, 0.95)"),
            "cross-entropy: guard taken off": (LOSS, LOSS.replace("target])", "target] - 1e-4)")),
            "cross-entropy: guard beside the logarithm": (LOSS, LOSS + " + 1e-4"),
            "cross-entropy: an assertion that refuses what is right": asserted("prediction.max() < 0.6"),
        },
    ),
    *mutants(
        Q1,
        "softmax",
        {
            "softmax: guard of 1e-4 in the denominator": [
                (POWERS, "powers = np.exp(x)"),
                (SOFTMAX, "self.outputs = powers / (powers.sum(axis=1, keepdims=True) + 1e-4)"),
            ],
            "softmax: clipped to 0.01": (SOFTMAX, SOFTMAX + ".clip(0.01, 0.99)"),
        },
    ),
]
