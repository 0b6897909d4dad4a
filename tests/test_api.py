"""The words for programs: what `__all__` lists is there, typed and documented, and costs no PyTorch to be imported."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import get_type_hints

import pytest

import graders
import gradmark
import reference
from graders import Report, UsageError, gradcheck, load_homework, mark
from tests.support import ROOT, WORKED, copy_of_worked, replace_in

PAGE = (ROOT / "docs/api.md").read_text(encoding="utf-8")
SHAPES = r"\([A-Zk]\w*,|shape|elementwise|[Gg]radient|step"
"""`(N, C)`; what is elementwise, or has the shape of a parameter, says so."""
SOURCES = r"\b(19|20)\d\d\b|[Ee]quation|handout|PyTorch|torch\."
FUNCTIONS = [name for name in graders.__all__ if inspect.isfunction(getattr(graders, name))]


@pytest.mark.parametrize("package", [graders, gradmark], ids=lambda package: package.__name__)
def test_all_is_sorted_and_true(package: object) -> None:
    words = package.__all__  # type: ignore[attr-defined]
    assert words == sorted(words) == dir(package)
    assert [word for word in words if getattr(package, word) is not getattr(graders, word)] == []
    with pytest.raises(AttributeError, match="has no attribute 'marks'"):
        _ = package.marks  # type: ignore[attr-defined]


def test_every_module_that_has_words_keeps_to_them() -> None:
    from graders import checking, gradcheck

    for package in (checking, gradcheck):
        assert [word for word in package.__all__ if not hasattr(package, word)] == [], package.__name__
        assert dir(package) == sorted(package.__all__)
        undocumented = [word for word in package.__all__ if callable(one := getattr(package, word)) and not one.__doc__]
        assert undocumented == [], package.__name__


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_typed_and_says_what_it_raises(name: str) -> None:
    function = getattr(graders, name)
    parameters = inspect.signature(function).parameters
    assert set(get_type_hints(function)) == {*parameters, "return"}
    assert "Error" in inspect.getdoc(function), f"{name} doesn't say what it raises"
    said = PAGE.partition(f"### `{name}(")[2].partition("\n##")[0]
    assert [parameter for parameter in parameters if not re.search(rf"\b{parameter}\b", said)] == []


@pytest.mark.parametrize("name", ["assert_gradients", "check_function", "gradcheck", "pointwise"])
def test_what_takes_arrays_says_their_shapes_and_what_it_raises(name: str) -> None:
    said = inspect.getdoc(getattr(gradcheck, name)) or ""
    assert "shape" in said
    assert "Error" in said


ORACLES = [f"reference.{module.name}" for module in pkgutil.iter_modules(reference.__path__)]


@pytest.mark.parametrize("name", ORACLES)
def test_every_formula_says_its_shapes_and_its_source(name: str) -> None:
    module = importlib.import_module(name)
    found = {key: one for key, one in vars(module).items() if inspect.isfunction(one) and one.__module__ == name}
    said = {key: f"{module.__doc__} {one.__doc__}" for key, one in found.items() if not key.startswith("_")}
    assert [key for key, text in said.items() if not re.search(SHAPES, text)] == []
    assert [key for key, text in said.items() if not re.search(SOURCES, text)] == []


def test_every_word_is_on_the_page() -> None:
    assert [word for word in graders.__all__ if f"`{word}" not in PAGE] == []


def test_the_code_of_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_in(copy_of_worked(tmp_path / "my_homework") / "mytorch/nn/linear.py", "dLdW / self.N", "dLdW")
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(block, namespace)
    report = namespace["report"]
    assert isinstance(report, Report)
    assert (report.score, report.exit_status, report.submission) == (0, 1, "my_homework")


def test_importing_it_imports_nothing_large() -> None:
    code = (
        "import sys, gradmark, graders; from graders.gradcheck import assert_gradients; import numpy as np\n"
        "assert_gradients(np.sin, lambda x, dout: dout * np.cos(x), np.linspace(-1, 1, 5))\n"
        "print(*sorted({'torch', 'hypothesis', 'pytest', 'msgspec', 'rich', 'typer', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "\n"


def test_a_submission_is_marked_in_one_call(tmp_path: Path) -> None:
    shutil.make_archive(str(tmp_path / "mine"), "zip", WORKED)
    report = mark(str(tmp_path / "mine.zip"), load_homework("ai702"), only=["sgd"], profile="quick", look=False)
    assert (report.homework, report.score, report.max_score, report.exit_status) == ("ai702", 10, 10, 0)


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ({"profile": "fast"}, "profile='fast', but should be one of quick, grading, thorough"),
        ({"isolation": "none"}, "isolation='none', but should be one of bubblewrap, process"),
        ({"only": ["sdg"]}, "ai702 has no such section or check; did you mean sgd?"),
        ({"homework": "ai703"}, "ai703"),
    ],
)
def test_what_cannot_be_used_is_said_before_anything_is_marked(options: dict[str, object], line: str) -> None:
    with pytest.raises(UsageError, match=re.escape(line)):
        mark(ROOT / "student_impl/ai702", **options)  # type: ignore[arg-type]


def test_a_submission_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere"):
        mark(tmp_path / "nowhere")
