"""Right submissions of a4 that are written otherwise than the worked one; each must keep all points."""

# ruff: noqa: E501 - edits are easier to read on one line

from __future__ import annotations

from graders.marking.validation.changes import Changes, Edit
from graders.marking.validation.suite import Variant

from .mutants import (
    B_GRAD,
    COMMON,
    DRAWN,
    JACOBIAN,
    LOSS,
    LOSS_GRAD,
    OUTPUT,
    POWERS,
    Q1,
    Q2,
    RELU,
    RELU_GRAD,
    SOFTMAX,
    STEP_B,
    STEP_W,
    TANH,
    TANH_GRAD,
    TRAINING,
    UPSTREAM,
    W_GRAD,
    X_GRAD,
    ZEROS,
)


def patched(name: str, *edits: tuple[str, str, str]) -> Variant:
    """A few lines otherwise: (file, old, new)."""
    return Variant(name, Changes(edits=tuple(Edit(*edit) for edit in edits)))


IN_OUT = (
    (Q1, DRAWN, DRAWN.replace("(self.output_size, self.input_size)", "(self.input_size, self.output_size)")),
    (Q1, OUTPUT, "return x @ self.weights + self.bias"),
    (Q1, W_GRAD, "self.weights_grad = self.inputs.T @ output_grad"),
    (Q1, X_GRAD, "return output_grad @ self.weights.T"),
)
FLAT = ((Q1, ZEROS, "self.bias = np.zeros(self.output_size)"), (Q1, B_GRAD, "self.bias_grad = output_grad.sum(axis=0)"))
LOOP = "total = 0.0\n        for p, y in zip(prediction, target):\n            total -= np.log(p[y])\n        return total / len(target)"

