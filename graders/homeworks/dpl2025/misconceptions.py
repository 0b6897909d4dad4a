"""Mistakes that students of dpl2025 make, named where an answer matches one."""

from __future__ import annotations

from graders.homeworks.dpl2025.mlp_misconceptions import CATALOGUE as CATALOGUE
