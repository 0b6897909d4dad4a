"""cs189 in the years that have convolution and pooling coded."""
