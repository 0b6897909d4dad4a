"""CS231n's assignment 2, as it is from 2025 on."""
