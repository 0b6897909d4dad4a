"""The oracles: what each layer, loss and optimiser must compute, in PyTorch, in the dtype of its inputs.

Each function is the forward computation alone; gradients come from automatic differentiation (`autodiff.vjp`),
so that no hand-written derivative stands behind a mark. Conventions of a homework (a gradient divided by N, say)
are not known here: they live in that homework's own folder.
"""
