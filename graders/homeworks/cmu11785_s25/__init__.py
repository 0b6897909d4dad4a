"""CMU 11-785, homework 1 part 1, in S25."""
