"""Learning rates that change with the epoch."""


def initialize_scheduler(name, lr, decay=1.0, stage_length=1):
    """The function from epoch to learning rate of this name."""
    if name == "constant":
        return lambda epoch: lr
    if name == "exponential":
        return lambda epoch: lr * decay ** (epoch / stage_length)
    raise ValueError(f"no scheduler is called {name!r}: choose constant or exponential")
