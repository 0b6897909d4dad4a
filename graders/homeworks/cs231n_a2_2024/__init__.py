"""CS231n's assignment 2, as it was from 2021 to 2024."""
