"""Ways to draw a layer's first weights; the last two axes of a shape are inputs and outputs."""

import numpy as np


def fans(shape):
    """Inputs and outputs of one unit: of a dense layer (in, out), or of filters (height, width, in, out)."""
    field = int(np.prod(shape[:-2]))
    return shape[-2] * field, shape[-1] * field


def initialize_weights(name):
    """The function that draws weights of a shape, by name."""
    names = {
        "uniform": lambda shape: np.random.uniform(-0.1, 0.1, shape),
        "normal": lambda shape: 0.1 * np.random.standard_normal(shape),
        "xavier_uniform": xavier_uniform,
        "xavier_normal": xavier_normal,
        "he_uniform": he_uniform,
        "he_normal": he_normal,
    }
    if name not in names:
        raise ValueError(f"no weights are called {name!r}: choose from {', '.join(names)}")
    return names[name]


def xavier_uniform(shape):
    """Uniform with variance 2 / (inputs + outputs)."""
    bound = np.sqrt(6 / sum(fans(shape)))
    return np.random.uniform(-bound, bound, shape)


def xavier_normal(shape):
    """Normal with variance 2 / (inputs + outputs)."""
    return np.sqrt(2 / sum(fans(shape))) * np.random.standard_normal(shape)


def he_uniform(shape):
    """Uniform with variance 2 / inputs, for ReLU."""
    bound = np.sqrt(6 / fans(shape)[0])
    return np.random.uniform(-bound, bound, shape)


def he_normal(shape):
    """Normal with variance 2 / inputs, for ReLU."""
    return np.sqrt(2 / fans(shape)[0]) * np.random.standard_normal(shape)
