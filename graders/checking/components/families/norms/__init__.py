"""Mistakes in normalisation layers: in outputs, in gradients, in running averages and in evaluation."""

from __future__ import annotations

from graders.checking.components.families.norms import gradients as gradients
from graders.checking.components.families.norms import running as running
from graders.checking.components.families.norms.outputs import NORM as NORM
from graders.checking.components.families.norms.rms import RMS_NORM as RMS_NORM
