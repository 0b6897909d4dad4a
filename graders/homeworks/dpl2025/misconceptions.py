"""Mistakes that students of dpl2025 make, named where an answer matches one."""

from __future__ import annotations

from graders.checking import Catalogue

from ..dpl import misconceptions as networks
from . import mlp_misconceptions as mlp
from . import pooling_misconceptions as pooling

CATALOGUE = Catalogue([entry for part in (networks, mlp, pooling) for entry in part.CATALOGUE.entries])
