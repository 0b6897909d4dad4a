"""Runs in the sandbox: finds the statement that a right value, or a small change, would make right.

Nothing here counts: it runs after the marks are final, on cases of which no mark comes, in a child that is thrown
away.
"""
