"""Mistakes in losses."""

from __future__ import annotations

from graders.checking.components.families.losses.classifiers import HINGE_CLASSIFIER as HINGE_CLASSIFIER
from graders.checking.components.families.losses.classifiers import SOFTMAX_CLASSIFIER as SOFTMAX_CLASSIFIER
from graders.checking.components.families.losses.entropy import CROSS_ENTROPY as CROSS_ENTROPY
from graders.checking.components.families.losses.entropy import LOG_LOSS as LOG_LOSS
from graders.checking.components.families.losses.hinge import HINGE as HINGE
from graders.checking.components.families.losses.penalised import penalised as penalised
from graders.checking.components.families.losses.squares import SQUARED_ERROR as SQUARED_ERROR
