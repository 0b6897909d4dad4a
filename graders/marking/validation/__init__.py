"""Does the marking work? Mutants, which must lose, and variants, which must not, made from worked submissions."""
