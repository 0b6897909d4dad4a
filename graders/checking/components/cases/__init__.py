"""What a component is asked with: sizes, options and numbers of a case, and what must come of it."""
