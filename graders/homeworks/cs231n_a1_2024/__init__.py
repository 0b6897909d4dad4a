"""CS231n's assignment 1, as it was from 2021 to 2024."""
