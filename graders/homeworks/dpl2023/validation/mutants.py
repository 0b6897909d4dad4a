"""Wrong submissions of dpl2023: the worked one with one mistake put in, and the sections that must fail for it."""

from __future__ import annotations

from functools import partial

from graders.marking.validation import suite
from graders.marking.validation.changes import Changes
from graders.marking.validation.suite import Mutant

from ...dpl.validation import notebooks
from ...dpl.validation.mutants import (
    CRASH,
    CURVE_MISTAKES,
    CURVES,
    FIGURE_MISTAKES,
    FORWARD,
    NETWORKS,
    SUM,
    activation_mutants,
    autograd_mutants,
)

CHEAP = "activations autograd basic"
"""Marked for every mistake in the package; what else a mistake fails is marked with it."""

mutants = partial(suite.mutants, marked=CHEAP)

ZERO = "                parameter.grad.zero_()\n"
UPDATE = "parameter -= learning_rate * parameter.grad"

BASIC_SUM = "output = torch.mm(weight, act_output) + bias"
DELTA = "delta = (act_outputs[-1] - y_1hot) / n_examples"
INPUT = "layer_input = act_outputs[i - 1] if i > 0 else X"
W_GRAD = "W_grads.insert(0, torch.mm(delta, layer_input.t()))"
B_GRAD = "b_grads.insert(0, delta.sum(dim=1, keepdim=True))"
THROUGH = "delta = torch.mm(self.weights[i].t(), delta)"
MASK = "delta = delta * (outputs[i - 1] > 0).to(delta.dtype)"
MOVE_W = "self.weights[i] -= learning_rate * W_grads[i]"
MOVE_B = "self.biases[i] -= learning_rate * b_grads[i]"
BACKPROPAGATION = "W_grads, b_grads = self._backpropagation(outputs, act_outputs, X_t, y_1hot_t)"
BASIC_FORWARD = FORWARD.replace(SUM, BASIC_SUM)

ACTIVATION_MUTANTS = activation_mutants("autograd basic", CHEAP)
AUTOGRAD_MUTANTS = autograd_mutants(ZERO, UPDATE, CHEAP)

