"""What helps a student to mend an exception, as plain data: the lines, what stood in them, and names that are near."""
