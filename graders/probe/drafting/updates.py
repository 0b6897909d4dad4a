"""Optimisers of a worked solution: what they may be, as components to be tried one after the other on the solution."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence

from graders.probe.drafting.inventory import Argument, Module, Piece, arguments_of, keys_of, methods_of
from graders.probe.drafting.said import table
from graders.probe.drafting.ways import Way
from graders.probe.naming import gradient_rank
from graders.probe.words import bare

_STEPS = ("step", "update", "updateparams", "updateparameters", "apply", "optimize", "applygradients")
_MODELS = ("model", "net", "network", "mlp", "module")
_LISTS = ("layers", "params", "parameters", "weights")
_RATES = ("lr", "learningrate", "rate", "eta", "stepsize", "alpha")
_NAMED = re.compile(r"sgd|momentum|nesterov|nag|rms|ada(m|grad|delta)|optim|descent", re.IGNORECASE)
_OPTIONS: tuple[tuple[str, str], ...] = (
    ("lr", "|".join(_RATES)),
    ("momentum", "momentum|mu|mom|gamma"),
    ("beta1", "beta1|b1|beta1st"),
    ("beta2", "beta2|b2"),
    ("eps", "eps|epsilon"),
    ("weight_decay", "weightdecay|wd|l2|decay"),
    ("decay", "decay|decayrate|rho|beta|alpha|gamma"),
)  # fmt: skip
_VALUES: Mapping[str, tuple[float, ...]] = {
    "lr": (0.1, 0.5),
    "momentum": (0.5, 0.9),
    "beta1": (0.7, 0.9),
    "beta2": (0.9, 0.999),
    "eps": (1e-8, 1e-3),
    "weight_decay": (0.1, 0.3),
    "decay": (0.5, 0.9),
}
RULES: Mapping[str, tuple[tuple[str, ...], str]] = {
    "adamw": (("lr", "beta1", "beta2", "eps", "weight_decay"), "ADAM"),
    "adam": (("lr", "beta1", "beta2", "eps"), "ADAM"),
    "rmsprop": (("lr", "decay", "eps"), "RMSPROP"),
    "adagrad": (("lr", "eps"), "RMSPROP"),
    "sgd": (("lr", "momentum"), "SGD"),
    "momentum_with_rate": (("lr", "momentum"), "SGD"),
    "nesterov": (("lr", "momentum"), "SGD"),
    "nesterov_with_rate": (("lr", "momentum"), "SGD"),
}
"""The rules of reference/updates.py: the options of each, and the family of its mistakes."""
_KEPT = {
    "m": ("m", "adam"),
    "v": ("v", "adam sgd"),
    "velocity": ("v", "sgd"),
    "cache": ("cache", "rms"),
    "t": ("step", "adam"),
}
MAX_WAYS = 24


DECISIVE = ("step", "steps")


def optimisers(modules: Sequence[Module]) -> Iterator[list[Way]]:
    """For each class or function that may be an optimiser, what it may be: the likeliest first."""
    known = {name: node for module in modules for name, node in module.classes.items()}
    layers = [f"{module.name}.{name}" for module in modules for name in module.classes]
    for module in modules:
        for name, node in module.classes.items():
            found = _of_class(module, name, methods_of(node, known), layers)
            if found:
                yield list(itertools.islice(found, MAX_WAYS))
        for name, function in module.functions.items():
            if _NAMED.search(name):
                ways = list(itertools.islice(_of_function(module, name, function), MAX_WAYS))
                if ways:
                    yield ways


def is_optimiser(piece: Piece) -> bool:
    """Whether a piece is by its name an optimiser rather than a layer."""
    return not piece.is_class and not piece.backward and _NAMED.search(piece.name) is not None


def _option(name: str) -> str:
    return next((option for option, pattern in _OPTIONS if re.fullmatch(pattern, bare(name))), "")


def _rules(name: str, options: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """The rules that it may be, with the solution's options by the rule's: those of its name first."""
    plain = bare(name)
    given = set(options.values()) | ({"decay"} if "weight_decay" in options.values() else set())
    ranked = sorted(RULES, key=lambda rule: rule[:4] not in plain and not (rule[:3] == "nes" and "nag" in plain))
    for rule in ranked:
        words = RULES[rule][0]
        needed = [word for word in words if word not in ("momentum", "eps")]
        if set(needed) <= given:
            own = {
                said: ("decay" if "decay" in words and word == "weight_decay" else word)
                for said, word in options.items()
            }
            yield rule, {said: word for said, word in own.items() if word in words}


def _fields_of(rule: str, own: Mapping[str, str], arguments: Mapping[str, Argument]) -> Iterator[tuple[str, str]]:
    yield "torch", f"updates.{rule}"
    yield "options", table({said: list(_VALUES[word]) for said, word in own.items()})
    defaults = {said: arguments[said].default for said in own if isinstance(arguments[said].default, int | float)}
    yield "defaults", table(defaults)
    yield "names", table({word: said for said, word in own.items() if said != word})


def _of_class(module: Module, name: str, methods: Mapping[str, ast.FunctionDef], layers: Sequence[str]) -> list[Way]:
    step = next((one for one in methods if bare(one) in _STEPS), "")
    if not step or "forward" in methods or "__init__" not in methods or not _NAMED.search(name):
        return []
    new = arguments_of(methods["__init__"])[1:]
    options = {one.name: _option(one.name) for one in new if _option(one.name)}
    first = next((one.name for one in new if one.name not in options), "")
    given = "model" if bare(first) in _MODELS else "layers" if bare(first) in _LISTS else ""
    takes = arguments_of(methods[step])[1:]
    parameters = _parameters(methods[step])
    if not parameters or len(takes) > 1 or (first and not given):
        return []
    piece = Piece(module.name, module.file, name, is_class=True, takes=(), new=new)
    shapes = {one: ("n_in n_out" if k == 0 else "n_out") for k, one in enumerate(parameters)}
    arguments = {one.name: one for one in new}
    found = []
    for rule, own in _rules(name, options):
        for layer in ("", *_layers_of(methods[step], layers)):
            fields = (
                ("name", f'"{module.name}.{name}"'),
                *_fields_of(rule, own, arguments),
                ("given", "" if given == "model" else f'"{given}"'),
                ("model_layers", _model_layers(methods)),
                ("layer", f'"{layer}"' if layer else ""),
                ("parameters", table(shapes)),
                ("gradients", table(parameters)),
                ("every", "2" if _every_other(methods) else ""),
                *_around(methods),
                ("step_method", "" if step == "step" else f'"{step}"'),
                ("step_takes", '"layer"' if takes else ""),
                ("family", f"families.{RULES[rule][1]}"),
            )
            found.append(Way(piece.section, piece, "Optimizer", _said(rule), fields, (step,), DECISIVE))
    return found


def _every_other(methods: Mapping[str, ast.FunctionDef]) -> bool:
    """Whether it takes every other layer: `model.layers[::2]`."""
    nodes = (one for method in methods.values() for one in ast.walk(method))
    return any(
        isinstance(one, ast.Slice) and isinstance(one.step, ast.Constant) and one.step.value == 2 for one in nodes
    )


def _around(methods: Mapping[str, ast.FunctionDef]) -> Iterator[tuple[str, str]]:
    """The methods that are called before and after a step."""
    for field, start in (("before_step", "pre_"), ("after_step", "post_")):
        found = next((name for name in methods if name.startswith(start)), "")
        yield field, f'"{found}"' if found else ""


def _model_layers(methods: Mapping[str, ast.FunctionDef]) -> str:
    """What the model's list of layers is called, if not `layers`."""
    for node in (one for method in methods.values() for one in ast.walk(method)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in _MODELS:
            return "" if node.attr == "layers" else f'"{node.attr}"'
    return ""


def _layers_of(step: ast.FunctionDef, layers: Sequence[str]) -> list[str]:
    """The classes of layers that it asks for: `isinstance(layer, Linear)`."""
    named = {node.id for node in ast.walk(step) if isinstance(node, ast.Name)}
    return [one for one in layers if one.rpartition(".")[2] in named][:2]


def _parameters(step: ast.FunctionDef) -> dict[str, str]:
    """The attributes of other objects that it changes, with those that hold their gradients."""
    changed: dict[str, None] = {}
    read: dict[str, None] = {}
    for node in ast.walk(step):
        if isinstance(node, ast.Attribute) and not (
            isinstance(node.value, ast.Name) and node.value.id in ("self", "np")
        ):
            (read if isinstance(node.ctx, ast.Load) else changed)[node.attr] = None
    found = {}
    for name in changed:
        ranked = [(rank, other) for other in read if (rank := gradient_rank(other, name)) is not None]
        if ranked:
            found[name] = min(ranked)[1]
        elif "grad" in read:
            found[name] = "grad"
    return found


def _of_function(module: Module, name: str, function: ast.FunctionDef) -> Iterator[Way]:
    takes = arguments_of(function)
    if len(takes) < 3:
        return
    parameter, gradient, *rest = takes
    keys = keys_of(function)
    config = next((one.name for one in rest if one.name in keys or bare(one.name) in ("config", "state", "cache")), "")
    items = {key: Argument(key, default is ..., default) for key, default in keys.get(config, {}).items()}
    items |= {one.name: one for one in rest if one.name != config}
    options = {key: _option(key) for key in items if _option(key)}
    if config and any(one.name in options for one in rest):
        return  # some options in a dict and some not
    piece = Piece(module.name, module.file, name, is_class=False, takes=takes)
    said = " ".join([parameter.name, gradient.name, *(["config"] if config else list(options))])
    usual = f"{parameter.name} {gradient.name} config"
    for rule, own in _rules(name, options):
        for kept in (_kept(rule, config, function), {}) if config else ({},):
            fields = (
                ("module", f'"{module.name}"'),
                ("function", f'"{name}"'),
                *_fields_of(rule, own, items),
                ("parameters", "" if parameter.name == "w" else f'{{"{parameter.name}": "n m | n | n m 2"}}'),
                ("gradient", "" if gradient.name == "dw" else f'"{gradient.name}"'),
                ("takes", "" if said == usual else f'"{said}"'),
                ("returns", "" if config else '"result"'),
                ("config", "" if config else '""'),
                ("kept", table(kept)),
                ("family", f"families.{RULES[rule][1]}"),
            )
            yield Way(piece.section, piece, "Update", _said(rule), fields, (name,), DECISIVE)


def _kept(rule: str, config: str, function: ast.FunctionDef) -> dict[str, str]:
    """Where in its dict the function keeps what the rule keeps, by the usual keys."""
    stored: list[object] = [
        node.slice.value
        for node in ast.walk(function)
        if isinstance(node, ast.Subscript)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == config
        and isinstance(node.slice, ast.Constant)
    ]
    found = {}
    for key in stored:
        word, kinds = _KEPT.get(str(key), ("", ""))
        kind = (
            "sgd" if rule in ("sgd", "momentum_with_rate", "nesterov", "nesterov_with_rate") else rule[:4].rstrip("s")
        )
        if word and any(kind.startswith(one) or one.startswith(kind) for one in kinds.split()):
            found[word] = f"config['{key!s}']"
    return found


def _said(rule: str) -> str:
    return rule.replace("_", " ").replace("sgd", "gradient descent")
