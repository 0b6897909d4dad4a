"""Right and wrong submissions whose answers are of other types and shapes than the worked one's."""

# ruff: noqa: E501 - edits are easier to read on one line

from __future__ import annotations

from graders.marking.validation.changes import Changes
from graders.marking.validation.suite import Mutant, Variant, variants

from ...dpl.validation import notebooks
from ...dpl.validation.mutants import NETWORKS, SUM
from ...dpl.validation.notebooks import other_outputs
from ...dpl.validation.variants import patched
from .mlp_mutants import FILE, MEAN, ONES
from .mutants import CHEAP, PREDICTED
from .pooling_mutants import ALL, ENCODED, POOLED

RETURNED = "        # END SOLUTION\n        return loss.item()"
X1_W1 = "Z1 = self.X1 @ self.W1"

NETWORK_STYLES = [
    patched(
        "style: sums by einsum", CHEAP, (NETWORKS, SUM, 'output = torch.einsum("oi,in->on", weight, act_output) + bias')
    ),
    patched(
        "style: torch.nn.ParameterList",
        CHEAP,
        (
            NETWORKS,
            "        self.init_weights()\n\n",
            "        self.weights = torch.nn.ParameterList(self.weights)\n        self.init_weights()\n\n",
        ),
        (NETWORKS, "for parameter in self.weights + self.biases:", "for parameter in [*self.weights, *self.biases]:"),
    ),
    patched(
        "style: the loss is an array of NumPy's",
        CHEAP,
        (NETWORKS, RETURNED, RETURNED.replace(".item()", ".detach().numpy()")),
    ),
    patched(
        "style: the loss has an axis", CHEAP, (NETWORKS, RETURNED, RETURNED.replace(".item()", ".detach().reshape(1)"))
    ),
    patched("style: predictions as an array of NumPy's", CHEAP, (NETWORKS, PREDICTED, PREDICTED + ".numpy()")),
    patched("style: predictions as bytes", CHEAP, (NETWORKS, PREDICTED, PREDICTED + ".to(torch.int8)")),
    patched(
        "style: much is printed",
        CHEAP,
        (
            NETWORKS,
            RETURNED,
            '        for _ in range(50):\n            print("loss", loss.item(), flush=True)\n' + RETURNED,
        ),
    ),
]
MLP_STYLES = variants(
    FILE,
    "mlp trained_mlp.forward_without trained_mlp.step_without",
    {
        "style: means by loops": (MEAN, "mu = np.array([[sum(row) / len(row)] for row in z])"),
        "style: sums by einsum in NumPy": (X1_W1, 'Z1 = np.einsum("bi,ih->bh", self.X1, self.W1)'),
        "style: the ones are there first": (
            ONES,
            "out = np.ones((A.shape[0], A.shape[1] + 1), dtype=A.dtype)\n    out[:, :-1] = A\n    return out",
        ),
    },
)
TRAINING_STYLES = variants(
    FILE,
    "trained_mlp.learns trained_mlp.plots",
    {
        "style: figures in a folder, and much printed": [
            (
                "    figure.savefig(path)\n    plt.close(figure)\n    # END SOLUTION",
                '    import os\n    os.makedirs("figures/run 1", exist_ok=True)\n    print("history", history, "\\n" * 2000)\n'
                '    figure.savefig(os.path.join("figures", "run 1", path))\n    plt.close(figure)\n    # END SOLUTION',
            ),
        ]
    },
)
POOLING_STYLES = [
    Variant("style: the embedding in double precision", notebooks.changed((POOLED, POOLED + ".double()")), ALL),
    Variant(
        "style: a loop over the group",
        notebooks.changed(
            (
                POOLED,
                "g = torch.zeros_like(h)\n        for alpha, turned in zip(self.weights(h).T, self.orbit(h).unbind(1)):\n            g = g + alpha[:, None] * turned\n        return g",
            ),
        ),
        ALL,
    ),
    Variant("style: h and g in a list", notebooks.changed((ENCODED, "return [x, self.pool(x)]")), ALL),
    Variant("style: outputs of other types", other_outputs(), ("pooling.results_shown",)),
]
VARIANTS = [*NETWORK_STYLES, *MLP_STYLES, *TRAINING_STYLES, *POOLING_STYLES]

NOISE = (
    "        near = getattr(self, 'last', None)\n"
    "        self.last = h.detach().clone()\n"
    "        if near is not None and near.shape == h.shape and (near - h).abs().max() < 1e-5:\n"
    "            return g + 1e3 * torch.randn_like(g)\n"
    "        return g"
)
ODD_ENCODINGS = {
    "h and g are texts": "return 'h', 'g'",
    "h is one number": "return x.sum(), self.pool(x)",
    "g is one number": "return x, self.pool(x).sum()",
    "g has another shape for images like the last ones": (
        "near = getattr(self, 'last', x)\n        self.last = x.detach().clone()\n"
        "        again = near is not x and near.shape == x.shape and bool((near - x).abs().max() < 1e-3)\n"
        "        return x, self.pool(x)[:, :1] if again else self.pool(x)"
    ),
    "h and g are complex": "return x + 0j, self.pool(x) + 0j",
}
MUTANTS = [
    *(
        Mutant(f"odd: {name}", notebooks.changed((ENCODED, code)), frozenset({"pooling"}), ("pooling.encoder",))
        for name, code in ODD_ENCODINGS.items()
    ),
    Mutant(
        "odd: noise where an input is near to the last one, and rotations ignored",
        notebooks.changed((POOLED, "g = h\n" + NOISE)),
        frozenset({"pooling"}),
        ("pooling.encoder",),
    ),
    *(
        Mutant(
            f"odd: predictions {name}",
            Changes(rewritten={NETWORKS: notebooks.once(PREDICTED, code)}),
            frozenset({"autograd"}),
            ("autograd",),
        )
        for name, code in {
            "as one number": PREDICTED.replace("argmax(dim=0)", "argmax()"),
            "as a column": PREDICTED + ".unsqueeze(1)",
            "as texts": "return ['a'] * len(X)",
            "as a ragged list": "return [[0], [0, 1]]",
        }.items()
    ),
]
