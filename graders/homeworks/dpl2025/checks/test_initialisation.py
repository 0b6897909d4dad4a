"""Question 3: how AutogradNeuralNetwork's parameters are drawn."""

from __future__ import annotations

from graders.checking import Student, section

from ...dpl import initialisation
from ...dpl.networks import AUTOGRAD, MODULE


@section("autograd")
def test_initialised(student: Student) -> None:
    """A new network's weights and biases are uniform within 1 / sqrt(n_in) of each layer."""
    for shape in initialisation.SHAPES:
        initialisation.check_uniform(getattr(student(MODULE), AUTOGRAD)(shape), shape)


@section("autograd")
def test_init_weights(student: Student) -> None:
    """init_weights() draws all weights and biases anew, whatever they were."""
    for shape in initialisation.SHAPES:
        network = getattr(student(MODULE), AUTOGRAD)(shape)
        initialisation.fill(network, shape)
        network.init_weights()
        initialisation.check_uniform(network, shape)
