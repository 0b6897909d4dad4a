"""The web pages in a real browser, asked by axe-core: both themes, screen and phone, and by the keyboard alone."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from graders.reports.html.classroom import classroom
from graders.reports.html.overview import Group, Overview
from graders.reports.html.student import student
from graders.reports.html.unusable import unusable
from tests.reports import slips
from tests.reports.browser import browsing, needs_chromium
from tests.reports.records import ORDINARY
from tests.reports.test_html import overview, pictured

pytestmark = [needs_chromium, pytest.mark.slow]


def a_class() -> Overview:
    """With all that a class's page can have."""
    groups = [Group(label, 60, 0.5, {"linear": 0.75}) for label in ("A", "B")]
    return replace(overview(), groups=groups, identical=[["student00001", "student00002", "the worked submission"]])


PAGES = {
    "class": lambda: classroom(a_class()),
    "student": lambda: student(ORDINARY),
    "pictures": lambda: student(pictured()),
    "slip": lambda: student(slips.kept()["transposed"]),
    "unusable": lambda: unusable("Lovelace, Ada", "unusable", "handin.zip is empty"),
    "nothing": lambda: unusable("Lovelace, Ada", "nothing", ""),
}


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The source of axe-core: of $AXE_CORE, or fetched from npm."""
    named = os.environ.get("AXE_CORE")
    if named:
        return Path(named).read_text(encoding="utf-8")
    npm, folder = shutil.which("npm"), tmp_path_factory.mktemp("axe")
    if npm is None:
        pytest.skip("there is no npm here to fetch axe-core: give its axe.min.js as AXE_CORE")
    done = subprocess.run(
        [npm, "install", "--silent", "--prefix", folder, "axe-core@4"], capture_output=True, timeout=120, check=False
    )
    if done.returncode:
        pytest.skip("axe-core can't be fetched from npm: give its axe.min.js as AXE_CORE")
    return (folder / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as found:
        yield found


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(browser: Browser, axe: str, tmp_path: Path, name: str, theme: str) -> None:
    (tmp_path / "page.html").write_bytes(PAGES[name]())
    for width in (1280, 375):
        context = browser.new_context(color_scheme=theme, viewport={"width": width, "height": 900})  # type: ignore[arg-type]
        page = context.new_page()
        page.goto((tmp_path / "page.html").as_uri())
        page.evaluate(axe)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        seen = [(one["id"], one["help"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found]
        assert seen == [], (width, seen)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
        context.close()


def test_the_keyboard_alone_reaches_whatever_can_be_used(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(classroom(a_class()))
    page = browser.new_page()
    page.goto((tmp_path / "page.html").as_uri())
    usable = "a[href], button:not([disabled]):not([hidden]), input, summary, [tabindex='0']"
    wanted = page.evaluate(f"[...document.querySelectorAll(`{usable}`)].filter(one => one.checkVisibility()).length")
    reached = 0
    for _ in range(wanted):
        page.keyboard.press("Tab")
        reached += page.evaluate(f"document.activeElement.matches(`{usable}`)")
    assert reached == wanted
    page.focus("#search")
    page.keyboard.type("student0001")
    page.keyboard.press("Tab")
    assert page.inner_text("#count") == "10 of 130 submissions"
    page.close()
