"""What both assignments of CS231n share."""
