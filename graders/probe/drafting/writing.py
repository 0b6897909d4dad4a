"""The files of a drafted pack as texts: components.py and rubric.toml."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

_IMPORTS = (
    ("torch", "import torch"),
    ("F", "from torch.nn import functional as F"),
)
_PLAIN = str.maketrans({'"': "'", "\\": "/", "\n": " "})
"""What a title may not have in a docstring."""
_KINDS = ("Chance", "Functions", "Labels", "Layer", "Optimizer", "Update")


class Written(Protocol):
    """A component that is written as text."""

    def text(self) -> str:
        """As an entry of COMPONENTS."""


@dataclass(frozen=True)
class LeftOver:
    """What no component was made of, and why; `draft` is what is known of it, without what is right."""

    section: str
    title: str
    why: str
    draft: str = ""


def components_text(title: str, drafts: Sequence[Written], left: Sequence[LeftOver], reference: str = "") -> str:
    """components.py: imports that are needed, COMPONENTS, and what is left over as comments."""
    body = "\n".join(draft.text() for draft in drafts)
    later = "".join(f"\n{_commented(one)}" for one in left)
    said = f'"""{title.rstrip(".").translate(_PLAIN)}: drafted by gradmark new. Look at every CHECK."""'
    return f"{said}\n\n{_imports(body, reference)}\nCOMPONENTS = {{\n{body}{later}\n}}\n"


def _imports(body: str, reference: str) -> str:
    lines = [line for name, line in _IMPORTS if re.search(rf"\b{name}\.", body)]
    kinds = [kind for kind in _KINDS if f"{kind}(" in body]
    families = ["families"] if "families." in body else []
    ours = [f"from graders.checking.components import {', '.join([*kinds, *families])}"] if kinds else []
    oracles = [name for name in ("guards", "updates") if f"{name}." in body]
    ours += [f"from reference import {', '.join(oracles)}"] if oracles else []
    own = [f"from . import {reference}"] if reference and f"{reference}." in body else []
    return "\n".join("\n".join(group) + "\n" for group in (lines, ours, own) if group)


def _commented(one: LeftOver) -> str:
    lines = [f"TODO: {one.title}: {one.why}"]
    if one.draft:
        lines += ["Say in PyTorch what is right (torch=), and take the # away here and in rubric.toml:"]
        lines += [line.removeprefix("    ") for line in one.draft.splitlines()]
    return "\n".join(f"    # {line}".rstrip() for line in lines)


def rubric_text(
    name: str,
    title: str,
    points: Mapping[str, float],
    titles: Mapping[str, str],
    left: Sequence[LeftOver],
    search: Sequence[str] = (".",),
    packages: Sequence[str] = (),
) -> str:
    """rubric.toml: a section for each component, whose standard checks it has."""
    lines = [f"id = {_toml(name)}", f"title = {_toml(title)}", f"total = {_number(sum(points.values()))}"]
    if list(search) != ["."]:
        lines.append(f"search = {json.dumps(list(search))}")
    if packages:
        lines.append(f"packages = {json.dumps(['numpy', *packages])}")
    sections = [_section(section, titles[section], worth) for section, worth in points.items()]
    later = [_later(one) for one in left if one.draft]
    return "\n".join(lines) + "\n" + "".join([*sections, *later])


def _section(section: str, title: str, points: float) -> str:
    return f"\n[[sections]]\nid = {_toml(section)}\ntitle = {_toml(title)}\npoints = {_number(points)}\n"


def _later(one: LeftOver) -> str:
    text = _section(one.section, one.title, 0).strip("\n").replace("points = 0", "points = 5  # and more in total")
    return "\n" + "\n".join(f"# {line}" for line in text.splitlines()) + "\n"


def shared(total: int, sections: Sequence[str], said: Mapping[str, float]) -> dict[str, float]:
    """Points for each section: those that are said, and the rest of the total in equal whole numbers."""
    rest = [section for section in sections if section not in said]
    left = total - sum(said.values())
    each, more = divmod(int(left), len(rest)) if rest else (0, 0)
    own = {section: each + (place < more) for place, section in enumerate(rest)}
    return {section: said.get(section, own.get(section, 0)) for section in sections}


def _toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _number(value: float) -> str:
    return f"{value:g}"
