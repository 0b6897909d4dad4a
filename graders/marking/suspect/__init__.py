"""Which line is it: asked of a submission whose marks are final, on cases of which nobody's mark comes."""
