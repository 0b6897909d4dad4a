"""Of a notebook only what defines something is used; what is wrong with it is said in one line."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from graders.coursework.notebooks import module_source
from graders.coursework.rubric import module_of
from graders.coursework.submission import private_copy
from graders.sandbox.faults import StudentError
from tests.support import student_on, value_of, write_tree


def notebook(*cells: str) -> bytes:
    made = [
        {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None, "id": f"c{n}"}
        for n, source in enumerate(cells)
    ]
    made.insert(0, {"cell_type": "markdown", "source": "# A title", "metadata": {}, "id": "title"})
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def module(*cells: str) -> Any:
    made = ModuleType("made")
    exec(module_source(notebook(*cells), "work.ipynb"), vars(made))
    return made


def test_imports_functions_classes_and_constants_are_kept() -> None:
    made = module(
        "import math\nSIZE = 28\nside, rate = SIZE // 2, 1e-3",
        "def area(r):\n    return math.pi * r ** 2",
        "class Layer:\n    scale = SIZE\n    def forward(self, x):\n        return x * self.scale",
    )
    assert made.area(1) == pytest.approx(3.14159, abs=1e-4)
    assert made.Layer().forward(2) == 56
    assert (made.side, made.rate) == (14, 1e-3)


def test_nothing_that_would_train_or_print_runs() -> None:
    made = module(
        "def train():\n    raise RuntimeError('ran')",
        "train()",
        "losses = [train() for _ in range(100)]",
        "for epoch in range(10):\n    train()",
        "result = train()\nprint(result)",
        "with open('/etc/passwd') as f:\n    text = f.read()",
        "if True:\n    train()",
        "exec('raise RuntimeError')",
    )
    assert [name for name in vars(made) if not name.startswith("_")] == ["train"]


def test_magics_and_shell_lines_are_no_syntax_errors() -> None:
    made = module(
        "%matplotlib inline\n!pip install torch\nimport math\nmath?", "%%bash\nrm -rf /", "x = 1\nif x:\n    !ls\n"
    )
    assert made.math.pi > 3
    assert made.x == 1


def test_an_import_that_fails_leaves_the_rest() -> None:
    made = module("import no_such_library\nfrom no_such_library.deep import thing", "def f():\n    return 1")
    assert made.f() == 1


def test_decorated_functions_keep_their_decorators() -> None:
    assert module("import functools\n@functools.cache\ndef f():\n    return 5").f.cache_info().misses == 0


def test_a_cell_with_a_syntax_error_is_named_by_what_it_would_have_defined() -> None:
    made = module("def fine():\n    return 1", "x = 1\ndef broken(:\n    pass")
    assert made.fine() == 1
    with pytest.raises(ImportError, match=r"^work.ipynb, cell 3, line 2: "):
        made.broken  # noqa: B018


def test_what_needs_something_that_training_would_have_made_is_left_out_alone() -> None:
    made = module("model = build()\nwidth = model.width", "class Child(model):\n    pass", "def f():\n    return 1")
    assert made.f() == 1
    with pytest.raises(ImportError, match=r"work.ipynb, cell 3: Child: NameError: name 'model' is not defined"):
        made.Child  # noqa: B018


def test_strings_of_several_lines_stay_as_they_are() -> None:
    assert module('TEXT = """a\n  b\n"""\ndef f():\n    return """c\nd"""').f() == "c\nd"


@pytest.mark.parametrize(
    "content", [b"", b"not json", b"[]", b'{"cells": 5, "nbformat": 4, "nbformat_minor": 5}', b"\xff\xfe", b"{}"]
)
def test_a_file_that_is_no_notebook_says_so_in_one_line(content: bytes) -> None:
    with pytest.raises(ImportError, match=r"work.ipynb is not a notebook that can be read: ") as caught:
        exec(module_source(content, "work.ipynb"), {})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("path", ["My Notes/a-b notebook.ipynb", "work.ipynb"])
def test_a_notebook_of_a_submission_is_imported_as_a_module(path: str, tmp_path: Path) -> None:
    folder = write_tree(tmp_path / "submission", {path: notebook("def f(x):\n    return 2 * x", "f(1 / 0)").decode()})
    name = module_of(path)
    with private_copy(folder, [path]) as copy, student_on(copy, name) as student:
        assert value_of(student(name).f(21)) == 42
    assert [file.suffix for file in folder.rglob("*") if file.is_file()] == [".ipynb"]


def test_a_broken_notebook_is_the_students_error(tmp_path: Path) -> None:
    folder = write_tree(
        tmp_path / "submission", {"work.ipynb": notebook("def f(:").decode(), "other.ipynb": "nonsense"}
    )
    with private_copy(folder, ["work.ipynb", "other.ipynb"]) as copy, student_on(copy, "work", "other") as student:
        with pytest.raises(StudentError, match=r"work.ipynb, cell 2, line 1: "):
            value_of(student("work").f(1))
        with pytest.raises(StudentError, match=r"other.ipynb is not a notebook that can be read"):
            value_of(student("other").f(1))


def test_a_package_that_a_worker_has_not_costs_what_uses_it(tmp_path: Path) -> None:
    cells = (
        "import einops\nfrom einops import rearrange",
        "def f(x):\n    return x",
        "def g(x):\n    return rearrange(x)",
    )
    folder = write_tree(tmp_path / "submission", {"work.ipynb": notebook(*cells).decode()})
    with private_copy(folder, ["work.ipynb"]) as copy, student_on(copy, "work") as student:
        assert value_of(student("work").f(1)) == 1
        with pytest.raises(StudentError, match=r"uses einops\.rearrange, which isn't allowed here"):
            value_of(student("work").g(1))


def test_a_notebook_with_more_code_than_a_source_may_have_says_so() -> None:
    with pytest.raises(ImportError, match="more than 512 KiB of code: leave data and generated code out"):
        exec(module_source(notebook("a = 1\n" * 100_000), "work.ipynb"), {})


def test_a_cell_with_a_name_without_end_is_left_out() -> None:
    made = module_source(notebook("import " + "a." * 1000 + "b", "c = 3"), "work.ipynb")
    assert "cell 2, line 0: a name has more than 300 parts" in made
    assert "c = 3" in made
