"""A course around a class's results: its people, what they handed in and when, and what counts for each of them."""
