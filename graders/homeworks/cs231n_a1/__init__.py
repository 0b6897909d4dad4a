"""CS231n's assignment 1, as it is from 2025 on."""
