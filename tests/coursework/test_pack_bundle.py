"""A pack's bundle is all that it consists of, marks the same elsewhere, and shows nobody how to solve it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from graders import UsageError
from graders.coursework.packs.bundle import bundle
from graders.coursework.packs.pack import load_homework
from tests.cli.pipelines.writing import written
from tests.packs import CHECKS, base_pack, scores_of
from tests.support import write_tree


def moved(pack: Path, folder: Path) -> Path:
    """The pack's bundle in another folder; what it was made of is gone."""
    made = bundle(load_homework(str(pack)))
    home = made.write(folder)
    shutil.rmtree(pack.parent)
    return home


def test_a_pack_by_itself_is_its_folder_without_what_is_for_its_author(tmp_path: Path) -> None:
    pack = base_pack(tmp_path / "pack", files=CHECKS | {"diagnoses.toml": "", "__pycache__/x.pyc": ""})
    made = bundle(load_homework(str(pack)))
    assert made.home == ""
    assert sorted(made.files) == [
        "checks/test_double.py",
        "checks/test_triple.py",
        "numbers.py",
        "oracle.py",
        "rubric.toml",
    ]
    assert "worked/work.py" in bundle(load_homework(str(pack)), worked=True).files


def test_layers_and_included_folders_keep_their_places(tmp_path: Path) -> None:
    root = tmp_path / "course" / "packs"
    base_pack(root / "2024" / "base")
    write_tree(root / "shared", {"more.py": "ONE = 1\n", "checks/test_x.py": "", "mutants.toml": "", "worked/a.py": ""})
    oracle = "from ..base.oracle import *\nfrom ..shared.more import ONE\n\n\ndef double(x):\n    return 2 * x * ONE\n"
    rubric = 'extends = "../2024/base"\ninclude = ["../shared/checks"]\n'
    own = write_tree(root / "my own.1", {"rubric.toml": rubric, "oracle.py": oracle})
    worked = write_tree(tmp_path / "work", {"work.py": CHECKS["worked/work.py"]})
    assert scores_of(own, worked) == {"double": 2, "triple": 1}
    home = moved(own, tmp_path / "elsewhere")
    assert home == tmp_path / "elsewhere/my own.1"
    names = sorted(path.name for path in (tmp_path / "elsewhere").rglob("*") if path.is_file())
    assert "a.py" not in names
    assert "mutants.toml" not in names
    assert scores_of(home, worked) == {"double": 2, "triple": 1}


def test_what_is_extended_by_its_id_goes_along_unless_it_is_gradmarks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    base_pack(site / "course" / "hw1")
    about = "Metadata-Version: 2.1\nName: course-homeworks\nVersion: 1\n"
    points = "[gradmark.homeworks]\ncourse-hw1 = course.hw1\n"
    write_tree(site, {"course_homeworks-1.dist-info/METADATA": about})
    write_tree(site, {"course_homeworks-1.dist-info/entry_points.txt": points})
    monkeypatch.syspath_prepend(str(site))
    rubric = 'extends = "course-hw1"\n'
    oracle = "from ..hw1.oracle import *\n"
    own = write_tree(tmp_path / "mine" / "own", {"rubric.toml": rubric, "oracle.py": oracle})
    worked = write_tree(tmp_path / "work", {"work.py": CHECKS["worked/work.py"]})
    home = moved(own, tmp_path / "elsewhere")
    assert (home / "places.toml").read_text() == '"course-hw1" = "../1/hw1"\n'
    monkeypatch.undo()
    with pytest.raises(UsageError, match="there is no homework 'course-hw1'"):
        load_homework("course-hw1")
    assert scores_of(home, worked) == {"double": 2, "triple": 1}
    ours = write_tree(tmp_path / "ours", {"rubric.toml": 'extends = "ai702"\n'})
    assert sorted(bundle(load_homework(str(ours))).files) == ["rubric.toml"]


def test_a_pipeline_has_the_bundle_and_names_the_pack_in_it(tmp_path: Path) -> None:
    base_pack(tmp_path / "packs" / "base")
    own = write_tree(tmp_path / "packs" / "my $own", {"rubric.toml": 'extends = "../base"\n'})
    out = written(tmp_path / "out", "gradescope", str(own))
    script = (out / "autograder/run_autograder").read_text(encoding="utf-8")
    assert "--homework \"$here\"/'homework/my $own' -n 1" in script
    files = [path.relative_to(out / "autograder/homework") for path in (out / "autograder/homework").rglob("*.*")]
    assert Path("my $own/rubric.toml") in files
    assert Path("base/checks/test_double.py") in files
    assert not [path for path in files if "worked" in path.parts or path.name == "mutants.toml"]
    home = out / "autograder/homework/my $own"
    assert scores_of(home, tmp_path / "packs/base/worked") == {"double": 2, "triple": 1}


def test_the_bundled_ones_can_be_taken_elsewhere_too(tmp_path: Path) -> None:
    for homework in ("a4", "dpl2025"):
        folder = tmp_path / homework
        bundle(load_homework(homework)).write(folder)
        (rubric,) = folder.rglob("rubric.toml")
        assert load_homework(str(rubric.parent)).checks == load_homework(homework).checks
    assert (tmp_path / "dpl2025/dpl/checks/test_autograd.py").is_file()
    left = {path.name for path in (tmp_path / "dpl2025").rglob("*")}
    assert not left & {"validation", "validation.py", "mutants.toml", "diagnoses.toml", "survivors.toml"}
