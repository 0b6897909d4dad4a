"""Mistakes in optimisers."""

from __future__ import annotations

from graders.checking.components.families.updates.adam import ADAM as ADAM
from graders.checking.components.families.updates.descent import RMSPROP as RMSPROP
from graders.checking.components.families.updates.descent import SGD as SGD
