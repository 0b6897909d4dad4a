"""Mistakes that students of ai702 make, named where an answer matches one."""

from __future__ import annotations

from graders.checking import Catalogue

from . import activations, batchnorm, linear, losses, mlp, seen, sgd

CATALOGUE = Catalogue(
    [entry for part in (linear, activations, mlp, losses, sgd, batchnorm, seen) for entry in part.CATALOGUE.entries]
)
