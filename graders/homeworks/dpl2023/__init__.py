"""The homework dpl2023: its rubric, its checks and what they hold submissions against."""
