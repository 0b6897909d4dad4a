"""ai702's equations, where this homework has the same."""

from ..ai702.closed_forms import CLOSED_FORMS as OF_S23

CLOSED_FORMS = {name: form for name, form in OF_S23.items() if name.startswith(("batchnorm", "sgd"))}
