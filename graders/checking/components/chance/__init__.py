"""What a submission draws at random: how a component describes it, and its checks."""

from __future__ import annotations

from graders.checking.components.chance.chance import Chance as Chance
