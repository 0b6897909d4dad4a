"""A small deep-learning library in NumPy: layers in `nn`, optimizers in `optim`, networks in `models`.

Nothing is imported here, so that a slip in one subpackage leaves the others usable.
"""
