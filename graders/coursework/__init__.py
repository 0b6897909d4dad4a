"""Rubric, pack, submission and result as data; starts no process."""
