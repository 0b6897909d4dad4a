"""Assignment 4: dense layers, activations, cross-entropy, an MLP, and training on Fashion-MNIST."""
