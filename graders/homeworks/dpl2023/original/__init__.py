"""The handed-out hw1_training.py."""

from __future__ import annotations

from graders.homeworks.dpl.original import Original

TRAINER = Original(__name__, "hw1_training")
