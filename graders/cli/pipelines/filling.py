"""Fills the files of templates/ in: an unknown name is an error, nothing is escaped but what a filter escapes."""

from __future__ import annotations

import shlex

import jinja2

_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.PackageLoader("graders.cli.pipelines", "templates"),
    undefined=jinja2.StrictUndefined,
    autoescape=False,  # shell, make and YAML; the one page of HTML asks for it
    trim_blocks=True,
    keep_trailing_newline=True,
)
_ENVIRONMENT.filters["shell"] = shlex.quote
_ENVIRONMENT.filters["make"] = lambda text: shlex.quote(text).replace("$", "$$")


def filled(template: str, **words: object) -> bytes:
    """The file that a template makes."""
    made: str = _ENVIRONMENT.get_template(f"{template}.j2").render(**words)
    return made.encode()
