"""Running averages of a norm: what training may leave of a batch and evaluation use, as fields to be tried in turn."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from graders.probe.drafting.drafts import Draft
from graders.probe.drafting.inventory import Module, Piece, methods_of
from graders.probe.drafting.matching import identifier
from graders.probe.words import bare, is_running

_MEANS = re.compile(r".*(mean|mu|avg|average|m)")
_STATISTICS = re.compile(r"(\w+)\.var\((.+?), unbiased=(True|False), keepdim=True\)")
_EVALUATING: dict[str, object] = {
    "training": False,
    "train": False,
    "istraining": False,
    "trainmode": False,
    "eval": True,
}
_EVALUATING |= {"evaluate": True, "inference": True, "test": True, "testing": True, "istest": True}
USUAL_MOMENTA = (0.9, 0.1, 0.99)
MAX_WAYS = 24


def with_running_averages(draft: Draft, modules: Sequence[Module]) -> list[Draft]:
    """The same with running averages, in each way that they may be meant; none where there are none, or no switch."""
    found = _STATISTICS.search(draft.match.text)
    node = _source(draft.sight.piece, modules)
    if found is None or node is None or not draft.match.says.startswith("batch norm"):
        return []
    names = _averages(node)
    switch = evaluating(draft.sight.piece)
    if len(names) != 2 or not switch:
        return []
    mean = next((name for name in names if _MEANS.fullmatch(bare(name))), names[0])
    variance = next(name for name in names if name != mean)
    ways = _ways(draft, found, mean, variance, switch, node)
    return [replace(draft, extra=fields) for fields in itertools.islice(ways, MAX_WAYS)]


def _source(piece: Piece, modules: Sequence[Module]) -> Sequence[ast.AST] | None:
    classes = {name: node for module in modules for name, node in module.classes.items()}
    for module in modules:
        if module.file != piece.file:
            continue
        if piece.is_class:
            return list(methods_of(module.classes[piece.name], classes).values())
        return [module.functions[piece.name]]
    return None


def _averages(nodes: Sequence[ast.AST]) -> list[str]:
    """The attributes, or items of a dict, that are called like running averages."""
    found = []
    for node in (one for part in nodes for one in ast.walk(part)):
        match node:
            case ast.Attribute(ast.Name("self"), name) if is_running(name):
                found.append(name)
            case ast.Subscript(ast.Name(), ast.Constant(str(key))) if is_running(key):
                found.append(key)
    return sorted(dict.fromkeys(found))


def evaluating(piece: Piece) -> dict[str, object]:
    """What forward is given in evaluation, by an argument's name or an item of its options."""
    for one in piece.takes:
        plain = bare(one.name)
        if not one.required and plain in _EVALUATING and isinstance(one.default, bool):
            return {one.name: _EVALUATING[plain]}
        if plain == "mode" and isinstance(one.default, str):
            return {one.name: "test" if "test" in repr(piece) else "eval"}
    if any("mode" in keys for keys in piece.keys.values()):
        return {"mode": "test"}
    return {}


def _ways(
    draft: Draft, found: re.Match[str], mean: str, variance: str, switch: dict[str, object], nodes: Sequence[ast.AST]
) -> Iterator[tuple[tuple[str, str], ...]]:
    x, axes, _ = found.groups()
    names = [identifier(name) for name in draft.sight.arrays]
    shape = draft.spec_of_features
    kept = shape if shape.split().count("1") else ""
    keep = ", keepdim=True" if kept else ""
    arguments = ", ".join([*names, mean, variance, *draft.options])
    centred = found.string.replace(f"{x}.mean({axes}, keepdim=True)", _fit(mean, axes, kept))
    evaluated = centred.replace(found[0], _fit(variance, axes, kept))
    for momentum, turned, unbiased in itertools.product(
        _momenta(draft.sight.piece, nodes), (False, True), (False, True)
    ):
        old, new = (f"{momentum:g}", f"(1 - {momentum:g})") if not turned else (f"(1 - {momentum:g})", f"{momentum:g}")
        batch = (f"{x}.mean({axes}{keep})", f"{x}.var({axes}, unbiased={unbiased}{keep})")
        entries = [
            f'"{one}": {old} * {one} + {new} * {part}' for one, part in zip((mean, variance), batch, strict=True)
        ]
        yield (
            ("state", f'{{"{mean}": "{shape}", "{variance}": "{shape}"}}'),
            ("kinds", f'{{"{variance}": "positive"}}'),
            ("updated", f"lambda {arguments}: {{{', '.join(entries)}}}"),
            ("evaluation", f"lambda {arguments}: {evaluated}"),
            ("evaluate", "{" + ", ".join(f'"{name}": {value!r}' for name, value in switch.items()) + "}"),
        )


def _fit(name: str, axes: str, kept: str) -> str:
    """A running average in the shape that the input broadcasts with."""
    if kept or axes in ("0", "(0, 1, 2)"):
        return name
    return f"{name}.reshape(1, -1, 1, 1)"


def _momenta(piece: Piece, nodes: Sequence[ast.AST]) -> list[float]:
    """What the momentum may be: defaults and constants of the solution first."""
    own = [one.default for one in (*piece.new, *piece.takes) if isinstance(one.default, float) and 0 < one.default < 1]
    own += [
        node.value
        for part in nodes
        for node in ast.walk(part)
        if isinstance(node, ast.Constant) and type(node.value) is float
    ]
    return [value for value in dict.fromkeys((*own, *USUAL_MOMENTA)) if 0.001 < value < 1][:4]
