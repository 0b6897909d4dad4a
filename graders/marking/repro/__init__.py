"""A failed check as a script of plain NumPy code, which its student can run, and step through."""
