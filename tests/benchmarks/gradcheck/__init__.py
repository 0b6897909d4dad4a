"""The gradient checker side by side with others, on the same black-box NumPy layers."""
