"""Mistakes in further layers that work on each entry: rectifiers, smooth ones, dropout."""

from __future__ import annotations

from graders.checking.components.families.activations.dropout import DROPOUT as DROPOUT
from graders.checking.components.families.activations.rectifiers import ELU as ELU
from graders.checking.components.families.activations.rectifiers import LEAKY_RELU as LEAKY_RELU
from graders.checking.components.families.activations.smooth import GELU as GELU
from graders.checking.components.families.activations.smooth import SOFTPLUS as SOFTPLUS
from graders.checking.components.families.activations.smooth import SWISH as SWISH
