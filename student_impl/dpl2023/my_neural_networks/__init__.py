"""Feedforward neural networks on three levels of PyTorch: torch.nn, autograd, and plain tensors."""
