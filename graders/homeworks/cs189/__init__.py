"""CS 189, homework 3: neural networks in NumPy."""
