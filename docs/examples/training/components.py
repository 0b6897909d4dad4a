"""What a small text model is trained with: words, chance, a network of layers, an optimiser; mostly presets."""

from graders.checking.components import Layer, Network, families, part, presets

LINEAR = Layer(
    name="net.layers.Linear", new="n_in n_out", inputs={"x": "N n_in"}, parameters={"W": "n_in n_out", "b": "n_out"},
    torch=lambda x, W, b: x @ W + b, family=families.LINEAR,
)
RELU = presets.RELU.layer("net.layers.ReLU")

COMPONENTS = {
    # Whole numbers, some of them equal: the gradient of a word that comes twice adds up.
    "embedding": presets.EMBEDDING.layer(
        "net.layers.Embedding", new={"words": "V", "width": "D"}, names={"weight": "W"}, gradients={"W": "layer.dW"},
    ),
    # The mask is read off the output; p is the share that is dropped.
    "dropout": presets.DROPOUT.layer("net.layers.Dropout", new="p", evaluate={"training": False}),
    # Two components share the points of a section: its checks are layers.linear_forward, layers.relu_forward, and so on.
    "layers.linear": LINEAR,
    "layers.relu": RELU,
    # A network is made of components, and is tried on right ones where the student's fail (built_on in the rubric).
    "network": Network(
        name="net.network.MLP", inputs={"x": "N 2"}, parts_at="layer.layers[{place}]",
        parts=[part(LINEAR, n_in=2, n_out=5), RELU, part(LINEAR, n_in=5, n_out=3)], family=families.NETWORK,
    ),
    # The rule is Kingma and Ba's; the optimiser works on the layers of a model.
    "adam": presets.ADAM.optimizer(
        "net.optim.Adam", parameters={"W": "n_in n_out", "b": "n_out"}, gradients={"W": "dW", "b": "db"},
        kept={"m": "optimizer.m[{layer}]['{name}']", "v": "optimizer.v[{layer}]['{name}']"},
    ),
}  # fmt: skip
