"""MyTorch: layers in `nn`, optimizers in `optim`, models in `models`."""
