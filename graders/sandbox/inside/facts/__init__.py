"""Facts that help a student with an exception, as plain data: its lines, the values in them, and similar names."""
