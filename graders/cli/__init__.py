"""The command line: `gradmark`, or `python -m graders`."""

INTERRUPTED = 130
"""The exit status after Ctrl-C, as a shell has it: 128 and the signal's number."""
