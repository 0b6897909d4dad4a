"""AI702, Deep Learning, Spring 2023, homework 1: a NumPy library `mytorch`."""
