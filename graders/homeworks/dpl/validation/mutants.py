"""Mistakes in activations.py, AutogradNeuralNetwork and the learning curves; each year says what they cost."""

from __future__ import annotations

from graders.marking.validation.suite import Mutant, Replacements, mutants

ACTIVATIONS = "my_neural_networks/activations.py"
NETWORKS = "my_neural_networks/networks.py"
CURVES = "hw1_learning_curves.py"


# The lines of the worked submission that mistakes are made in.

RELU = "return torch.clamp(X, min=0)"
SOFTMAX = "return exponentials / exponentials.sum(dim=0, keepdim=True)"
LARGEST = "largest = X.max(dim=0, keepdim=True).values"
SHIFTED = "return softmax(X - largest)"
ENTROPY = "return -torch.sum(y_1hot * torch.log(X + epsilon)) / n_examples"

SUM = "output = weight @ act_output + bias  # (n_out, 1) is broadcast to all examples"
ACTIVATED = "act_output = stable_softmax(output) if is_last else relu(output)\n"
FORWARD = (
    SUM
    + """
            is_last = i == len(self.weights) - 1
            act_output = stable_softmax(output) if is_last else relu(output)
            outputs.append(output)
            act_outputs.append(act_output)
        return outputs, act_outputs"""
)

ACTIVATION_MISTAKES: Replacements = {
    "relu: leaks": (RELU, "return torch.where(X > 0, X, 0.01 * X)"),
    "relu: absolute value": (RELU, "return torch.abs(X)"),
    "relu: only the sign": (RELU, "return (X > 0).float()"),
    "relu: cuts its argument in place": (RELU, "X[X < 0] = 0\n    return X"),
    "relu: largest of each column": (RELU, "return torch.clamp(X.max(dim=0, keepdim=True).values, min=0)"),
    "softmax: over the examples": (SOFTMAX, "return exponentials / exponentials.sum(dim=1, keepdim=True)"),
    "softmax: over everything": (SOFTMAX, "return exponentials / exponentials.sum()"),
    "softmax: divided by the largest": (
        SOFTMAX,
        "return exponentials / exponentials.max(dim=0, keepdim=True).values",
    ),
    "stable_softmax: a maximum for each neuron": (LARGEST, "largest = X.max(dim=1, keepdim=True).values"),
    "cross_entropy: summed": (ENTROPY, "return -torch.sum(y_1hot * torch.log(X + epsilon))"),
    "cross_entropy: mean over all entries": (ENTROPY, "return -torch.mean(y_1hot * torch.log(X + epsilon))"),
    "cross_entropy: divided by the number of classes": (
        "n_examples = X.shape[1]\n    return",
        "n_examples = X.shape[0]\n    return",
    ),
    "cross_entropy: sign": (ENTROPY, ENTROPY.replace("-torch", "torch")),
    "cross_entropy: softmax once more": (
        ENTROPY,
        ENTROPY.replace("torch.log(X + epsilon)", "torch.log_softmax(X, dim=0)"),
    ),
    "cross_entropy: logarithm to base 2": (ENTROPY, ENTROPY.replace("torch.log(", "torch.log2(")),
    "cross_entropy: an epsilon that is seen": (ENTROPY, ENTROPY.replace("epsilon", "1e-3")),
    "cross_entropy: of the other classes too": (
        ENTROPY,
        "rest = (1 - y_1hot) * torch.log(1 - X + epsilon)\n"
        "    return -torch.sum(y_1hot * torch.log(X + epsilon) + rest) / n_examples",
    ),
    "cross_entropy: label and probability swapped": (
        ENTROPY,
        "return -torch.sum(X * torch.log(y_1hot + epsilon)) / n_examples",
    ),
}
LARGE_INPUT_MISTAKES: Replacements = {
    "stable_softmax: one maximum for all examples": (LARGEST, "largest = X.max()"),
    "stable_softmax: nothing subtracted": (SHIFTED, "return softmax(X)"),
    "stable_softmax: maximum added": (SHIFTED, "return softmax(X + largest)"),
    "stable_softmax: largest absolute value": (LARGEST, "largest = X.abs().max(dim=0, keepdim=True).values"),
    "stable_softmax: mean instead of the maximum": (LARGEST, "largest = X.mean(dim=0, keepdim=True)"),
    "stable_softmax: cut at 50": (SHIFTED, "return softmax(torch.clamp(X, max=50))"),
}

