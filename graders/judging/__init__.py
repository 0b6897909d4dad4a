"""Is it right, and which mistake is it: arrays in, verdict out."""
