"""The context in which a function like `forward(ctx, x)` saves its values."""

from __future__ import annotations


class Context:
    """Takes attributes, and what is saved for backward under the names that libraries read it by."""

    saved_tensors: tuple[object, ...] = ()
    saved_values: tuple[object, ...] = ()
    saved_arrays: tuple[object, ...] = ()

    def save_for_backward(self, *values: object) -> None:
        """Keep these."""
        self.saved_tensors = self.saved_values = self.saved_arrays = values

    save = save_for_backward
