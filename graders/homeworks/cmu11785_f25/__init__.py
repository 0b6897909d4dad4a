"""CMU 11-785, homework 1 part 1, in F25 and S26."""
