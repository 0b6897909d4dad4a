"""Mistakes that students of dpl2023 make: those of both homeworks on deep learning from scratch."""

from ..dpl.misconceptions import CATALOGUE as CATALOGUE
