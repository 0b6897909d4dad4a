"""Hypothesis as our tests use it: machines under load are no reason to fail."""

from __future__ import annotations

import hypothesis

hypothesis.settings.register_profile(
    "gradmark-tests", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("gradmark-tests")
