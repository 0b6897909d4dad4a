"""The private copy holds the file and what it imports, and nothing else."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from graders import UsageError
from graders.probe import files
from graders.probe.files import layout_of, names_in, private_copy
from graders.sandbox.apart import Bounds, bounded
from tests.support import tree_hash, write_tree

TREE = {
    "models/net.py": "import numpy\nfrom nn import Linear\nfrom nn.extra import thing as other\nimport helper",
    "models/helper.py": "",
    "nn/__init__.py": "from .linear import Linear",
    "nn/linear.py": "from . import base\nfrom ..outside import x",
    "nn/base.py": "class Base: pass",
    "nn/extra.py": "",
    "nn/unused.py": "",
    "data/big.py": "",
    "secret.txt": "",
    "os.py": "",
}


def copied(file: Path, here: Path) -> list[str]:
    with private_copy(layout_of(file, here)) as copy:
        return sorted(str(path.relative_to(copy)) for path in copy.rglob("*") if path.is_file())


def test_only_what_is_imported_is_copied(tmp_path: Path) -> None:
    write_tree(tmp_path, TREE)
    before = tree_hash(tmp_path)
    assert copied(tmp_path / "models/net.py", tmp_path) == [
        "models/helper.py",
        "models/net.py",
        "nn/__init__.py",
        "nn/base.py",
        "nn/extra.py",
        "nn/linear.py",
    ]
    assert tree_hash(tmp_path) == before


def test_a_file_of_a_package_is_imported_from_above_it(tmp_path: Path) -> None:
    write_tree(tmp_path, TREE)
    layout = layout_of(tmp_path / "nn/linear.py", Path("/"))
    assert layout.module == "nn.linear"
    assert copied(tmp_path / "nn/linear.py", tmp_path / "data") == ["nn/__init__.py", "nn/base.py", "nn/linear.py"]


def test_what_a_file_imports_is_looked_for_above_it_from_wherever_one_is(tmp_path: Path) -> None:
    write_tree(tmp_path, TREE)
    found = ["models/helper.py", "models/net.py", "nn/__init__.py", "nn/base.py", "nn/extra.py", "nn/linear.py"]
    assert copied(tmp_path / "models/net.py", tmp_path / "data") == found
    assert layout_of(tmp_path / "models/net.py", tmp_path / "data").module == "net"


def test_a_module_beside_a_file_in_a_package_is_found_as_a_script_finds_it(tmp_path: Path) -> None:
    tree = {"pack/__init__.py": "", "pack/one.py": "from two import x\nimport random", "pack/two.py": "x = 1"}
    write_tree(tmp_path, tree | {"pack/random.py": "never = 1"})
    layout = layout_of(tmp_path / "pack/one.py", tmp_path)
    assert layout.module == "pack.one"
    assert copied(tmp_path / "pack/one.py", tmp_path) == ["pack/__init__.py", "pack/one.py", "pack/two.py"]


def test_relative_imports_do_without_an_init_file(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "nn/layers/dense.py": "from ..base import Base\nfrom . import tools",
            "nn/base.py": "",
            "nn/layers/tools.py": "",
        },
    )
    layout = layout_of(tmp_path / "nn/layers/dense.py", Path("/"))
    assert layout.module == "nn.layers.dense"
    assert len(layout.files) == 3


def test_a_name_of_python_s_own_is_refused(tmp_path: Path) -> None:
    write_tree(tmp_path, TREE)
    with pytest.raises(UsageError, match=r"os\.py can't be imported: Python has its own module os; rename the file"):
        layout_of(tmp_path / "os.py", tmp_path)


def test_a_file_that_does_not_parse_is_copied_all_the_same(tmp_path: Path) -> None:
    write_tree(tmp_path, {"broken.py": "def f(:\n"})
    assert copied(tmp_path / "broken.py", tmp_path) == ["broken.py"]
    assert names_in(tmp_path / "broken.py") == []


def test_a_file_whose_reading_never_ends_is_refused_by_the_clock(tmp_path, monkeypatch):
    write_tree(tmp_path, {"layer.py": "def f(x):\n    return x\n"})
    monkeypatch.setattr(files, "layout_of", lambda file, here: time.sleep(60))
    with bounded(Bounds(cpu_seconds=0.2)), pytest.raises(UsageError, match=r"layer.py takes longer than 0.2 s to read"):
        files.read_layout(tmp_path / "layer.py", tmp_path)


def test_what_a_fork_read_is_what_is_read_here(tmp_path):
    write_tree(tmp_path, {"nn/layer.py": "from . import other\n\n\nclass A:\n    pass\n", "nn/other.py": ""})
    file = tmp_path / "nn/layer.py"
    assert files.read_layout(file, tmp_path) == layout_of(file, tmp_path)
    assert files.read_names(file) == names_in(file) == ["A"]
    with pytest.raises(UsageError, match="can't be read"):
        files.read_layout(tmp_path / "nn/none.py", tmp_path)
