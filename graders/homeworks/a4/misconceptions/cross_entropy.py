"""Mistakes that students of a4 make in the cross-entropy loss, as the formulas that they write.

Every function takes the arguments of the oracle's function of that name.
"""

# ruff: noqa: ARG001, D103 - a formula takes all of its oracle's arguments, and its text is what it says

from __future__ import annotations

import numpy as np

from graders.checking import Catalogue

CATALOGUE = Catalogue()
wrong = CATALOGUE.wrong


def _total(prediction, chosen):
    return -(chosen * np.log(prediction)).sum()


@wrong("cross_entropy.loss", "is the sum over the batch, not the mean", "The loss is a mean over the batch.")
def loss_summed(prediction, chosen, upstream):
    return _total(prediction, chosen)


@wrong("cross_entropy.loss", "is the mean over all entries, classes included", "Look at what is divided by.")
def loss_over_entries(prediction, chosen, upstream):
    return _total(prediction, chosen) / chosen.size


@wrong("cross_entropy.loss", "is divided by the number of classes, not of examples", "Look at the length you use.")
def loss_by_classes(prediction, chosen, upstream):
    return _total(prediction, chosen) / chosen.shape[1]


@wrong("cross_entropy.loss", "has the wrong sign", "A loss falls as the right class becomes likelier.")
def loss_negative(prediction, chosen, upstream):
    return -_total(prediction, chosen) / len(chosen)


@wrong("cross_entropy.loss", "has the logarithm to base 2", "Look at which logarithm it is.")
def loss_base_2(prediction, chosen, upstream):
    return _total(prediction, chosen) / len(chosen) / np.log(2)


@wrong("cross_entropy.loss", "has the logarithm to base 10", "Look at which logarithm it is.")
def loss_base_10(prediction, chosen, upstream):
    return _total(prediction, chosen) / len(chosen) / np.log(10)


@wrong(
    "cross_entropy.loss", "applies softmax to probabilities", "Say what prediction is: softmax is a layer of its own."
)
def loss_of_softmax(prediction, chosen, upstream):
    powers = np.exp(prediction)
    return _total(powers / powers.sum(axis=1, keepdims=True), chosen) / len(chosen)


@wrong("cross_entropy.loss", "adds the other classes' 1 - p", "There is one term for each example.")
def loss_binary(prediction, chosen, upstream):
    rest = ((1 - chosen) * np.log(1 - prediction)).sum()
    return (_total(prediction, chosen) - rest) / len(chosen)


@wrong("cross_entropy.loss", "lacks the logarithm", "Look at what is added up for the right class.")
def loss_without_log(prediction, chosen, upstream):
    return -(chosen * prediction).sum() / len(chosen)


@wrong(
    "cross_entropy.loss",
    "takes the classes of all examples from every row",
    "prediction[:, target] is an (N, N) matrix: print its shape.",
)
def loss_of_all_columns(prediction, chosen, upstream):
    return -(np.log(prediction) @ chosen.T).mean()


@wrong("cross_entropy.prediction_grad", "isn't divided by the batch size", "The loss is a mean: differentiate that.")
def grad_not_divided(prediction, chosen, upstream):
    return -upstream * chosen / prediction


@wrong("cross_entropy.prediction_grad", "is divided by the batch size twice", "Count the divisions by N.")
def grad_divided_twice(prediction, chosen, upstream):
    return -upstream * chosen / prediction / len(chosen) ** 2


@wrong("cross_entropy.prediction_grad", "is divided by the number of classes, too", "Look at what is divided by.")
def grad_over_entries(prediction, chosen, upstream):
    return -upstream * chosen / prediction / chosen.size


@wrong("cross_entropy.prediction_grad", "has the wrong sign", "A loss falls as the right class becomes likelier.")
def grad_negative(prediction, chosen, upstream):
    return upstream * chosen / prediction / len(chosen)


@wrong(
    "cross_entropy.prediction_grad",
    "is the gradient in softmax's input, not in the probabilities",
    "Say what this gradient is taken with respect to: softmax has a backward of its own.",
)
def grad_through_softmax(prediction, chosen, upstream):
    return upstream * (prediction - chosen) / len(chosen)


@wrong(
    "cross_entropy.prediction_grad",
    "is the gradient in softmax's input, and isn't divided by the batch size",
    "Say what this gradient is taken with respect to: softmax has a backward of its own.",
)
def grad_through_softmax_summed(prediction, chosen, upstream):
    return upstream * (prediction - chosen)


@wrong("cross_entropy.prediction_grad", "is that of the two-class loss", "There is one term for each example.")
def grad_binary(prediction, chosen, upstream):
    return upstream * (-chosen / prediction + (1 - chosen) / (1 - prediction)) / len(chosen)


@wrong("cross_entropy.prediction_grad", "is minus one over every probability", "Only the right class counts.")
def grad_without_labels(prediction, chosen, upstream):
    return -upstream / prediction / len(chosen)


@wrong("cross_entropy.prediction_grad", "is -1/N at the right class, without its probability", "Differentiate log p.")
def grad_without_probability(prediction, chosen, upstream):
    return -upstream * chosen / len(chosen)


@wrong("cross_entropy.prediction_grad", "is minus the logarithm, not its derivative", "Differentiate log p.")
def grad_logarithm(prediction, chosen, upstream):
    return -upstream * chosen * np.log(prediction) / len(chosen)


@wrong("cross_entropy.prediction_grad", "ignores what backward is given", "Look at what output_grad is for.")
def grad_without_upstream(prediction, chosen, upstream):
    return -chosen / prediction / len(chosen)
