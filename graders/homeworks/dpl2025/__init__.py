"""The homework dpl2025: its rubric, its checks and what they hold submissions against."""
