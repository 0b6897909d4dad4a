"""Files of a submission as other tools write them: line endings, and what a notebook's cells show."""

from __future__ import annotations

import json
from collections.abc import Sequence

from graders.marking.validation.changes import Rewriting


def with_crlf(text: str) -> str:
    """As an editor on Windows saves it."""
    return text.replace("\n", "\r\n")


def without_outputs(text: str) -> str:
    """A notebook that wasn't run."""
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = []
    return json.dumps(notebook)


def with_outputs(outputs: Sequence[object]) -> Rewriting:
    """A notebook each of whose cells shows these, too, and that ends with a cell of another kind."""

    def rewrite(text: str) -> str:
        notebook = json.loads(text)
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                cell["outputs"] += outputs
        notebook["cells"].append({"cell_type": "raw", "metadata": {}, "source": "notes"})
        return json.dumps(notebook)

    return rewrite