VARIANTS = [
    patched("dense: weights (in, out)", *IN_OUT),
    patched("dense: bias (out,)", *FLAT),
    patched("dense: weights (in, out), bias (out,)", *IN_OUT, *FLAT),
    patched("dense: bias (1, out), its gradient (out,)", FLAT[1]),
    patched(
        "dense: updated in place",
        (Q1, STEP_W, STEP_W.replace("self.weights = self.weights - ", "self.weights -= ")),
        (Q1, STEP_B, STEP_B.replace("self.bias = self.bias - ", "self.bias -= ")),
    ),
    patched(
        "dense: float32",
        (Q1, DRAWN, DRAWN + "\n        self.weights = self.weights.astype(np.float32)"),
        (Q1, ZEROS, ZEROS[:-1] + ", dtype=np.float32)"),
    ),
    patched(
        "dense: a generator of its own",
        (
            Q1,
            DRAWN,
            "self.weights = np.random.default_rng(1).uniform(-bound, bound, (self.output_size, self.input_size))",
        ),
    ),
    patched(
        "dense: scaled from 0 to 1",
        (Q1, DRAWN, "self.weights = (2 * np.random.rand(self.output_size, self.input_size) - 1) * bound"),
    ),
    patched("dense: einsum", (Q1, OUTPUT, 'return np.einsum("nd,md->nm", x, self.weights) + self.bias')),
    patched(
        "dense: weights drawn by init_weights only",
        (Q1, "        self.init_weights()\n", ""),
        (TRAINING, "SoftmaxLayer()])\n", "SoftmaxLayer()])\n        self.layers.init_weights()\n"),
    ),
    patched("softmax: as printed", (Q1, POWERS, "powers = np.exp(x)")),
    patched(
        "softmax: whole Jacobians",
        (
            Q1,
            JACOBIAN,
            's = self.outputs\n        J = np.eye(s.shape[1]) * s[:, None, :] - s[:, :, None] * s[:, None, :]\n        return np.einsum("nij,nj->ni", J, output_grad)',
        ),
    ),
    patched(
        "softmax: a loop over examples",
        (Q1, COMMON, "common = np.array([[g @ s] for g, s in zip(output_grad, self.outputs)])"),
    ),
    patched(
        "softmax: computed again in backward",
        (Q1, SOFTMAX, SOFTMAX + "\n        self.x = x"),
        (Q1, COMMON, "self.forward(self.x)\n        " + COMMON),
    ),
    patched("tanh: as printed", (Q1, TANH, "self.outputs = (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))")),
    patched("tanh: by a sigmoid", (Q1, TANH, "self.outputs = 2 / (1 + np.exp(-2 * x)) - 1")),
    patched("tanh: sinh over cosh", (Q1, TANH, "self.outputs = np.sinh(x) / np.cosh(x)")),
    patched(
        "tanh: derivative 1 over cosh squared",
        (Q1, TANH, TANH + "\n        self.x = x"),
        (Q1, TANH_GRAD, "return output_grad / np.cosh(self.x) ** 2"),
    ),
    patched(
        "tanh: np.tanh in a comment and in a test of its own",
        (Q1, TANH, TANH + "  # as np.tanh(x)"),
        (Q1, "class ReLULayer", "def compare(x):\n    return np.tanh(x)\n\n\nclass ReLULayer"),
    ),
    patched("relu: derivative 1 at 0", (Q1, RELU_GRAD, "return output_grad * (self.inputs >= 0)")),
    patched("relu: by a mask", (Q1, RELU, "return x * (x > 0)")),
    patched("relu: where", (Q1, RELU_GRAD, "return np.where(self.inputs > 0, output_grad, 0)")),
    patched(
        "cross-entropy: one-hot",
        (Q1, LOSS, "return -np.sum(np.eye(prediction.shape[1])[target] * np.log(prediction)) / len(target)"),
    ),
    patched("cross-entropy: a loop", (Q1, LOSS, LOOP)),
    patched("cross-entropy: a guard of 1e-12", (Q1, LOSS, LOSS.replace("target])", "target] + 1e-12)"))),
    patched(
        "cross-entropy: clipped",
        (Q1, "np.maximum(prediction, np.finfo(np.float64).tiny)", "np.clip(prediction, 1e-15, 1 - 1e-15)"),
    ),
    patched("cross-entropy: upstream gradient of 1 taken for granted", (Q1, UPSTREAM, "return gradient")),
    patched(
        "cross-entropy: gradient by a one-hot",
        (
            Q1,
            "gradient[self.rows, self.target] = " + LOSS_GRAD,
            "gradient = -np.eye(gradient.shape[1])[self.target] / self.prediction / len(self.rows)",
        ),
    ),
    patched("mlp: layers called", (Q2, "layer.forward(x)", "layer(x)")),
    patched(
        "mlp: only dense layers are updated and drawn",
        (Q2, "from q1 import Layer\n", "from q1 import Dense, Layer\n"),
        (
            Q2,
            "            layer.update(learning_rate)",
            "            if isinstance(layer, Dense):\n                layer.update(learning_rate)",
        ),
        (
            Q2,
            "            layer.init_weights()",
            "            if isinstance(layer, Dense):\n                layer.init_weights()",
        ),
    ),
    patched(
        "mlp: updates parameters itself",
        (
            Q2,
            "layer.update(learning_rate)",
            'if hasattr(layer, "weights"):\n                layer.weights = layer.weights - learning_rate * layer.weights_grad\n                layer.bias = layer.bias - learning_rate * layer.bias_grad',
        ),
    ),
    patched(
        "training: accuracies in per cent",
        (
            TRAINING,
            '        return right / total\n\n    def test(self, data):\n        """The test accuracy."""\n        return self.accuracy(data.test_loader)\n\n\nMODELS',
            '        return 100 * right / total\n\n    def test(self, data):\n        """The test accuracy."""\n        return self.accuracy(data.test_loader)\n\n\nMODELS',
        ),
    ),
    patched(
        "training: figures only shown",
        (TRAINING, "    figure.savefig(path, dpi=120)\n    plt.close(figure)\n", "    plt.show()\n"),
    ),
    patched(
        "training: a progress bar",
        (TRAINING, "import torch\n", "import torch\nfrom tqdm.auto import tqdm\n"),
        (TRAINING, "for _ in range(epochs)]", "for _ in tqdm(range(epochs), leave=False)]"),
    ),
    patched(
        "training: torchvision's Fashion-MNIST",
        (TRAINING, "import torch\n", "import torch\nimport torchvision\nfrom torchvision import transforms\n"),
        (
            TRAINING,
            '        images = read_idx(os.path.join(folder, f"{kind}-images-idx3-ubyte"))[:max_examples]\n        labels = read_idx(os.path.join(folder, f"{kind}-labels-idx1-ubyte"))[:max_examples]\n        return torch.tensor(images / 127.5 - 1, dtype=torch.float32), torch.tensor(labels, dtype=torch.int64)\n',
            '        scaled = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])\n        pairs = torchvision.datasets.FashionMNIST(root="./data", train=kind == "train", download=True, transform=scaled)\n        images, labels = zip(*pairs)\n        return torch.stack(images)[:max_examples], torch.tensor(labels)[:max_examples]\n',
        ),
    ),
    patched(
        "mlp: draws new weights when it is made",
        (Q2, "        self.layers = layers\n", "        self.layers = layers\n        self.init_weights()\n"),
    ),
    patched(
        "training: torchvision, split in two with no remainder",
        (TRAINING, "import torch\n", "import torch\nimport torchvision\nfrom torchvision import transforms\n"),
        (
            TRAINING,
            """        images, labels = self.load(folder, "train", max_examples)
        order = np.random.default_rng(SEED).permutation(len(images))
        n_val = int(val_perc * len(images))
        val, train = order[:n_val], order[n_val:]
        self.batch_size = batch_size
        self.val_perc = val_perc
        self.train_loader = self.batches(images[train], labels[train], shuffle=True)
        self.val_loader = self.batches(images[val], labels[val])
        self.test_loader = self.batches(*self.load(folder, "t10k", max_examples))
""",
            """        whole = torchvision.datasets.FashionMNIST("./data", train=True, download=True, transform=transforms.ToTensor())
        unseen = torchvision.datasets.FashionMNIST("./data", train=False, download=True, transform=transforms.ToTensor())
        sizes = [int((1 - val_perc) * len(whole)), int(val_perc * len(whole))]
        train, val = torch.utils.data.random_split(whole, sizes)
        load = torch.utils.data.DataLoader
        self.train_loader = load(train, batch_size, shuffle=True, num_workers=4, pin_memory=True)
        self.val_loader, self.test_loader = load(val, batch_size), load(unseen, batch_size)
""",
        ),
    ),
    patched(
        "training: a forward for tensors only",
        (
            TRAINING,
            "return self.layers(np.asarray(x).reshape(len(x), -1))",
            "return self.layers(x.view(x.size(0), -1).numpy())",
        ),
    ),
    patched(
        "training: train() and test() return tensors",
        (
            TRAINING,
            '        return float(np.mean(losses)), self.accuracy(data.val_loader)\n\n    def accuracy(self, loader):\n        """The share of examples that are classified rightly."""\n        right = total = 0\n        for',
            '        return torch.tensor(np.mean(losses)), torch.tensor([self.accuracy(data.val_loader)])\n\n    def accuracy(self, loader):\n        """The share of examples that are classified rightly."""\n        right = total = 0\n        for',
        ),
    ),
    patched(
        "training: much is printed, by a loop over batches",
        (
            TRAINING,
            "            self.update(lr)\n",
            "            self.update(lr)\n            print('batch', len(losses), losses[-1], flush=True)\n",
        ),
    ),
    patched(
        "training: figures in a folder of their own, as PDF",
        (
            TRAINING,
            "    figure.savefig(path, dpi=120)\n",
            "    os.makedirs(os.path.join(folder, 'figures', 'q3'), exist_ok=True)\n    figure.savefig(os.path.join(folder, 'figures', 'q3', os.path.basename(path).replace('.png', '.pdf')))\n",
        ),
    ),
    patched(
        "training: outputs in single precision, in Fortran's order",
        (
            TRAINING,
            "return self.layers(np.asarray(x).reshape(len(x), -1))",
            "return np.asfortranarray(self.layers(np.asarray(x).reshape(len(x), -1)), dtype=np.float32)",
        ),
    ),
    patched(
        "dense: zeros that are integers, as a flat bias",
        (Q1, ZEROS, "self.bias = np.zeros(self.output_size, dtype=int)"),
        (Q1, B_GRAD, "self.bias_grad = np.einsum('ij->j', output_grad)"),
    ),
    patched(
        "training: test images in another order each time",
        (
            TRAINING,
            'self.batches(*self.load(folder, "t10k", max_examples))',
            'self.batches(*self.load(folder, "t10k", max_examples), shuffle=True)',
        ),
    ),
    patched(
        "training: files are read once",
        (TRAINING, "import argparse\n", "import argparse\nimport functools\n"),
        (TRAINING, "def read_idx(path):\n", "@functools.cache\ndef read_idx(path):\n"),
    ),
    patched(
        "training: each image less its own mean",
        (
            TRAINING,
            "        return torch.tensor(images / 127.5 - 1, dtype=torch.float32), torch.tensor(labels, dtype=torch.int64)\n",
            "        images = images / 127.5\n        images -= images.mean(axis=(1, 2), keepdims=True)\n        return torch.tensor(images, dtype=torch.float32), torch.tensor(labels, dtype=torch.int64)\n",
        ),
    ),
    patched(
        "training: the last batch is left out where it isn't full",
        (
            TRAINING,
            "DataLoader(pairs, self.batch_size, shuffle=shuffle, generator=generator)",
            "DataLoader(pairs, self.batch_size, shuffle=shuffle, generator=generator, drop_last=shuffle)",
        ),
    ),
    patched(
        "training: a learning rate of its own",
        (
            TRAINING,
            '''        self.layers.update(learning_rate)

    def train(self, data, lr=0.002):
        """One epoch; returns the average training loss and the validation accuracy."""
''',
            "        self.layers.update(learning_rate)\n\n    def train(self, data):\n        lr = 0.002\n",
        ),
        (
            TRAINING,
            '''        return self.layers(x.reshape(len(x), -1))

    def train(self, data, lr=0.002):
        """One epoch; returns the average training loss and the validation accuracy."""
''',
            "        return self.layers(x.reshape(len(x), -1))\n\n    def train(self, data):\n        lr = 0.002\n",
        ),
        (TRAINING, "model.train(data, lr=lr)", "model.train(data)"),
    ),
]
