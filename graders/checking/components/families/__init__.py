"""Kinds of components, each with the mistakes that students make in it."""

from __future__ import annotations

from graders.checking.components.families.activations import DROPOUT as DROPOUT
from graders.checking.components.families.activations import ELU as ELU
from graders.checking.components.families.activations import GELU as GELU
from graders.checking.components.families.activations import LEAKY_RELU as LEAKY_RELU
from graders.checking.components.families.activations import SOFTPLUS as SOFTPLUS
from graders.checking.components.families.activations import SWISH as SWISH
from graders.checking.components.families.activations.elementwise import ARCTAN as ARCTAN
from graders.checking.components.families.activations.elementwise import RELU as RELU
from graders.checking.components.families.activations.elementwise import SIGMOID as SIGMOID
from graders.checking.components.families.activations.elementwise import SMOOTH as SMOOTH
from graders.checking.components.families.activations.elementwise import TANH as TANH
from graders.checking.components.families.activations.softmax import SOFTMAX as SOFTMAX
from graders.checking.components.families.family import Family as Family
from graders.checking.components.families.linear import LINEAR as LINEAR
from graders.checking.components.families.losses import CROSS_ENTROPY as CROSS_ENTROPY
from graders.checking.components.families.losses import HINGE as HINGE
from graders.checking.components.families.losses import HINGE_CLASSIFIER as HINGE_CLASSIFIER
from graders.checking.components.families.losses import LOG_LOSS as LOG_LOSS
from graders.checking.components.families.losses import SOFTMAX_CLASSIFIER as SOFTMAX_CLASSIFIER
from graders.checking.components.families.losses import SQUARED_ERROR as SQUARED_ERROR
from graders.checking.components.families.losses import penalised as penalised
from graders.checking.components.families.networks import NETWORK as NETWORK
from graders.checking.components.families.norms import NORM as NORM
from graders.checking.components.families.norms import RMS_NORM as RMS_NORM
from graders.checking.components.families.pooling import AVERAGE_POOL as AVERAGE_POOL
from graders.checking.components.families.pooling import MAX_POOL as MAX_POOL
from graders.checking.components.families.sequences import ATTENTION as ATTENTION
from graders.checking.components.families.sequences import EMBEDDING as EMBEDDING
from graders.checking.components.families.sequences import LSTM as LSTM
from graders.checking.components.families.sequences import RECURRENT as RECURRENT
from graders.checking.components.families.updates import ADAM as ADAM
from graders.checking.components.families.updates import RMSPROP as RMSPROP
from graders.checking.components.families.updates import SGD as SGD
