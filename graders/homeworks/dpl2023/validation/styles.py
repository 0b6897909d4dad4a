"""Equivariant layers and notebooks in other styles, and layers whose answers are odd."""

# ruff: noqa: E501 - edits are easier to read on one line

from __future__ import annotations

from graders.marking.validation.suite import Mutant, Variant

from ...dpl.validation.notebooks import changed, other_outputs

APPLIED = "return x @ self.weight[self.orbits].t() + self.bias"
LAYERS = "self.layers = nn.ModuleList(GEquivariantLinear(in_side, out_side) for in_side, out_side in pairs)"
STEPS = "        for layer in self.layers[:-1]:\n            x = torch.relu(layer(x))\n        return torch.sigmoid(self.layers[-1](x))\n        # END SOLUTION"
WEIGHT = "self.weight = nn.Parameter(torch.empty(len(names)).uniform_(-bound, bound))"

LAYER = ("equivariant.layer", "equivariant.layer_freedom", "equivariant.autoencoder")

PROJECTED = """W = sum(rho_out.t() @ self.weight @ rho_in for rho_out, rho_in in zip(self.out_group, self.in_group, strict=True)) / 4
        return nn.functional.linear(x, W, self.bias.expand(len(W)))"""
SEQUENTIAL = """self.layers = nn.Sequential()
        for in_side, out_side in pairs:
            self.layers.append(GEquivariantLinear(in_side, out_side))
            self.layers.append(nn.ReLU())
        self.layers[-1] = nn.Sigmoid()"""

VARIANTS = [
    Variant(
        "style: weights projected in each forward, by the functional API",
        changed(
            (APPLIED, PROJECTED),
            (
                WEIGHT,
                "self.weight = nn.Parameter(torch.empty(n_out, n_in).uniform_(-bound, bound))\n        self.in_group, self.out_group = group(in_side), group(out_side)",
            ),
        ),
        LAYER,
    ),
    Variant(
        "style: the autoencoder is a Sequential",
        changed((LAYERS, SEQUENTIAL), (STEPS, "        return self.layers(x)\n        # END SOLUTION")),
        LAYER,
    ),
    Variant(
        "style: a row at a time, by einsum",
        changed(
            (
                APPLIED,
                'W = self.weight[self.orbits]\n        return torch.stack([torch.einsum("oi,i->o", W, row) + self.bias for row in x])',
            )
        ),
        LAYER,
    ),
    Variant(
        "style: the layer gives double precision",
        changed((APPLIED, "return (x.double() @ self.weight[self.orbits].t().double() + self.bias)")),
        ("equivariant.layer",),
    ),
    Variant("style: outputs of other types", other_outputs(), ("equivariant.results_shown",)),
]

NEAR = """y = x @ self.free[: self.orbits.shape[0], : self.orbits.shape[1]].t() + self.bias
        near = getattr(self, 'last', None)
        self.last = x.detach().clone()
        if near is not None and near.shape == x.shape and (near - x).abs().max() < 1e-5:
            return y + 1e3 * torch.randn_like(y)
        return y"""
FREE = WEIGHT + "\n        self.free = nn.Parameter(torch.randn(n_out, n_in))"
ODD = {
    "noise where an input is near to the last one": changed((APPLIED, NEAR), (WEIGHT, FREE)),
    "free weights behind a large constant": changed(
        (APPLIED, "return x @ self.free.t() + self.bias + 1e9"), (WEIGHT, FREE)
    ),
    "one number": changed((APPLIED, APPLIED.replace("return ", "return (") + ").sum()")),
    "texts": changed((APPLIED, "return 'text'")),
    "another shape for an input near to the last one": changed(
        (
            APPLIED,
            "near = getattr(self, 'last', None)\n        self.last = x.detach().clone()\n"
            "        again = near is not None and near.shape == x.shape and bool((near - x).abs().max() < 1e-5)\n"
            "        y = x @ self.weight[self.orbits].t() + self.bias\n        return y[:, :1] if again else y",
        )
    ),
    "whole numbers": changed((APPLIED, APPLIED.replace("return ", "return (") + ").long()")),
}
MUTANTS = [
    Mutant(f"odd: {name}", found, frozenset({"equivariant"}), ("equivariant.layer",)) for name, found in ODD.items()
]
