"""Guards in ai702's losses: small ones and assertions, which are right, and what looks like one and is wrong."""

from __future__ import annotations

from graders.marking.validation.suite import mutants, variants

from .mutants import ENTROPY, ENTROPY_SLOPE, LOSS, SHIFTED, SOFTMAX, TOTAL

CLIPPED = "np.clip(self.softmax, 1e-7, 1 - 1e-7)"
NAIVE = "shifted = A"


def of(probabilities: str) -> tuple[str, str]:
    """The cross-entropy with the logarithm of these."""
    return ENTROPY, f"crossentropy = -np.sum(Y * np.log({probabilities}), axis=1)"


def asserted(condition: str) -> tuple[str, str]:
    """An assertion at the beginning of the forward."""
    return SHIFTED, f"assert {condition}\n        {SHIFTED}"


VARIANTS = [
    *variants(
        LOSS,
        "losses",
        {
            "guard: 1e-7 in the logarithm": of("self.softmax + 1e-7"),
            "guard: 1e-8 in the logarithm": of("self.softmax + 1e-8"),
            "guard: float32's epsilon in the logarithm": of("self.softmax + np.finfo(np.float32).eps"),
            "guard: 3.7e-9, no round number": of("self.softmax + 3.7e-9"),
            "guard: 1e-8, computed in single precision": of('(self.softmax.astype("f") + np.float32(1e-8))'),
            "guard: a least probability": of("np.maximum(self.softmax, 1e-7)"),
            "guard: clipped on both sides": of(CLIPPED),
            "guard: softmax clipped for good": (SOFTMAX, f"{SOFTMAX}\n        self.softmax = {CLIPPED}"),
            "guard: clipped, number by number": of(
                "np.array([[min(max(p, 1e-8), 1 - 1e-8) for p in row] for row in self.softmax])"
            ),
            "guard: in the naive softmax's denominator": [
                (SHIFTED, NAIVE),
                (TOTAL, "total = np.einsum('nc->n', exponentials)[:, None] + 1e-8"),
            ],
            "guard: log-sum-exp with one": [
                (SHIFTED, NAIVE),
                (ENTROPY, "crossentropy = np.log(total[:, 0] + 1e-9) - np.einsum('nc,nc->n', Y, A)"),
            ],
            "guard: where a probability is 0 alone": of("np.where(self.softmax == 0, 1e-10, self.softmax)"),
            "assertion: targets add up to 1": asserted("np.all(Y.sum(axis=1) == 1)"),
            "assertion: targets are probabilities": asserted("Y.min() >= 0 and Y.max() <= 1 and A.ndim == Y.ndim == 2"),
            "assertion: softmax is one": (
                ENTROPY,
                "if not np.allclose(self.softmax.sum(1), 1):\n"
                f"            raise ValueError('no softmax')\n        {ENTROPY}",
            ),
        },
    )
]

MUTANTS = [
    *mutants(
        LOSS,
        "losses",
        {
            "guard: 1e-6 in the logarithm": of("self.softmax + 1e-6"),
            "guard: 1e-4 in the logarithm": of("self.softmax + 1e-4"),
            "guard: clipped to 1e-5": of("np.clip(self.softmax, 1e-5, 1 - 1e-5)"),
            "guard: taken off": of("np.maximum(self.softmax - 1e-5, 1e-300)"),
            "guard: 1e-7 taken off": of("np.maximum(self.softmax - 1e-7, 1e-300)"),
            "guard: beside the logarithm": (
                ENTROPY,
                "crossentropy = -np.sum(Y * (np.log(self.softmax) + 1e-3), axis=1)",
            ),
            "guard: times the logarithm": (
                ENTROPY,
                "crossentropy = -np.sum(Y * np.log(self.softmax) * (1 - 1e-5), axis=1)",
            ),
            "guard: larger for later examples": of("self.softmax + 1e-7 * np.arange(N)[:, None]"),
            "guard: 1e-5 in the first row": of("self.softmax + 1e-5 * (np.arange(N) == 0)[:, None]"),
            "guard: in the labels": (ENTROPY, "crossentropy = -np.sum((Y + 1e-4) * log_softmax, axis=1)"),
            "guard: 1e-4 in the gradient": (ENTROPY_SLOPE, "return self.softmax + 1e-4 - self.Y"),
            "loss: arguments swapped": (SHIFTED, "A, Y = Y, A\n        " + SHIFTED),
        },
    )
]
