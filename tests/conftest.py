"""Hypothesis and threads as our tests use them: machines under load are no reason to fail."""

from __future__ import annotations

import os

import hypothesis

os.environ.setdefault("OMP_NUM_THREADS", "1")  # the arrays are small, and other tests run at the same time
hypothesis.settings.register_profile(
    "gradmark-tests", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("gradmark-tests")
