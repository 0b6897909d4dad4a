"""What dpl2023 and dpl2025 share: oracles, cases and the checks of activations, feed-forward networks and training.

It has no rubric: the two homeworks' own checks are thin functions that call what is here.
"""
