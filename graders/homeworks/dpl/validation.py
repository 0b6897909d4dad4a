"""Cases of both years that aren't replacements: line endings, and what else a notebook may show, or not."""

from __future__ import annotations

import json

from graders.marking.validation.changes import Changes

NETWORKS = "my_neural_networks/networks.py"
NOTEBOOK = "G-equivariant_Auto-Encoder/G-equivariant-AE-skeleton.ipynb"

OUTPUTS = [
    {"output_type": "stream", "name": "stderr", "text": ["a warning\n"] * 3},
    {"output_type": "display_data", "metadata": {}, "data": {"text/html": ["<table>", "</table>"]}},
    {"output_type": "execute_result", "metadata": {}, "data": {"application/json": {"loss": 0.1}}},
    {"output_type": "update_display_data"},
    {"output_type": "stream", "name": "stdout", "text": "0.25\n"},
]


def windows_lines() -> Changes:
    """networks.py as an editor on Windows saves it."""
    return Changes(rewritten={NETWORKS: lambda text: text.replace("\n", "\r\n")})


def other_outputs() -> Changes:
    """The submission whose notebook also shows what other tools write: tables, warnings, outputs without data."""
    return Changes(rewritten={NOTEBOOK: _with_outputs})


def without_results() -> Changes:
    """The submission whose notebook wasn't run."""
    return Changes(rewritten={NOTEBOOK: _without_outputs})


def _with_outputs(text: str) -> str:
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] += OUTPUTS
    notebook["cells"].append({"cell_type": "raw", "metadata": {}, "source": "notes"})
    return json.dumps(notebook)


def _without_outputs(text: str) -> str:
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = []
    return json.dumps(notebook)
