"""MyTorch: layers in `nn`, optimizers in `optim`. The models built from them live beside it, in `models`."""
