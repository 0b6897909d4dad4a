"""Mistakes that students of a4 make, named where an answer matches one."""

from __future__ import annotations

from graders.checking import Catalogue

from . import activations, cross_entropy, dense, mlp

CATALOGUE = Catalogue([entry for part in (dense, activations, cross_entropy, mlp) for entry in part.CATALOGUE.entries])
