"""Packs: found, read in layers, their modules imported, their checks listed."""
