"""A pack in an installed distribution is found by its entry point, wherever pip has put it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from graders import UsageError
from graders.coursework.packs import finding as pack_finding
from graders.coursework.packs.loading import all_problems
from graders.coursework.packs.pack import homework_ids, load_homework
from graders.coursework.submission import find_homework
from tests.packs import CHECKS, base_pack
from tests.support import ROOT, write_tree

PROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "my-course"
version = "1.0"

[project.entry-points."gradmark.homeworks"]
doubling = "my_course.hw1"

[tool.hatch.build]
dev-mode-dirs = ["."]

[tool.hatch.build.targets.wheel]
packages = ["my_course"]
"""


def run(*command: str | Path, cwd: Path, status: int = 0) -> str:
    done = subprocess.run(list(map(str, command)), cwd=cwd, capture_output=True, text=True, timeout=300)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def project(folder: Path) -> Path:
    """A course's distribution; to import it is a mistake."""
    base_pack(folder / "my_course" / "hw1")
    return write_tree(folder, {"pyproject.toml": PROJECT, "my_course/__init__.py": "raise SystemExit('imported')\n"})


def environment(folder: Path) -> Path:
    """A virtual environment to which ours lends gradmark and what that needs."""
    run(sys.executable, "-m", "venv", folder, cwd=folder.parent)
    library = folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    (library / "lent.pth").write_text(f"{ROOT}\n{sysconfig.get_path('purelib')}\n")
    return folder / "bin" / "python"


@pytest.mark.parametrize(
    "editable", [pytest.param(False, id="wheel"), pytest.param(True, id="editable", marks=pytest.mark.slow)]
)
def test_a_pack_is_installed_found_listed_and_marked_with_in_a_class(tmp_path: Path, editable: bool) -> None:
    source = project(tmp_path / "source")
    python = environment(tmp_path / "environment")
    offline = ("-m", "pip", "install", "-q", "--no-deps", "--no-index")
    if editable:
        run(python, *offline, "--no-build-isolation", "-e", source, cwd=tmp_path)
    else:
        script = "import hatchling.build, sys; print(hatchling.build.build_wheel(sys.argv[1]))"
        name = run(sys.executable, "-c", script, tmp_path, cwd=source).split()[-1]
        run(python, *offline, tmp_path / name, cwd=tmp_path)
        shutil.rmtree(source)
    worked = write_tree(tmp_path / "class" / "ada", {"work.py": CHECKS["worked/work.py"]})
    write_tree(tmp_path / "class" / "bob", {"work.py": CHECKS["worked/work.py"].replace("3 * x", "x / 2")})
    gradmark = (python, "-P", "-m", "graders")
    listed = run(*gradmark, "sections", "doubling", cwd=tmp_path)
    assert listed.startswith("base: A base (3 points)")
    assert "triple.value  triple(2) is right." in listed
    graded = run(*gradmark, "grade", worked, "--homework", "doubling", "--profile", "quick", cwd=tmp_path)
    assert "Total 3/3" in graded
    recognised = run(*gradmark, "grade", worked, "--profile", "quick", cwd=tmp_path)
    assert "Total 3/3" in recognised
    marked = run(*gradmark, "class", "class", "--homework", "doubling", "-n", "1", cwd=tmp_path)
    assert "ada  3/3" in marked
    assert "bob  2/3" in marked
    assert "doubling: mutants killed 2/2" in run(*gradmark, "validate", "doubling", "-n", "1", cwd=tmp_path)
    run(*gradmark, "handout", "doubling", "-o", "starter", cwd=tmp_path)
    assert (tmp_path / "starter/work.py").is_file()


def installed(site: Path, distribution: str, entry: str, monkeypatch: pytest.MonkeyPatch) -> None:
    about = f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1\n"
    place = f"{distribution.replace('-', '_')}-1.dist-info"
    points = f"[gradmark.homeworks]\n{entry}\n"
    write_tree(site, {f"{place}/METADATA": about, f"{place}/entry_points.txt": points})
    monkeypatch.syspath_prepend(str(site))


def test_an_installed_homework_is_one_of_those_that_are_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base_pack(tmp_path / "one" / "course_one")
    installed(tmp_path / "one", "course-one", "hw-one = course_one", monkeypatch)
    assert "hw-one" in homework_ids()
    assert load_homework("hw-one").folder == tmp_path / "one/course_one"
    assert not load_homework("hw-one").bundled
    assert all_problems("hw-one") == []
    work = write_tree(tmp_path / "work", {"work.py": CHECKS["worked/work.py"]})
    assert find_homework(work, None).folder == tmp_path / "one/course_one"
    with pytest.raises(UsageError, match=r"give one of a4, ai702, .*, hw-one, or a folder"):
        load_homework("nonsense")


def test_two_of_one_name_are_one_line_that_names_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in ("one", "two"):
        base_pack(tmp_path / number / f"course_{number}")
        installed(tmp_path / number, f"course-{number}", f"hw = course_{number}\nai702 = course_{number}", monkeypatch)
    with pytest.raises(UsageError) as caught:
        load_homework("hw")
    assert str(caught.value) == (
        "there are two homeworks 'hw': the installed course-two (course_two), and the installed course-one (course_one)"
    )
    with pytest.raises(UsageError, match="two homeworks 'ai702': the one that comes with gradmark, and the installed"):
        load_homework("ai702")
    assert "hw" not in homework_ids()
    assert "ai702" in homework_ids()


def test_an_entry_that_leads_nowhere_is_one_line_and_bothers_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base_pack(tmp_path / "broken_course", rubric="id = 3")
    entries = "gone = no_such_package.hw1\nempty = json\nbroken = broken_course"
    installed(tmp_path, "broken-course", entries, monkeypatch)
    for name in ("gone", "empty"):
        with pytest.raises(
            UsageError, match=f"no rubric.toml in the module that '{name}' is said to be by the install"
        ):
            load_homework(name)
    with pytest.raises(UsageError, match=r"broken_course/rubric\.toml: Expected `str`, got `int`"):
        load_homework("broken")
    assert not {"gone", "empty", "broken"} & set(homework_ids())


def test_a_path_is_a_path_and_a_folder_called_like_an_id_is_not_taken_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ai702").mkdir()
    assert load_homework("ai702").bundled
    base_pack(tmp_path / "ai702")
    base_pack(tmp_path / "mine")
    assert load_homework("./ai702").id == "base"
    assert load_homework("mine").id == "base"
    with pytest.raises(UsageError) as caught:
        load_homework("ai702")
    assert str(caught.value) == (
        "there are two homeworks 'ai702': the one that comes with gradmark, and the folder ./ai702, which is to be "
        "given as ./ai702"
    )


def test_a_bundled_homework_in_its_own_folder_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(pack_finding.BUNDLED)
    assert load_homework("ai702").bundled
