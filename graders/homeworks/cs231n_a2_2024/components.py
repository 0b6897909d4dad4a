"""The update rules, which were in assignment 2."""

from __future__ import annotations

from ..cs231n import updates
from ..cs231n_a2 import components

COMPONENTS = {**components.COMPONENTS, **updates.RULES}
