"""Small edits of a submission's code, tried one at a time in a child that is thrown away."""
