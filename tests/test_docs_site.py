"""What mkdocs is told beside mkdocs.yml: links of the site, bars in tables, and that no page asks anybody outside."""

from __future__ import annotations

import importlib.util
from types import ModuleType, SimpleNamespace

import pytest
import yaml

from tests.support import ROOT

NAV = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))["nav"]


@pytest.fixture(scope="module")
def hooks() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mkdocs_hooks", ROOT / "docs/mkdocs_hooks.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def page(name: str) -> SimpleNamespace:
    return SimpleNamespace(file=SimpleNamespace(src_uri=name))


@pytest.mark.parametrize(
    ("name", "text", "shown"),
    [
        ("index.md", "[a](cli.md#gradmark-grade)", "[a](cli.md#gradmark-grade)"),
        ("index.md", "[a](examples)", "[a](examples/README.md)"),
        ("components.md", "[layers](examples/layers)", "layers"),
        ("security.md", "[hostile](../fixtures/hostile)", "hostile"),
        ("examples/README.md", "[packs](../packs.md) [one](layers)", "[packs](../packs.md) one"),
        ("index.md", "[b](https://example.org/x) [c](#here)", "[b](https://example.org/x) [c](#here)"),
        ("index.md", "[broken](nowhere.md)", "[broken](nowhere.md)"),
    ],
)
def test_links_lead_to_pages_of_the_site_or_are_words(hooks: ModuleType, name: str, text: str, shown: str) -> None:
    assert hooks.on_page_markdown(text, page=page(name)) == shown


def test_pages_that_stand_at_the_top_are_taken_in_with_their_links(hooks: ModuleType) -> None:
    text = hooks.on_page_markdown("a line", page=page("contributing.md"))
    assert text.startswith("# Contributing\n")
    assert "[docs/glossary.md](glossary.md)" in text


def test_bars_in_tables_lose_their_backslash(hooks: ModuleType) -> None:
    html = r"<p>a\|b</p><td><code>-n N\|auto</code></td>"
    assert hooks.on_page_content(html) == r"<p>a\|b</p><td><code>-n N|auto</code></td>"


@pytest.mark.parametrize(
    "tag",
    [
        "<script src='https://cdn.example.org/a.js'></script>",
        "<link rel='stylesheet' href='//fonts.example.org/css'>",
        "<img src='http://example.org/a.png'>",
    ],
)
def test_a_page_that_asks_somebody_outside_is_refused(hooks: ModuleType, tag: str) -> None:
    fine = "<link rel='canonical' href='https://example.org/'><a href='https://example.org'>a</a><img src='a.png'>"
    assert hooks.on_post_page(fine, page=page("index.md")) == fine
    with pytest.raises(ValueError, match=r"index\.md would be shown with .*example\.org"):
        hooks.on_post_page(tag, page=page("index.md"))


def test_every_page_is_in_the_navigation() -> None:
    shown = {name for entry in NAV for name in _names(entry)}
    assert shown == {*(path.name for path in (ROOT / "docs").glob("*.md")), "examples/README.md"}


def _names(entry: object) -> list[str]:
    match entry:
        case dict():
            return [name for value in entry.values() for name in _names(value)]
        case list():
            return [name for value in entry for name in _names(value)]
    return [str(entry)]
