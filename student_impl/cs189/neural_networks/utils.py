"""Small helpers."""


class AttrDict(dict):
    """A dictionary whose items are attributes too."""

    def __init__(self, *items, **named):
        super().__init__(*items, **named)
        self.__dict__ = self
