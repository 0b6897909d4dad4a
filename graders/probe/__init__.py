"""Finds out how an unknown NumPy layer or function is called, and checks its gradients."""

from graders.probe.record import ProbeReport
from graders.probe.request import Request
from graders.probe.run import probe_file, probe_object

__all__ = ["ProbeReport", "Request", "probe_file", "probe_object"]
