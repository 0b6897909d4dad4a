"""Marks a class: finds its submissions, marks them in forks of one warm process, keeps every result in SQLite."""
