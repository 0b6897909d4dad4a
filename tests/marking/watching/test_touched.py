"""Which checks a saved file touches: what it defines and what imports it, and everything where nobody can tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.coursework.packs.pack import load_homework
from graders.coursework.record import CheckResult, Status
from graders.marking.watching.folder import Folder, changed
from graders.marking.watching.imports import Imports
from graders.marking.watching.messages import Names, Sources
from graders.marking.watching.source import Source, source_of
from graders.marking.watching.state import State
from tests.support import WORKED, copy_of_worked, replace_in, write_tree

MODULES = ("parts.one", "parts.two", "whole")
PACKAGE = {
    "parts/__init__.py": "from .one import One\nfrom .two import Two\n",
    "parts/one.py": "import numpy as np\n\nclass One:\n    pass\n",
    "parts/two.py": "class Two:\n    pass\n",
    "whole.py": "from parts.one import One\n\nclass Whole(One):\n    pass\n",
    "script.py": "import importlib\nprint('ready')\n",
}


def imports_of(root: Path) -> Imports:
    sources = {path.relative_to(root).as_posix(): source_of(path) for path in root.rglob("*.py")}
    return Imports(sources, ["."], MODULES)


def affected(root: Path, name: str) -> set[str] | None:
    return imports_of(write_tree(root, PACKAGE)).affected([name])


def test_a_file_affects_itself_and_what_imports_it(tmp_path: Path) -> None:
    assert affected(tmp_path, "parts/two.py") == {"parts/two.py", "parts/__init__.py"}
    assert affected(tmp_path, "parts/one.py") == {"parts/one.py", "parts/__init__.py", "whole.py"}


def test_what_a_package_runs_first_affects_all_of_it(tmp_path: Path) -> None:
    assert affected(tmp_path, "parts/__init__.py") == {"parts/__init__.py", "parts/one.py", "parts/two.py", "whole.py"}


def test_a_script_that_nothing_imports_affects_nothing_else(tmp_path: Path) -> None:
    assert affected(tmp_path, "script.py") == {"script.py"}


def test_a_module_that_is_not_there_is_looked_for_elsewhere_by_its_name(tmp_path: Path) -> None:
    write_tree(tmp_path, PACKAGE | {"whole.py": "from two import Two\n"})
    found = imports_of(tmp_path).affected(["parts/two.py"])
    assert found is not None
    assert "whole.py" in found


@pytest.mark.parametrize(
    "more",
    [
        "import numpy as np\nnp.seterr(all='raise')\n",
        "import numpy as np\nnp.dot = None\n",
        "for name in 'ab':\n    globals()[name] = 1\n",
        "def f(): pass\nf()\n",
        "class A(metaclass=type): pass\n",
        "import atexit\n@atexit.register\ndef f(): pass\n",
    ],
)
def test_a_module_that_does_more_than_to_define_may_affect_anything(tmp_path: Path, more: str) -> None:
    write_tree(tmp_path, PACKAGE | {"parts/two.py": more})
    assert imports_of(tmp_path).affected(["parts/two.py"]) is None
    assert imports_of(tmp_path).affected(["whole.py"]) == {"whole.py"}


def test_a_name_is_that_of_the_first_place_that_defines_it(tmp_path: Path) -> None:
    imports = imports_of(write_tree(tmp_path, PACKAGE))
    assert imports.defining([("parts.one", "One"), ("parts", "One")]) == {"parts/one.py"}
    assert imports.defining([("parts.one", "Two"), ("parts", "Two")]) == {"parts/one.py", "parts/__init__.py"}


@pytest.mark.parametrize(
    ("text", "why"),
    [("def f(:\n    pass\n", "line 1: invalid syntax"), ("x = 1\nreturn x\n", "line 2: 'return' outside function")],
)
def test_a_file_that_does_not_compile_says_why_with_the_line(tmp_path: Path, text: str, why: str) -> None:
    write_tree(tmp_path, {"a.py": text})
    assert source_of(tmp_path / "a.py").broken == why


def test_code_that_names_modules_as_it_runs_may_import_anything(tmp_path: Path) -> None:
    write_tree(tmp_path, PACKAGE | {"whole.py": "def f(name):\n    return __import__(name)\n", "script.py": ""})
    found = imports_of(tmp_path).affected(["parts/two.py"])
    assert found is not None
    assert "whole.py" in found


def result(check: str) -> CheckResult:
    return CheckResult(id=check, title="", status=Status.PASSED)


NAMES: dict[str, Names] = {
    "losses": [[("mytorch.nn.loss", "MSELoss"), ("mytorch.nn", "MSELoss")]],
    "batchnorm": [[("mytorch.nn.batchnorm", "BatchNorm1d"), ("mytorch.nn", "BatchNorm1d")]],
    "mlp0": [[("mytorch.models.mlp", "MLP0")]],
}


class Watched:
    """A copy of the worked submission, and what is known of it once all of three sections was marked."""

    def __init__(self, root: Path) -> None:
        self.root = copy_of_worked(root)
        self._folder = Folder(self.root)
        homework = load_homework("ai702")
        self._files: dict[str, str] = {}
        self.state = State(homework, [check for check in homework.checks if check.partition(".")[0] in NAMES])
        self.state.know({check: NAMES[check.partition(".")[0]] for check in self.state.checks})
        self.saves()
        for check in self.state.checks:
            self.state.came(result(check))
        assert not self.state.wanted

    def saves(self, in_place: bool = True) -> set[str]:
        """The sections of what is to be marked after what was saved."""
        files = self._folder.files()
        names = changed(self._files, files)
        self._files = files
        found = {name: source_of(self.root / name) for name in names if name.endswith(".py") and name in files}
        self.state.saw(names, Sources(1, found, in_place), files)
        return {check.partition(".")[0] for check in self.state.wanted}


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path / "ai702")


def test_a_save_touches_the_checks_of_what_was_saved(watched: Watched) -> None:
    replace_in(watched.root / "mytorch/nn/loss.py", "self.A", "self.B")
    assert watched.saves() == {"losses"}


def test_a_save_touches_what_is_built_on_it(watched: Watched) -> None:
    replace_in(watched.root / "mytorch/nn/linear.py", "self.A", "self.B")
    assert watched.saves() == {"mlp0"}


@pytest.mark.parametrize("name", ["notes.txt", "mytorch/nn/new.py"])
def test_a_new_file_touches_everything(watched: Watched, name: str) -> None:
    (watched.root / name).write_text("")
    assert watched.saves() == set(NAMES)


def test_a_new_import_touches_everything(watched: Watched) -> None:
    replace_in(watched.root / "mytorch/nn/loss.py", "import numpy as np", "import numpy as np\nimport math")
    assert watched.saves() == set(NAMES)


def test_files_out_of_their_places_touch_everything(watched: Watched) -> None:
    replace_in(watched.root / "mytorch/nn/loss.py", "self.A", "self.B")
    assert watched.saves(in_place=False) == set(NAMES)


@pytest.mark.parametrize("name", [".loss.py.swp", "loss.py~", "#loss.py#", ".#loss.py", "4913", "__pycache__/a.pyc"])
def test_what_editors_leave_is_no_save(watched: Watched, name: str) -> None:
    write_tree(watched.root / "mytorch/nn", {name: "x"})
    assert watched.saves() == set()


def test_what_does_not_compile_keeps_its_results_and_holds_up_nothing_else(watched: Watched) -> None:
    replace_in(watched.root / "mytorch/nn/loss.py", "import numpy as np", "import numpy as")
    replace_in(watched.root / "mytorch/models/mlp.py", "self.layers", "self.stack")
    assert watched.saves() == {"mlp0"}
    assert {check.partition(".")[0] for check in watched.state.held} == {"losses"}
    assert list(watched.state.broken) == ["mytorch/nn/loss.py"]
    assert not watched.state.is_current
    replace_in(watched.root / "mytorch/nn/loss.py", "import numpy as", "import numpy as np")
    assert watched.saves() == {"mlp0", "losses"}


def test_a_switch_marks_all_again_but_what_is_off(watched: Watched) -> None:
    off = {check: "FLAG" for check in watched.state.checks if check.startswith("losses.")}
    watched.state.switch(off)
    assert {check.partition(".")[0] for check in watched.state.wanted} == {"batchnorm", "mlp0"}


def test_results_are_kept_of_all_that_is_not_asked_for(watched: Watched) -> None:
    kept = watched.state.kept([check for check in watched.state.checks if check.startswith("mlp0.")])
    assert {one.id.partition(".")[0] for one in kept} == {"losses", "batchnorm"}


def test_the_worked_submission_only_defines() -> None:
    sources: list[Source] = [source_of(path) for path in sorted((WORKED / "mytorch").rglob("*.py"))]
    assert all(source.quiet for source in sources)
