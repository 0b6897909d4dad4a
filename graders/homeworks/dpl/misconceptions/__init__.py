"""Mistakes that students of dpl2023 and dpl2025 make, named where an answer matches one."""

from __future__ import annotations

from graders.checking import Catalogue

from . import activations, descent, networks

CATALOGUE = Catalogue([entry for part in (activations, networks, descent) for entry in part.CATALOGUE.entries])
