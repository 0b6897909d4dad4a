"""Wrong submissions of questions 3 and 4: the worked one with a mistake put in, and the sections that fail for it."""

from __future__ import annotations

from functools import partial

from graders.validation import suite

ACTIVATIONS = "my_neural_networks/activations.py"
NETWORKS = "my_neural_networks/networks.py"
CURVES = "hw1_learning_curves.py"

CHEAP = "activations autograd"
"""Marked for every mistake in the package; what else a mistake fails is marked with it."""

mutants = partial(suite.mutants, marked=CHEAP)


# The lines of the worked submission that mistakes are made in.

RELU = "return torch.clamp(X, min=0)"
SOFTMAX = "return exponentials / exponentials.sum(dim=0, keepdim=True)"
LARGEST = "largest = X.max(dim=0, keepdim=True).values"
SHIFTED = "return softmax(X - largest)"
ENTROPY = "return -torch.sum(y_1hot * torch.log(X + epsilon)) / n_examples"

SUM = "output = weight @ act_output + bias  # (n_out, 1) is broadcast to all examples"
ACTIVATED = "act_output = stable_softmax(output) if is_last else relu(output)\n"
ZERO = "            parameter.grad.data.zero_()\n"
UPDATE = "parameter.data -= learning_rate * parameter.grad.data"

FORWARD = (
    SUM
    + """
            is_last = i == len(self.weights) - 1
            act_output = stable_softmax(output) if is_last else relu(output)
            outputs.append(output)
            act_outputs.append(act_output)
        return outputs, act_outputs"""
)

ACTIVATION_MUTANTS = [
    *mutants(
        ACTIVATIONS,
        "activations autograd",
        {
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
        },
    ),
    *mutants(
        ACTIVATIONS,
        "activations",
        {
            "stable_softmax: one maximum for all examples": (LARGEST, "largest = X.max()"),
            "stable_softmax: nothing subtracted": (SHIFTED, "return softmax(X)"),
            "stable_softmax: maximum added": (SHIFTED, "return softmax(X + largest)"),
            "stable_softmax: largest absolute value": (LARGEST, "largest = X.abs().max(dim=0, keepdim=True).values"),
            "stable_softmax: mean instead of the maximum": (LARGEST, "largest = X.mean(dim=0, keepdim=True)"),
            "stable_softmax: cut at 50": (SHIFTED, "return softmax(torch.clamp(X, max=50))"),
            "cross_entropy: no epsilon": (ENTROPY, ENTROPY.replace(" + epsilon", "")),
        },
    ),
]

AUTOGRAD_MUTANTS = mutants(
    NETWORKS,
    "autograd",
    {
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
        "autograd: forgets to clear gradients": (ZERO, ""),
        "autograd: climbs": (UPDATE, UPDATE.replace("-=", "+=")),
        "autograd: ignores the learning rate": (UPDATE, "parameter.data -= 0.5 * parameter.grad.data"),
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
    },
)

