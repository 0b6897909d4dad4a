"""How the checks make a network of the student's."""

from __future__ import annotations

from graders.student import Remote, Student


def network(student: Student, sizes: tuple[int, ...], names: list[str]) -> tuple[Remote, list[Remote]]:
    """A NeuralNetwork with cross-entropy and fully connected layers of these sizes, and its layers."""
    settings = student("neural_networks.utils").AttrDict
    arguments = [
        settings(name="fully_connected", activation=name, weight_init="xavier_uniform", n_out=size)
        for name, size in zip(names, sizes[1:], strict=True)
    ]
    optimizer = settings(name="SGD", lr=0.01, lr_scheduler="constant", momentum=0.9)
    model = student("neural_networks.models").NeuralNetwork(
        optimizer=optimizer, loss="cross_entropy", layer_args=arguments
    )
    layers = [
        student("neural_networks.layers").FullyConnected(size, name)
        for name, size in zip(names, sizes[1:], strict=True)
    ]
    model.layers = layers
    return model, layers
