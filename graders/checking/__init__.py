"""The words that a check is written with."""
