"""The worked submission's notebook with changes in its cells."""

from __future__ import annotations

import json

from graders.marking.validation.changes import Changes, Rewriting

NOTEBOOK = "G-equivariant_Auto-Encoder/G-equivariant-AE-skeleton.ipynb"


def changed(*replacements: tuple[str, str]) -> Changes:
    """The submission with these lines of the notebook otherwise; each `old` stands in exactly one cell, once."""
    return Changes(rewritten={NOTEBOOK: _with_lines(replacements)})


def once(old: str, new: str) -> Rewriting:
    """From a file's text one with this in place of what stands there once."""

    def rewriting(text: str) -> str:
        if text.count(old) != 1:
            raise ValueError(f"should be found once: {old!r}")
        return text.replace(old, new)

    return rewriting


def other_outputs() -> Changes:
    """The submission whose notebook also shows what other tools write: tables, warnings, outputs without data."""
    return Changes(rewritten={NOTEBOOK: _with_outputs})


def without_results() -> Changes:
    """The submission whose notebook wasn't run."""
    return Changes(rewritten={NOTEBOOK: _without_outputs})


def _with_lines(replacements: tuple[tuple[str, str], ...]) -> Rewriting:
    def rewriting(text: str) -> str:
        notebook = json.loads(text)
        for old, new in replacements:
            sources = ["".join(cell["source"]) for cell in notebook["cells"]]
            if sum(source.count(old) for source in sources) != 1:
                raise ValueError(f"should be found once: {old!r}")
            for cell, source in zip(notebook["cells"], sources, strict=True):
                cell["source"] = source.replace(old, new).splitlines(keepends=True)
        return json.dumps(notebook)

    return rewriting


def _with_outputs(text: str) -> str:
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] += [
                {"output_type": "stream", "name": "stderr", "text": ["a warning\n"] * 3},
                {"output_type": "display_data", "metadata": {}, "data": {"text/html": ["<table>", "</table>"]}},
                {"output_type": "execute_result", "metadata": {}, "data": {"application/json": {"loss": 0.1}}},
                {"output_type": "update_display_data"},
                {"output_type": "stream", "name": "stdout", "text": "0.25\n"},
            ]
    notebook["cells"].append({"cell_type": "raw", "metadata": {}, "source": "notes"})
    return json.dumps(notebook)


def _without_outputs(text: str) -> str:
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = []
    return json.dumps(notebook)
