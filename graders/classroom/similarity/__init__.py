"""Which submissions of a class have suspiciously alike code. It reads them as text: nothing of a student's is run."""
