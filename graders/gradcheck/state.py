"""State and chance of the code under check: the worker's own module for it, where numerics find it."""

from graders.sandbox.inside.state import State

__all__ = ["State"]
