"""gradmark: a gradient checker and autograder for hand-written NumPy layers."""

__version__ = "0.1.0"
