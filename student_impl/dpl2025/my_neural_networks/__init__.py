"""Feedforward neural networks on two levels of PyTorch: torch.nn, and tensors with autograd."""
