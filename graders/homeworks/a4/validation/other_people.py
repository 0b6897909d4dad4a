"""How other people write the MLP of a4, which asks its layers for this and that; and beside it what is wrong."""

from __future__ import annotations

from graders.marking.validation.changes import Changes, Edit
from graders.marking.validation.suite import Mutant, Variant, mutants

from .mutants import Q1, Q2

DRAW = "        for layer in self.layers:\n            layer.init_weights()"
RUN = "        for layer in self.layers:\n            x = layer.forward(x)\n        return x"
STEP = "        for layer in self.layers:\n            layer.update(learning_rate)"
KEPT = "        self.weights_grad = None\n        self.bias_grad = None\n        self.init_weights()"
SIZED = """        dense = [layer for layer in self.layers if hasattr(layer, "weights")]
        for before, after in zip(dense, dense[1:]):
            if before.output_size != after.input_size:
                raise ValueError(f"{before.output_size} outputs for {after.input_size} inputs")
"""
CHECKPOINT = """        self.checkpoint = copy.deepcopy(self.layers), pickle.dumps(self.layers)
        assert [type(layer) for layer in self.checkpoint[0]] == [type(layer) for layer in self.layers]
        assert len(pickle.loads(self.checkpoint[1])) == len(self.layers)
"""
BY_TYPE = """        for layer in self.layers:
            if isinstance(layer, Dense) and layer.__class__.__name__ == "Dense":
                for name in ("weights", "bias"):
                    setattr(layer, name, getattr(layer, name) - learning_rate * getattr(layer, name + "_grad"))"""
BY_NAMES = """        for layer in self.layers:
            for name in [name for name in vars(layer) if f"{name}_grad" in vars(layer)]:
                vars(layer)[name] = vars(layer)[name] - learning_rate * vars(layer)[name + "_grad"]"""
IN_PLACE = """        for layer in self.layers:
            if hasattr(layer, "weights"):
                layer.weights -= learning_rate * layer.weights_grad
                layer.bias -= learning_rate * layer.bias_grad"""
TRAINED = """        for layer in self.layers:
            if getattr(layer, "trainable", False):
                layer.update(learning_rate=learning_rate)"""
DENSE = "    def __init__(self, input_size, output_size):\n        super().__init__()\n        self.input_size"
FROM_Q1 = (Q2, "from q1 import Layer", "import copy\nimport pickle\n\nfrom q1 import Dense, Layer")


def edited(name: str, marked: str, *edits: tuple[str, str, str]) -> Variant:
    """A few lines otherwise: (file, old, new)."""
    return Variant(name, Changes(edits=tuple(Edit(*edit) for edit in edits)), tuple(marked.split()))


VARIANTS = [
    edited("mlp: asks its layers for their sizes", "mlp", (Q2, DRAW, SIZED + DRAW), (Q2, RUN, SIZED + RUN)),
    edited("mlp: copies and pickles its layers", "mlp", FROM_Q1, (Q2, RUN, CHECKPOINT + RUN)),
    edited("mlp: updates what is a Dense by names", "mlp", FROM_Q1, (Q2, STEP, BY_TYPE)),
    edited("mlp: updates whatever has a gradient, by vars", "mlp", (Q2, STEP, BY_NAMES)),
    edited("mlp: updates in place", "mlp", (Q2, STEP, IN_PLACE)),
    edited(
        "mlp: reads an attribute that its own Dense has besides",
        "dense mlp",
        (Q1, KEPT, "        self.trainable = True\n" + KEPT),
        (Q2, STEP, TRAINED),
    ),
    edited(
        "dense: further parameters with defaults, a property for its sizes",
        "dense mlp",
        (
            Q1,
            DENSE,
            "    @property\n    def shape(self):\n        return self.output_size, self.input_size\n\n"
            "    def __init__(self, input_size, output_size, name=None, *, trainable=True):\n"
            "        super().__init__()\n        self.name, self.trainable = name, trainable\n        self.input_size",
        ),
        (Q2, RUN, '        assert all(len(getattr(layer, "shape", (0, 0))) == 2 for layer in self.layers)\n' + RUN),
    ),
]

MUTANTS: list[Mutant] = [
    *mutants(
        Q2,
        "mlp",
        {
            "mlp: asks for sizes and leaves the bias out": (
                STEP,
                '        for layer in self.layers:\n            if hasattr(layer, "input_size"):\n'
                "                layer.weights -= learning_rate * layer.weights_grad",
            ),
            "mlp: updates by vars with the wrong sign": (STEP, BY_NAMES.replace("- learning_rate", "+ learning_rate")),
        },
    ),
]
