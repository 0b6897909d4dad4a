"""Deals examples out in minibatches."""

import torch


class MiniBatcher:
    """Deals out the places of n_examples, batch_size at once, in a new random order each time."""

    def __init__(self, batch_size, n_examples, shuffle=True):
        if not 0 < batch_size <= n_examples:
            raise ValueError(f"a minibatch of {batch_size} examples can't be made of {n_examples}")
        self.batch_size = batch_size
        self.n_examples = n_examples
        self.shuffle = shuffle

    def get_one_batch(self):
        """Each minibatch in turn, as a tensor of places."""
        places = torch.randperm(self.n_examples) if self.shuffle else torch.arange(self.n_examples)
        yield from places.split(self.batch_size)
