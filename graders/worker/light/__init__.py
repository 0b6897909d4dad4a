"""Small packages that a worker has in place of large ones which starter code imports and hardly uses."""

LIGHT = ("pandas", "tqdm")