BOUND = "bound = 1 / math.sqrt(weight.shape[1])"
DRAWN_W = "weight.data.uniform_(-bound, bound)"
DRAWN_B = "bias.data.uniform_(-bound, bound)"
CALLED = "        self.init_weights()\n\n"
PREDICTED = "return act_outputs[-1].argmax(dim=0)"
EACH = "for parameter in self.weights + self.biases:\n            " + UPDATE
MORE_AUTOGRAD_MUTANTS = mutants(
    NETWORKS,
    "autograd",
    {
        "init: n_out for n_in": (BOUND, BOUND.replace("shape[1]", "shape[0]")),
        "init: Xavier": (BOUND, "bound = math.sqrt(6 / sum(weight.shape))"),
        "init: He": (BOUND, "bound = math.sqrt(6 / weight.shape[1])"),
        "init: no root": (BOUND, "bound = 1 / weight.shape[1]"),
        "init: the network's inputs for each layer": (BOUND, "bound = 1 / math.sqrt(self.shape[0])"),
        "init: weights are normal": (DRAWN_W, "weight.data.normal_(0, bound / 3**0.5)"),
        "init: weights are normal, cut off": (
            DRAWN_W,
            "weight.data.normal_(0, bound / 3**0.5).clamp_(-bound, bound)",
        ),
        "init: biases are normal": (DRAWN_B, "bias.data.normal_(0, bound)"),
        "init: biases are zero": (DRAWN_B, "bias.data.zero_()"),
        "init: biases within 1": (DRAWN_B, "bias.data.uniform_(-1, 1)"),
        "init: only positive": (DRAWN_W, "weight.data.uniform_(0, bound)"),
        "init: only positive biases": (DRAWN_B, "bias.data.uniform_(0, bound)"),
        "init: half the bound": (DRAWN_W, "weight.data.uniform_(-bound / 2, bound / 2)"),
        "init: a row for all neurons": (
            DRAWN_W,
            "weight.data.copy_(torch.empty(1, weight.shape[1]).uniform_(-bound, bound).expand_as(weight))",
        ),
        "init: adds to what is there": (DRAWN_W, "weight.data += torch.empty_like(weight).uniform_(-bound, bound)"),
        "init: never called": (CALLED, "\n"),
        "predict: the least probable": (PREDICTED, PREDICTED.replace("argmax", "argmin")),
        "predict: over the examples": (PREDICTED, PREDICTED.replace("dim=0", "dim=1")),
        "predict: of the first layer": (PREDICTED, PREDICTED.replace("[-1]", "[0]")),
        "predict: one-hot rows": (
            PREDICTED,
            "return (act_outputs[-1] == act_outputs[-1].max(dim=0).values).t().float()",
        ),
        "predict: probabilities": (PREDICTED, "return act_outputs[-1].t()"),
        "autograd: clears the weights' gradients only": (
            ZERO,
            "            if parameter.shape[1] > 1:\n                parameter.grad.data.zero_()\n",
        ),
        "autograd: clears gradients before the step": [
            (ZERO, ""),
            (UPDATE, "parameter.grad.data.zero_()\n            " + UPDATE),
        ],
        "autograd: biases stay": (EACH, EACH.replace(" + self.biases", "")),
        "autograd: the last layer stays": (
            EACH,
            EACH.replace("self.weights + self.biases", "self.weights[:-1] + self.biases[:-1]"),
        ),
    },
)

ONE_HOT = "y_1hot[torch.arange(len(y)), y] = 1"
STOP = "if abs(previous - loss) < MIN_CHANGE:"
CURVE_MUTANTS = [
    *mutants(
        CURVES,
        "curves_autograd",
        {
            "curves: no early stopping": (STOP, "if False:"),
            "curves: ends after the first epoch": (STOP, "if True:"),
            "curves: one shape only": ("SHAPES = [(784, 10), (784, 300, 100, 10)]", "SHAPES = [(784, 10)]"),
            "curves: steps of 500": ("STEP, LARGEST = 250, 10000", "STEP, LARGEST = 500, 10000"),
            "curves: no test curve": ('    axes.plot(sizes, test_accuracies, label="test", marker=".")\n', ""),
            "curves: no axis labels": (', xlabel="Training examples", ylabel="Accuracy"', ""),
            "curves: no legend": ("    axes.legend()\n", ""),
            "curves: numbers of right predictions": (
                "(network.predict(X) == y).float().mean()",
                "(network.predict(X) == y).sum()",
            ),
            "curves: not drawn at all": ("        save_learning_curve(shape, *", "        print(shape, *"),
            "curves: crash": ("    gpu_id = arguments.gpu_id\n", "    gpu_id = arguments.gpu\n"),
        },
        marked="",
    ),
    *mutants(
        CURVES,
        "curves_autograd",
        {
            "one_hot: column 0 too": (ONE_HOT, "y_1hot[:, 0] = y_1hot[torch.arange(len(y)), y] = 1"),
            "one_hot: ones everywhere": (ONE_HOT, "y_1hot[:] = 1"),
            "one_hot: a class less": (ONE_HOT, ONE_HOT + "\n    y_1hot = y_1hot[:, : n_classes - 1]"),
            "one_hot: as many classes as there are labels": (
                ONE_HOT,
                ONE_HOT + "\n    y_1hot = y_1hot[:, : y.max() + 1]",
            ),
            "one_hot: twos": (ONE_HOT, ONE_HOT.replace("= 1", "= 2")),
            "one_hot: the place before": (ONE_HOT, ONE_HOT.replace(", y]", ", y - 1]")),
        },
        marked="curves_autograd.one_hot",
    ),
]

MUTANTS = [*ACTIVATION_MUTANTS, *AUTOGRAD_MUTANTS, *MORE_AUTOGRAD_MUTANTS, *CURVE_MUTANTS]
