"""Other right ways to write activations.py, the forward pass and the learning curves, for both years."""

from __future__ import annotations

from graders.marking.validation.changes import Changes, Edit
from graders.marking.validation.suite import Variant

from .mutants import ACTIVATIONS, ENTROPY, FORWARD, LARGEST, NETWORKS, RELU, SHIFTED, SOFTMAX, SUM

ONE_FIGURE = """    figure, places = plt.subplots(1, 2, figsize=(12, 5))
    for axes, shape in zip(places, SHAPES):
        sizes, train, test = learning_curve(shape, train_data, test_data, arguments, gpu_id)
        axes.plot(sizes, [100 * a for a in train], "o-", label="training")
        axes.plot(sizes, [100 * a for a in test], "x-", label="testing")
        axes.set_title(str(shape))
        axes.set_xlabel("Size")
        axes.set_ylabel("Accuracy in %")
        axes.legend()
    plt.savefig("curves.pdf")
"""
ONE_PLOT = """    for shape in SHAPES:
        sizes, train, test = learning_curve(shape, train_data, test_data, arguments, gpu_id)
        plt.plot(sizes, train, label=f"train {shape}")
        plt.plot(sizes, test, label=f"test {shape}")
    plt.suptitle("Learning curves")
    plt.xlabel("Size")
    plt.ylabel("Accuracy")
    plt.legend()
    plt.savefig("curves.png")
"""
STOPPING = """        if abs(previous - loss) < MIN_CHANGE:
            break
        previous = loss
"""
PATIENCE = """        if loss < previous - 1e-4:
            previous, worse = loss, 0
        else:
            worse += 1
        if worse == 10:
            break
"""


def patched(name: str, marked: str, *edits: tuple[str, str, str]) -> Variant:
    """A few lines otherwise: (file, old, new)."""
    return Variant(name, Changes(edits=tuple(Edit(*edit) for edit in edits)), tuple(marked.split()))


def windows_lines(marked: str) -> Variant:
    """networks.py as an editor on Windows saves it."""
    changes = Changes(rewritten={NETWORKS: lambda text: text.replace("\n", "\r\n")})
    return Variant("training: Windows line endings", changes, tuple(marked.split()))


def forward_variants(marked: str) -> list[Variant]:
    """Other right activations and forward passes."""
    return [
        patched("relu: product with a mask", marked, (ACTIVATIONS, RELU, "return X * (X > 0).float()")),
        patched("relu: torch's own", marked, (ACTIVATIONS, RELU, "return torch.relu(X)")),
        patched("relu: maximum with zeros", marked, (ACTIVATIONS, RELU, "return torch.max(X, torch.zeros_like(X))")),
        patched("relu: where", marked, (ACTIVATIONS, RELU, "return torch.where(X < 0, torch.zeros_like(X), X)")),
        patched("softmax: torch's own", marked, (ACTIVATIONS, SOFTMAX, "return torch.softmax(X, dim=0)")),
        patched(
            "stable_softmax: with logarithms",
            marked,
            (ACTIVATIONS, SHIFTED, "return torch.exp(X - torch.logsumexp(X, 0))"),
        ),
        patched("stable_softmax: written out", marked, (ACTIVATIONS, LARGEST, "largest, _ = torch.max(X, 0)")),
        patched(
            "cross_entropy: least probability",
            marked,
            (ACTIVATIONS, ENTROPY, "return -(y_1hot * torch.log(torch.clamp(X, min=epsilon))).sum(0).mean()"),
        ),
        patched(
            "cross_entropy: the label's probability",
            marked,
            (ACTIVATIONS, ENTROPY, "return -torch.log(X[y_1hot.argmax(0), torch.arange(n_examples)] + epsilon).mean()"),
        ),
        patched(
            "cross_entropy: no epsilon",
            "activations",
            (ACTIVATIONS, ENTROPY, ENTROPY.replace(" + epsilon", "")),
        ),
        patched("autograd: addmm", marked, (NETWORKS, SUM, "output = torch.addmm(bias, weight, act_output)")),
        patched(
            "autograd: tuples",
            marked,
            (
                NETWORKS,
                FORWARD,
                FORWARD.replace("return outputs, act_outputs", "return tuple(outputs), tuple(act_outputs)"),
            ),
        ),
    ]
