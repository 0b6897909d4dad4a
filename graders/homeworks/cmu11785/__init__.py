"""CMU 11-785, homework 1 part 1, from F23 to S26."""
