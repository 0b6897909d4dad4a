"""The hinge losses, which later years haven't."""

from __future__ import annotations

from graders.checking.components import Functions, Labels, families

from ..cs231n_a1 import components

COMPONENTS = {
    **{key: one for key, one in components.COMPONENTS.items() if key.partition(".")[0] != "fully_connected_net"},
    "svm.naive": components.linear("svm_loss_naive", components.hinge, "linear_svm", families.HINGE_CLASSIFIER),
    "svm.vectorized": components.linear(
        "svm_loss_vectorized", components.hinge, "linear_svm", families.HINGE_CLASSIFIER
    ),
    "layers.svm_loss": Functions(
        module="cs231n.layers", forward="svm_loss", inputs={"x": "N C"}, labels=Labels("C"), output="loss",
        torch=components.hinge, family=families.HINGE,
    ),
}  # fmt: skip
