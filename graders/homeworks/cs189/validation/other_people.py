"""How other people write the layers and the network of cs189; and beside it what is wrong."""

# ruff: noqa: E501 - edits are easier to read on one line

from __future__ import annotations

from graders.marking.validation.changes import Changes, Edit
from graders.marking.validation.suite import Mutant, Variant

from .mutants import DENSE_OUT, DENSE_W, LAYERS, MODELS, DENSE_b

ACTIVATE = "return self.activation(Z)\n        # END SOLUTION\n\n    def backward(self, dLdY):\n        # BEGIN SOLUTION\n        X, Z = "
SLOPE = "dZ = self.activation.backward(Z, dLdY)\n        " + DENSE_W
BY_ROWS = "return np.array([self.activation.forward(row) for row in Z])" + ACTIVATE.removeprefix(
    "return self.activation(Z)"
)
SLOPE_BY_ROWS = "dZ = np.array([self.activation.backward(z, d) for z, d in zip(Z, dLdY)])\n        " + DENSE_W
BY_NUMBERS = """if type(self.activation).__name__ == "SoftMax":
            return self.activation(Z)
        return np.vectorize(self.activation.forward)(Z)""" + ACTIVATE.removeprefix("return self.activation(Z)")
ALL_BY_NUMBERS = "return np.vectorize(self.activation.forward)(Z)" + ACTIVATE.removeprefix("return self.activation(Z)")
LOOP = "for layer in self.layers:\n            X = layer.forward(X)\n        return X"
CAUTIOUS = """backup = deepcopy(self.layers)
        for number, layer in enumerate(self.layers):
            assert hasattr(layer, "parameters") and layer.n_out > 0, type(layer).__name__
            assert sorted(vars(backup[number])) == sorted(vars(layer))
            X = self.layers[number].forward(X=X)
        return X"""
DICTS = (
    Edit(
        LAYERS,
        DENSE_OUT,
        'self.X, weights = np.asarray(X), dict(self.parameters)\n        Z = np.einsum("bi,io->bo", X, weights["W"]) + weights["b"]\n'
        '        self.cache = {"X": X, "Z": Z, "shape": X.shape}\n        return self.activation(Z)',
    ),
    Edit(
        LAYERS,
        DENSE_W + "\n        " + DENSE_b,
        'self.gradients = {"b": np.ones((1, len(X))) @ dZ, "W": np.einsum("bi,bo->io", self.X, dZ)}',
    ),
)


def edited(name: str, marked: str, *edits: tuple[str, str, str]) -> Variant:
    """A few lines otherwise: (file, old, new)."""
    return Variant(name, Changes(edits=tuple(Edit(*edit) for edit in edits)), tuple(marked.split()))


def wrong(name: str, loses: str, *edits: tuple[str, str, str]) -> Mutant:
    """A mistake: (file, old, new)."""
    return Mutant(
        name, Changes(edits=tuple(Edit(*edit) for edit in edits)), frozenset(loses.split()), tuple(loses.split())
    )


VARIANTS = [
    edited("dense: the activation of one row after the other", "fully_connected network", (LAYERS, ACTIVATE, BY_ROWS), (LAYERS, SLOPE, SLOPE_BY_ROWS)),
    edited("dense: the activation of one number after the other, but for a softmax", "fully_connected network", (LAYERS, ACTIVATE, BY_NUMBERS)),
    Variant("dense: plain dicts in another order, einsum, more in the cache", Changes(DICTS), ("fully_connected", "network")),
    edited("network: asks its layers and keeps copies of them", "network", (MODELS, LOOP, CAUTIOUS)),
]  # fmt: skip

MUTANTS = [
    wrong("dense: a softmax of one number after the other", "fully_connected", (LAYERS, ACTIVATE, ALL_BY_NUMBERS)),
    wrong("dense: the slope of the first row for all", "fully_connected", (LAYERS, SLOPE, SLOPE_BY_ROWS.replace("backward(z, d)", "backward(Z[0], d)"))),
    wrong("network: a layer skipped", "network", (MODELS, LOOP, LOOP.replace("self.layers", "self.layers[:1] + self.layers[2:]"))),
]  # fmt: skip
