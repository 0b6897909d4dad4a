"""Mistakes that students of cs189 make, named where an answer matches one."""

from __future__ import annotations

from graders.checking import Catalogue

from . import activations, conv, conv_gradients, dense, losses, network, pool

CATALOGUE = Catalogue(
    [
        entry
        for part in (activations, dense, losses, network, conv, conv_gradients, pool)
        for entry in part.CATALOGUE.entries
    ]
)
