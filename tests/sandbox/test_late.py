"""A package that few checks need is imported when it is asked for, and is what it would have been at the start."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from graders.sandbox.process import DEFAULT_CPU_SECONDS
from tests.support import check_on, value_of, worker_on, write_tree

HERE = "import sys\n\ndef here():\n    return 'matplotlib.pyplot' in sys.modules\n"
DRAWS = f"""{HERE}
def backend():
    import matplotlib
    matplotlib.use("TkAgg")
    import matplotlib.pyplot as plt
    plt.switch_backend("TkAgg")
    figure, axes = plt.subplots()
    axes.plot([1, 2])
    return plt.get_backend().lower(), len(axes.get_lines())
"""
IN_THE_WAY = {
    "cycler.py": "mine = 'cycler'\n",
    "logging.py": "mine = 'logging'\n",
    "matplotlib.py": "raise RuntimeError('mine')\n",
    "packaging/__init__.py": "raise RuntimeError('mine')\n",
}


def asked(root: Path, files: Mapping[str, str], *names: str, cpu_seconds: int = DEFAULT_CPU_SECONDS) -> list[object]:
    """What these functions of net.py return, in one check."""
    with (
        worker_on(write_tree(root, dict(files)), "net", packages=["numpy", "matplotlib"]) as worker,
        check_on(worker, cpu_seconds=cpu_seconds) as student,
    ):
        return [value_of(getattr(student("net"), name)()) for name in names]


def test_what_nobody_asks_for_is_not_imported(tmp_path: Path) -> None:
    assert asked(tmp_path, {"net.py": HERE}, "here") == [False]


def test_a_check_that_may_take_long_has_it_before_it_begins(tmp_path: Path) -> None:
    assert asked(tmp_path, {"net.py": HERE}, "here", cpu_seconds=DEFAULT_CPU_SECONDS + 1) == [True]


@pytest.mark.parametrize("cpu_seconds", [DEFAULT_CPU_SECONDS, DEFAULT_CPU_SECONDS + 1])
@pytest.mark.parametrize("others", [{}, IN_THE_WAY], ids=["alone", "files called like its parts"])
def test_it_draws_without_a_display(tmp_path: Path, others: dict[str, str], cpu_seconds: int) -> None:
    files = {"net.py": DRAWS, **others}
    assert asked(tmp_path, files, "backend", "here", cpu_seconds=cpu_seconds) == [["agg", 1], True]


def test_the_submission_keeps_its_own_files_of_such_names(tmp_path: Path) -> None:
    source = f"import cycler\nimport matplotlib.pyplot\nimport cycler as after\n{HERE}\ndef mine():\n"
    source += "    return cycler.mine, after.mine, sys.modules['cycler'].mine\n"
    assert asked(tmp_path, {"net.py": source, **IN_THE_WAY}, "mine", "here") == [["cycler"] * 3, True]


def test_a_broken_module_beside_it_costs_it_nothing(tmp_path: Path) -> None:
    files = {"net.py": f"import matplotlib.pyplot as plt\n{DRAWS}", "broken.py": "import matplotlib.pyplot\n1 / 0\n"}
    root = write_tree(tmp_path, files)
    with worker_on(root, "broken", "net", packages=["numpy", "matplotlib"]) as worker, check_on(worker) as student:
        assert value_of(student("net").backend()) == ["agg", 1]
