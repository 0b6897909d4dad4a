"""Optimisers as components: classes over a model's layers or over parameters, and functions with a dict of options."""

from __future__ import annotations

from graders.checking.components.optimizers.calling import Optimizer as Optimizer
from graders.checking.components.optimizers.calling import Update as Update
