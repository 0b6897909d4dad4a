"""Changes fit the worked submission, or are errors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from graders.marking.validation.changes import Edit


def test_an_edit_of_a_notebook_is_made_in_the_source_of_a_cell(tmp_path: Path):
    cells = [{"cell_type": "code", "source": ["x = 1\n", "y = 2"], "outputs": ["x = 1"]}, {"source": "z = 3"}]
    (tmp_path / "n.ipynb").write_text(json.dumps({"cells": cells}))
    Edit("n.ipynb", "y = 2", 'y = "a"\nx').apply(tmp_path)
    first, second = json.loads((tmp_path / "n.ipynb").read_text())["cells"]
    assert "".join(first["source"]) == 'x = 1\ny = "a"\nx'
    assert (first["outputs"], "".join(second["source"])) == (["x = 1"], "z = 3")
    with pytest.raises(ValueError, match="found 3 times"):
        Edit("n.ipynb", " = ", "").apply(tmp_path)


@pytest.mark.parametrize(
    ("old", "found"),
    [("no such line", 0), ("np.zeros", 2), ("import numpy as np", 1)],
    ids=["absent", "twice", "unchanged"],
)
def test_an_edit_that_does_not_fit_is_an_error(old: str, found: int, tmp_path: Path):
    (tmp_path / "layer.py").write_text("import numpy as np\nW, b = np.zeros((2, 3)), np.zeros((2, 1))\n")
    edit = Edit("layer.py", old, "import numpy as np")
    with pytest.raises(ValueError, match="changes nothing" if found == 1 else f"found {found} times"):
        edit.apply(tmp_path)
