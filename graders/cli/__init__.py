"""The command line: `gradmark`, or `python -m graders`."""
