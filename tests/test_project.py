"""What an open project says about itself is true: versions, files, commands, names of tests and modules."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from graders import __version__
from tests.support import ROOT

PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def test_the_same_version_stands_everywhere() -> None:
    releases = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert releases == [__version__, "0.1.0"]
    assert yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))["version"] == __version__
    assert f"`v{__version__}`" in (ROOT / "CONTRIBUTING.md").read_text("utf-8")


def test_what_the_package_says_of_itself_has_the_form_that_installers_read() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["license"] == "MIT"
    assert (ROOT / "LICENSE").read_text("utf-8").startswith("MIT License\n")
    assert "Typing :: Typed" in project["classifiers"]
    assert not [text for text in project["dependencies"] if text.startswith("pytest-xdist")]


def test_workflows_and_templates_are_yaml_and_ci_is_one_command() -> None:
    for path in (*(ROOT / ".github").rglob("*.yml"), ROOT / ".pre-commit-config.yaml", ROOT / "CITATION.cff"):
        assert yaml.safe_load(path.read_text("utf-8")), path
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text("utf-8"))
    assert workflow["jobs"]["tests"]["steps"][-1] == {"run": ".ci/run"}


def test_paths_that_contributing_names_are_there() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    named = re.findall(r"(?:graders|tests|docs|fixtures|reference)(?:/[\w.]+)+", text)
    assert len(named) > 20
    assert [path for path in named if not (ROOT / path.rstrip(".")).exists()] == []


def test_the_rooms_that_contributing_gives_tests_for_are_there() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    rows = [row.split("|")[1] for row in text.splitlines() if row.startswith("| `") and "pytest" in row]
    rooms = [room for row in rows for room in re.findall(r"`(\w+)/`", row)]
    assert len(rooms) >= 6
    assert [room for room in rooms if not (ROOT / "graders" / room).is_dir()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_relative_link_is_broken(page: Path) -> None:
    links = [
        link for link in LINK.findall(page.read_text("utf-8")) if "://" not in link and not link.startswith("mailto:")
    ]
    assert [link for link in links if not (page.parent / link).exists()] == []
