"""Networks made of components, and what they keep of their last call."""
