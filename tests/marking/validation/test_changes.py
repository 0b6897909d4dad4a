"""Changes fit the worked submission, or are errors."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.marking.validation.changes import Edit


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
