"""Second opinions on dpl2025's oracles."""

from graders.homeworks.dpl import closed_forms as torch_networks
from graders.homeworks.dpl2025 import mlp_closed_forms

CLOSED_FORMS = {**torch_networks.CLOSED_FORMS, **mlp_closed_forms.CLOSED_FORMS}
