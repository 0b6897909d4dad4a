"""The homeworks that come with gradmark, one folder each: a rubric.toml, its checks, and what they share."""
