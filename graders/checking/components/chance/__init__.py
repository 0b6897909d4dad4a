"""What a submission draws at random, said of a component, and the checks of it."""

from __future__ import annotations

from graders.checking.components.chance.chance import Chance as Chance
