"""Reports: each a pure function of the one record."""
