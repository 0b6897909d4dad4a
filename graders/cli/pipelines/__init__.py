"""Everything that a platform has to be given so that it marks with gradmark, as files that are ready to upload."""
