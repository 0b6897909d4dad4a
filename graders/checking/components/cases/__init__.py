"""The inputs of a component's checks: sizes, options and numbers of a case, and the expected results."""
