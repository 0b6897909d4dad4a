"""A process that has imported torch once, and marks any number of submissions in forks of itself."""
