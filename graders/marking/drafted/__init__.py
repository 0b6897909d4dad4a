"""Makes a pack of a worked solution: drafted, marked, narrowed until its own solution has full marks; then mutants."""
