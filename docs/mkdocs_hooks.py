"""What mkdocs is told beside mkdocs.yml: pages are written for the repository, and the site has to stand alone."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parent
ROOT = DOCS.parent
WHOLE = {"changelog.md": "CHANGELOG.md", "contributing.md": "CONTRIBUTING.md"}
"""Pages whose text stands at the top of the repository."""
_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(([^)\s]+)\)")


def on_page_markdown(markdown: str, *, page: Any, **_: object) -> str:
    """The page's text as the site has it: links to what isn't in docs/ are words, those to folders their README's."""
    whole = WHOLE.get(page.file.src_uri)
    folder = ROOT if whole else DOCS / Path(page.file.src_uri).parent
    text = (ROOT / whole).read_text(encoding="utf-8") if whole else markdown
    return _LINK.sub(lambda link: _linked(link[1], link[2], folder, DOCS / page.file.src_uri), text)


def _linked(words: str, target: str, folder: Path, page: Path) -> str:
    path, hash_, anchor = target.partition("#")
    if "://" in target or not path:
        return f"[{words}]({target})"
    place = (folder / path).resolve()
    shown = place / "README.md" if place.is_dir() else place
    if place.exists() and not (shown.is_relative_to(DOCS) and shown.is_file()):
        return words
    up = "../" * (len(page.relative_to(DOCS).parents) - 1)
    return f"[{words}]({up}{shown.relative_to(DOCS) if shown.exists() else path}{hash_}{anchor})"


def on_page_content(html: str, **_: object) -> str:
    """The page's HTML: bars in a table's code come with a backslash, which GitHub takes away and mkdocs doesn't."""
    return re.sub(r"<td\b.*?</td>", lambda cell: cell[0].replace("\\|", "|"), html, flags=re.DOTALL)


def on_post_page(output: str, *, page: Any, **_: object) -> str:
    """Refuse a page that would have a browser ask somebody outside for something."""
    asked = [address for address in _Asked(output).addresses if re.match(r"(\w+:)?//", address)]
    if asked:
        raise ValueError(f"{page.file.src_uri} would be shown with {asked[0]}, from outside")
    return output


class _Asked(HTMLParser):
    """What a browser loads by itself to show a page; what a reader may follow isn't."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what an element names."""
        named = dict(attrs)
        loads = tag == "link" and named.get("rel") not in ("canonical", "prev", "next")
        for name in ("src", "srcset", "data", "poster", *(["href"] if loads else [])):
            if tag != "a" and named.get(name):
                self.addresses.append(str(named[name]))
