"""What the commands for a class have in common: the course's files, grade books, and who is shown under what name."""