STOP = "if abs(previous - loss) < MIN_CHANGE:"
CURVE_MISTAKES: Replacements = {
    "curves: no early stopping": (STOP, "if False:"),
    "curves: ends after the first epoch": (STOP, "if True:"),
    "curves: one shape only": ("SHAPES = [(784, 10), (784, 300, 100, 10)]", "SHAPES = [(784, 10)]"),
    "curves: steps of 500": ("STEP, LARGEST = 250, 10000", "STEP, LARGEST = 500, 10000"),
    "curves: no test curve": ('    axes.plot(sizes, test_accuracies, label="test", marker=".")\n', ""),
}
UNLABELLED: Replacements = {
    "curves: no axis labels": (', xlabel="Training examples", ylabel="Accuracy"', ""),
    "curves: no legend": ("    axes.legend()\n", ""),
}
FIGURE_MISTAKES: Replacements = {
    "curves: numbers of right predictions": (
        "(network.predict(X) == y).float().mean()",
        "(network.predict(X) == y).sum()",
    ),
}
CRASH: Replacements = {"curves: crash": ("    gpu_id = arguments.gpu_id\n", "    gpu_id = arguments.gpu\n")}


def activation_mutants(dependent: str, marked: str) -> list[Mutant]:
    """Mistakes in activations.py: most fail the sections `dependent` with it, those of large inputs its own alone."""
    return [
        *mutants(ACTIVATIONS, f"activations {dependent}", ACTIVATION_MISTAKES, marked),
        *mutants(ACTIVATIONS, "activations", LARGE_INPUT_MISTAKES, marked),
    ]


def autograd_mutants(zero: str, update: str, marked: str) -> list[Mutant]:
    """Mistakes in AutogradNeuralNetwork, of which these lines clear a gradient and move a parameter."""
    mistakes: Replacements = {
        "autograd: no bias": (SUM, "output = weight @ act_output"),
        "autograd: bias subtracted": (SUM, "output = weight @ act_output - bias"),
        "autograd: bias twice": (SUM, "output = weight @ act_output + 2 * bias"),
        "autograd: sums passed on": (SUM, SUM.replace("act_output +", "(outputs[-1] if outputs else X) +")),
        "autograd: the input in every layer's place": (SUM, "output = weight @ X + bias"),
        "autograd: the last layer is the third": (FORWARD, FORWARD.replace("len(self.weights) - 1", "2")),
        "autograd: the last layer has ten outputs": (
            FORWARD,
            FORWARD.replace("i == len(self.weights) - 1", "weight.shape[0] == 10"),
        ),
        "autograd: softmax in every layer": (FORWARD, FORWARD.replace("if is_last else relu(output)", "")),
        "autograd: ReLU in the last layer too": (
            FORWARD,
            FORWARD.replace("stable_softmax(output)", "stable_softmax(relu(output))"),
        ),
        "autograd: sigmoid in hidden layers": (FORWARD, FORWARD.replace("relu(output)", "torch.sigmoid(output)")),
        "autograd: sums in both lists": (
            FORWARD,
            FORWARD.replace("act_outputs.append(act_output)", "act_outputs.append(output)"),
        ),
        "autograd: lists swapped": (
            FORWARD,
            FORWARD.replace("return outputs, act_outputs", "return act_outputs, outputs"),
        ),
        "autograd: X among the activations": (
            FORWARD,
            FORWARD.replace("return outputs, act_outputs", "return [X, *outputs], [X, *act_outputs]"),
        ),
        "autograd: only the last layer returned": (
            FORWARD,
            FORWARD.replace("return outputs, act_outputs", "return outputs[-1:], act_outputs[-1:]"),
        ),
        "autograd: layers detached from each other": (
            FORWARD,
            FORWARD.replace("relu(output)", "relu(output).detach()"),
        ),
        "autograd: forgets to clear gradients": (zero, ""),
        "autograd: climbs": (update, update.replace("-=", "+=")),
        "autograd: ignores the learning rate": (update, update.replace("learning_rate", "0.5")),
        "autograd: gradients not averaged": (
            "loss.backward()",
            "(loss * len(X)).backward()",
        ),
        "autograd: half precision": (SUM, "output = (weight @ act_output + bias).half().float()"),
        "autograd: linear of torch.nn": (
            SUM,
            "output = torch.nn.functional.linear(act_output.t(), weight, bias.squeeze(1)).t()",
        ),
        "autograd: a layer of torch.nn": (
            SUM,
            "layer = torch.nn.Linear(weight.shape[1], weight.shape[0])\n"
            "            layer.weight.data, layer.bias.data = weight, bias.squeeze(1)\n"
            "            output = weight @ act_output + bias + 0 * layer(act_output.t()).t()",
        ),
        "autograd: the loss of torch.nn": (
            "loss = cross_entropy(act_outputs[-1], y_1hot.t())\n        # backpropagation",
            "loss = torch.nn.NLLLoss()(torch.log(act_outputs[-1].t()), y)\n        # backpropagation",
        ),
    }
    return [*mutants(NETWORKS, "autograd", mistakes, marked)]
