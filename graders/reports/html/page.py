"""Makes a page of a template: its style and script inside, and a policy under which nothing else may run or load."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from graders.reports import wording

_IN_SCRIPT = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("graders.reports.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["points"] = wording.points
    return environment


def page(template: str, *, script: str = "", **values: object) -> bytes:
    """The template with these values; `script` names the one that the page runs, if any."""
    style, code = _source("style.css"), _source(script) if script else ""
    allowed = [f"style-src '{_digest(style)}'", *([f"script-src '{_digest(code)}'"] if code else [])]
    policy = "; ".join(["default-src 'none'", *allowed, "base-uri 'none'", "form-action 'none'"])
    made = _environment().get_template(template).render(policy=policy, style=style, script=code, **values)
    return made.encode("utf-8", "replace")


def data(value: object) -> Markup:
    """A value as JSON that can stand inside a script element: no character in it can end that."""
    return Markup(json.dumps(value, separators=(",", ":"), ensure_ascii=False).translate(_IN_SCRIPT))


@cache
def _source(name: str) -> Markup:
    """A file of ours, as it stands in the page."""
    return Markup(_environment().get_template(name).render())


def _digest(source: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