BASIC_MUTANTS = [
    *mutants(
        NETWORKS,
        "basic trained_basic",
        {
            "basic: gradient's sign": (DELTA, "delta = (y_1hot - act_outputs[-1]) / n_examples"),
            "basic: not divided by the number of examples": (DELTA, "delta = act_outputs[-1] - y_1hot"),
            "basic: divided by the number of classes": (DELTA, DELTA.replace("n_examples", "len(y_1hot)")),
            "basic: divided twice": (W_GRAD, "W_grads.insert(0, torch.mm(delta, layer_input.t()) / n_examples)"),
            "basic: softmax's derivative once more": (
                DELTA,
                DELTA + "\n        delta = delta * act_outputs[-1] * (1 - act_outputs[-1])",
            ),
            "basic: ReLU's derivative forgotten": (MASK, "pass"),
            "basic: ReLU for its derivative": (MASK, "delta = delta * act_outputs[i - 1]"),
            "basic: ReLU's derivative of the gradient": (MASK, "delta = delta * (delta > 0)"),
            "basic: bias gradients averaged": (B_GRAD, "b_grads.insert(0, delta.mean(dim=1, keepdim=True))"),
            "basic: one bias gradient for all": (
                B_GRAD,
                "b_grads.insert(0, delta.sum() * torch.ones(delta.shape[0], 1))",
            ),
            "basic: biases stay": (MOVE_B, "pass"),
            "basic: weights stay": (MOVE_W, "pass"),
            "basic: only the last layer learns": (
                "for i in range(len(self.weights)):",
                "for i in [len(self.weights) - 1]:",
            ),
            "basic: the first layer doesn't learn": (
                "for i in range(len(self.weights)):",
                "for i in range(1, len(self.weights)):",
            ),
            "basic: sums for inputs": (INPUT, "layer_input = outputs[i - 1] if i > 0 else X"),
            "basic: climbs": (MOVE_W, MOVE_W.replace("-=", "+=")),
            "basic: learning rate of its own": (MOVE_W, MOVE_W.replace("learning_rate", "0.1")),
            "basic: biases with half the rate": (MOVE_B, MOVE_B.replace("learning_rate", "learning_rate / 2")),
            "basic: weight decay": (MOVE_W, MOVE_W + "\n            self.weights[i] *= 0.999"),
            "basic: gradients clipped": (
                W_GRAD,
                "W_grads.insert(0, torch.mm(delta, layer_input.t()).clamp(-0.01, 0.01))",
            ),
            "basic: gradient's norm is 1": (
                W_GRAD,
                W_GRAD + "\n            W_grads[0] = W_grads[0] / W_grads[0].norm()",
            ),
            "basic: momentum": (
                BACKPROPAGATION,
                BACKPROPAGATION + "\n        self.velocity = [0.9 * v + g for v, g in "
                "zip(getattr(self, 'velocity', [torch.zeros_like(g) for g in W_grads]), W_grads)]"
                "\n        W_grads = self.velocity",
            ),
            "basic: gradients of a random example": (
                BACKPROPAGATION,
                BACKPROPAGATION.replace(
                    "outputs, act_outputs, X_t, y_1hot_t",
                    "[z[:, :1] for z in outputs], [a[:, :1] for a in act_outputs], X_t[:, :1], y_1hot_t[:, :1]",
                ),
            ),
            "basic: weights moved before they pass the gradient on": [
                (W_GRAD, W_GRAD + "\n            self.weights[i] -= self.rate * W_grads[0]"),
                (MOVE_W, "pass"),
                (BACKPROPAGATION, "self.rate = learning_rate\n        " + BACKPROPAGATION),
            ],
            "basic: softmax in every layer": (BASIC_FORWARD, BASIC_FORWARD.replace("if is_last else relu(output)", "")),
            "basic: no bias": (BASIC_SUM, "output = torch.mm(weight, act_output)"),
            "basic: returns nothing": (
                "return loss.item()\n        # END SOLUTION\n\n    def loss",
                "# END SOLUTION\n\n    def loss",
            ),
        },
    ),
    *mutants(
        NETWORKS,
        "basic",
        {
            "basic: gradients by autograd": (
                BACKPROPAGATION,
                "parameters = [p.detach().requires_grad_() for p in self.weights + self.biases]\n"
                "        count = len(self.weights)\n"
                "        other = BasicNeuralNetwork(self.shape)\n"
                "        other.weights, other.biases = parameters[:count], parameters[count:]\n"
                "        error = cross_entropy(other._feed_forward(X_t)[1][-1], y_1hot_t)\n"
                "        grads = torch.autograd.grad(error, parameters)\n"
                "        W_grads, b_grads = grads[:count], grads[count:]",
            ),
            "basic: backward called": (
                BACKPROPAGATION,
                "twin = AutogradNeuralNetwork(self.shape)\n"
                "        for ours, theirs in zip(self.weights + self.biases, twin.weights + twin.biases):\n"
                "            theirs.data.copy_(ours)\n"
                "        cross_entropy(twin._feed_forward(X_t)[1][-1], y_1hot_t).backward()\n"
                "        W_grads, b_grads = [w.grad for w in twin.weights], [b.grad for b in twin.biases]",
            ),
            "basic: autograd's engine called past its functions": (
                BACKPROPAGATION,
                "parameters = tuple(p.detach().requires_grad_() for p in self.weights + self.biases)\n"
                "        count = len(self.weights)\n"
                "        other = BasicNeuralNetwork(self.shape)\n"
                "        other.weights, other.biases = parameters[:count], parameters[count:]\n"
                "        error = cross_entropy(other._feed_forward(X_t)[1][-1], y_1hot_t)\n"
                "        engine = torch.autograd.Variable._execution_engine\n"
                "        one = (torch.ones_like(error),)\n"
                "        grads = engine.run_backward((error,), one, False, False, parameters, False, False)\n"
                "        W_grads, b_grads = grads[:count], grads[count:]",
            ),
            "basic: trained by AutogradNeuralNetwork": (
                "        X_t, y_1hot_t = X.t(), y_1hot.t()\n        # feed forward\n        outputs",
                "        if True:\n"
                "            twin = AutogradNeuralNetwork(self.shape)\n"
                "            for ours, theirs in zip(self.weights + self.biases, twin.weights + twin.biases):\n"
                "                theirs.data.copy_(ours)\n"
                "            found = twin.train_one_epoch(X, y, y_1hot, learning_rate)\n"
                "            for ours, theirs in zip(self.weights + self.biases, twin.weights + twin.biases):\n"
                "                ours.copy_(theirs.data)\n"
                "            return found\n"
                "        X_t, y_1hot_t = X.t(), y_1hot.t()\n        # feed forward\n        outputs",
            ),
        },
    ),
]

