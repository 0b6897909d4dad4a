"""Second opinions on dpl2023's oracles."""

from ..dpl.closed_forms import CLOSED_FORMS as CLOSED_FORMS
