"""Second opinions on dpl2025's oracles."""

from ..dpl import closed_forms as torch_networks
from . import mlp_closed_forms

CLOSED_FORMS = {**torch_networks.CLOSED_FORMS, **mlp_closed_forms.CLOSED_FORMS}