CURVE_MUTANTS = [
    *mutants(
        CURVES,
        "curves_autograd curves_basic",
        {
            **CURVE_MISTAKES,
            "curves: training and test swapped": [
                ("axes.plot(sizes, train_accuracies", "axes.plot(sizes, [*test_accuracies]"),
                ("axes.plot(sizes, test_accuracies", "axes.plot(sizes, train_accuracies"),
            ],
            "curves: trained on the test data": ("load(mnist.load_train_data", "load(mnist.load_test_data"),
            "curves: the test's accuracy as the training's": (
                "accuracy(network, part[0], part[1])",
                "accuracy(network, *test_data[:2])",
            ),
            **FIGURE_MISTAKES,
            "curves: not drawn at all": ("        plot(shape, *learning_curve", "        print(shape, *learning_curve"),
            **CRASH,
        },
        marked="",
    ),
    *mutants(
        CURVES,
        "curves_autograd",
        {
            "curves: BasicNeuralNetwork for both": (
                "NETWORKS[arguments.implementation](shape",
                "BasicNeuralNetwork(shape",
            )
        },
        marked="curves_basic",
    ),
    *mutants(
        CURVES,
        "curves_basic",
        {"curves: AutogradNeuralNetwork only": (', "my": BasicNeuralNetwork}', "}")},
        marked="curves_autograd",
    ),
]

ORBITS = 'self.register_buffer("orbits", orbits)'
BIAS = "self.bias = nn.Parameter(torch.zeros(1))  # one for all neurons: a rotation moves every neuron to another one"
MOVED = "first = torch.minimum(first, places[rho_out.argmax(dim=1)][:, rho_in.argmax(dim=1)])"
EACH_TURN = "in zip(group(out_side), group(in_side), strict=True):"
LAYERS = "self.layers = nn.ModuleList(GEquivariantLinear(in_side, out_side) for in_side, out_side in pairs)"
STEP = "            x = torch.relu(layer(x))\n        return torch.sigmoid(self.layers[-1](x))\n        # END SOLUTION"
NOTEBOOK_MISTAKES = {
    "a bias for each neuron": notebooks.changed((BIAS, "self.bias = nn.Parameter(torch.zeros(n_out))")),
    "clockwise": notebooks.changed(("torch.rot90(pixels, quarter_turns,", "torch.rot90(pixels, -quarter_turns,")),
    "transposed instead of rotated": notebooks.changed(
        (
            "sources = torch.rot90(pixels, quarter_turns, dims=(0, 1)).reshape(-1)",
            "sources = (pixels if quarter_turns % 2 == 0 else pixels.t()).reshape(-1)",
        )
    ),
    "free weights": notebooks.changed(
        (ORBITS, 'self.register_buffer("orbits", places)'), ("torch.empty(len(names))", "torch.empty(n_out * n_in)")
    ),
    "rotations by 180° only": notebooks.changed(
        (EACH_TURN, "in zip(group(out_side)[::2], group(in_side)[::2], strict=True):")
    ),
    "invariant instead of equivariant": notebooks.changed(
        (MOVED, "first = torch.minimum(first, places[:, rho_in.argmax(dim=1)])")
    ),
    "output rotated the other way": notebooks.changed(
        (MOVED, MOVED.replace("rho_out.argmax(dim=1)", "rho_out.argmax(dim=0)"))
    ),
    "the last layer is free": notebooks.changed(
        (LAYERS, LAYERS + "\n        self.layers[-1] = nn.Linear(sides[-2] ** 2, sides[-1] ** 2)")
    ),
    "pixels pushed on between layers": notebooks.changed(
        (STEP, STEP.replace("layer(x))", "layer(x)).roll(1, dims=1)"))
    ),
    "output of zeros": notebooks.changed((STEP, STEP.replace("self.layers[-1](x)", "0 * self.layers[-1](x)"))),
    "projected when it is made only": notebooks.changed(
        ("return x @ self.weight[self.orbits].t() + self.bias", "return x @ self.full.t() + self.bias"),
        (BIAS, BIAS + "\n        self.full = nn.Parameter(self.weight.detach()[orbits])"),
    ),
    "handed in without its results": notebooks.without_results(),
    "not JSON": Changes(files={notebooks.NOTEBOOK: "{"}),
    "JSON, but no notebook": Changes(files={notebooks.NOTEBOOK: "[]"}),
}
NOTEBOOK_MUTANTS = [
    Mutant(f"notebook: {name}", changes, frozenset({"equivariant"}), ("activations", "equivariant"))
    for name, changes in NOTEBOOK_MISTAKES.items()
]

MUTANTS = [*ACTIVATION_MUTANTS, *AUTOGRAD_MUTANTS, *BASIC_MUTANTS, *CURVE_MUTANTS, *NOTEBOOK_MUTANTS]
