"""The worked submission's notebook with changes in its cells."""

from __future__ import annotations

import json
from typing import Any

from graders.validation.changes import WORKED, Changes

NOTEBOOK = "G-equivariant_Auto-Encoder/G-equivariant-AE-skeleton.ipynb"


def worked() -> dict[str, Any]:
    """The notebook as it was handed in."""
    found: dict[str, Any] = json.loads((WORKED / "dpl2025" / NOTEBOOK).read_text(encoding="utf-8"))
    return found


def changed(*replacements: tuple[str, str]) -> Changes:
    """The submission with these lines of the notebook otherwise; each `old` stands in exactly one cell, once."""
    notebook = worked()
    for old, new in replacements:
        texts = ["".join(cell["source"]) for cell in notebook["cells"]]
        if sum(text.count(old) for text in texts) != 1:
            raise ValueError(f"should be found once: {old!r}")
        for cell, text in zip(notebook["cells"], texts, strict=True):
            cell["source"] = text.replace(old, new).splitlines(keepends=True)
    return Changes(files={NOTEBOOK: json.dumps(notebook)})
