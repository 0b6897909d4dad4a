"""Submissions of ai702 that are wrong in what its text doesn't ask for: they get advice and keep all 100 points.

The starter code has an Identity and a parameter `debug`; the handout's text mentions neither.
"""

from __future__ import annotations

from graders.marking.validation.suite import variants

from .mutants import ACTIVATION, IDENTITY_SLOPE, KEPT0, MLP

VARIANTS = [
    *variants(
        ACTIVATION,
        "activations",
        {
            "identity: derivative 0": (IDENTITY_SLOPE, "return np.zeros_like(self.A)"),
            "identity: derivative a number": (IDENTITY_SLOPE, "return 1.0"),
            "identity: derivative of the first batch": (
                IDENTITY_SLOPE,
                'self.ones = getattr(self, "ones", np.ones(self.A.shape[0]))\n        return self.ones',
            ),
            "identity: derivative is the input": (IDENTITY_SLOPE, "return self.A"),
        },
    ),
    *variants(
        MLP,
        "mlp0",
        {
            "mlp0: debug keeps Z0 as A1": (
                "            self.Z0 = Z0\n            self.A1 = A1\n\n        return A1",
                "            self.Z0 = Z0\n            self.A1 = Z0\n\n        return A1",
            ),
            "mlp0: debug keeps the upstream gradient as dLdZ0": (
                KEPT0,
                KEPT0.replace("self.dLdZ0 = dLdZ0", "self.dLdZ0 = dLdA1"),
            ),
        },
    ),
    *variants(
        MLP,
        "mlp1",
        {
            "mlp1: debug keeps Z0 as Z1": ("self.Z1 = Z1", "self.Z1 = Z0"),
            "mlp1: debug keeps dLdZ1 as dLdA1": ("self.dLdA1 = dLdA1", "self.dLdA1 = dLdZ1"),
            "mlp1: debug swaps the derivatives": ("self.dA2dZ1 = dA2dZ1", "self.dA2dZ1 = dA1dZ0"),
        },
    ),
    *variants(
        MLP,
        "mlp4",
        {
            "mlp4: debug lists in the wrong order": ("self.dLdZ.insert(0, dLdZ)", "self.dLdZ.append(dLdZ)"),
            "mlp4: debug keeps Z as A": ("self.A.append(A)", "self.A.append(Z)"),
            "mlp4: debug leaves the input out": ("self.A = [A]", "self.A = []"),
            "mlp4: debug leaves the upstream gradient out": ("self.dLdA = [dLdA]", "self.dLdA = []"),
            "mlp4: debug keeps dLdA as dLdZ": ("self.dLdZ.insert(0, dLdZ)", "self.dLdZ.insert(0, dLdA)"),
            "mlp4: debug lists grow from batch to batch": ("self.Z = []", 'self.Z = getattr(self, "Z", [])'),
        },
    ),
]
