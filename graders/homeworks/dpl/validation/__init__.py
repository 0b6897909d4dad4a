"""Mistakes and other right ways that dpl2023 and dpl2025 share: each year says in which lines, and what they cost."""
