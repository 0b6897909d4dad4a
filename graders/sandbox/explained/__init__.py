"""Trusted side: what an exception of student code means, and what to write in its place, in a student's words."""
