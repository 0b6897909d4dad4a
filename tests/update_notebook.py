"""Executes docs/check_gradients.ipynb again: python -m tests.update_notebook."""

from __future__ import annotations

import ast
import contextlib
import io
import json
from typing import Any

from tests.support import ROOT

NOTEBOOK = ROOT / "docs/check_gradients.ipynb"


def executed(notebook: dict[str, Any]) -> dict[str, Any]:
    """The notebook with what its cells print, and what their last expressions show, in place of its outputs."""
    namespace: dict[str, Any] = {}
    cells = list(notebook["cells"])
    code = [place for place, cell in enumerate(cells) if cell["cell_type"] == "code"]
    for count, place in enumerate(code, start=1):
        outputs = _outputs("".join(cells[place]["source"]), namespace, count)
        cells[place] = cells[place] | {"execution_count": count, "outputs": outputs}
    return notebook | {"cells": cells}


def _outputs(source: str, namespace: dict[str, Any], count: int) -> list[dict[str, Any]]:
    tree, said = ast.parse(source), io.StringIO()
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    with contextlib.redirect_stdout(said):
        exec(compile(tree, "cell", "exec"), namespace)
        value = None
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "cell", "eval"), namespace)
    printed = [{"name": "stdout", "output_type": "stream", "text": _lines(said.getvalue())}] if said.getvalue() else []
    if value is None:
        return printed
    data = {"text/html": _lines(value._repr_html_()), "text/plain": _lines(str(value))}
    return [*printed, {"data": data, "execution_count": count, "metadata": {}, "output_type": "execute_result"}]


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


if __name__ == "__main__":
    made = executed(json.loads(NOTEBOOK.read_text("utf-8")))
    NOTEBOOK.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", "utf-8")
