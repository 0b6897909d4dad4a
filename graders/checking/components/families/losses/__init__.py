"""Mistakes in losses."""

from __future__ import annotations

from graders.checking.components.families.losses.entropy import CROSS_ENTROPY as CROSS_ENTROPY
from graders.checking.components.families.losses.entropy import LOG_LOSS as LOG_LOSS
from graders.checking.components.families.losses.squares import SQUARED_ERROR as SQUARED_ERROR
