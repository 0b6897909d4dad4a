"""The handed-out hw1_training.py."""

from __future__ import annotations

from pathlib import Path

from ...dpl.original import Original

TRAINER = Original(Path(__file__).parent, "hw1_training")
