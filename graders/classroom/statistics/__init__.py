"""What a class shows as a whole: its checks as items of a test, its sections beside each other, what is the same."""
