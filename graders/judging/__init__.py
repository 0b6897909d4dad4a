"""Is it right, and which mistake is it: arrays in, verdict out."""

from graders import find_oracles

find_oracles()
