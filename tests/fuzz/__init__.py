"""Readers of what others wrote, on bytes that nobody meant: `pytest tests/fuzz`,
or `python -m tests.fuzz --count N`."""
