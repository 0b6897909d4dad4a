"""Which name belongs to which: dW, dLdW, W_grad, grad_W, gradients["W"] and grads["dW"] are the gradient of W."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from graders.probe.anatomy import Held, Path
from graders.probe.words import bare

_SAME = (
    {"w", "weight", "weights", "kernel", "kernels"},
    {"b", "bias", "biases"},
    {"gamma", "g"},
    {"beta", "b"},
)
_BEFORE = ("dld", "d", "dlossd", "dcostd", "djd", "ded", "dl", "grad", "gradient", "delta", "nabla", "g", "partial")
_AFTER = ("grad", "gradient", "grads", "gradients", "g", "delta")
_GRADIENTS = {
    "gradients",
    "gradient",
    "grads",
    "grad",
    "dparams",
    "dparameters",
    "gradsdict",
    "g",
    "paramgrads",
    "derivatives",
}
_PARAMETERS = {"params", "parameters", "param", "weights", "state", "variables", "theta", "p"}
_UPSTREAM = re.compile(
    r"d_?(?!ata|im|ebug|ropout|ict|type|epth|ev|ecay|egree).*|.*(grad|delta|upstream|cotangent|error|_diff).*"
    r"|eta|g|v|g_?out|g[yz]|top_?diff|adjoint"
)
_CACHES = {"cache", "caches", "ctx", "context", "memory", "saved", "tape", "stash", "store"}


def gradient_rank(candidate: object, name: object) -> int | None:
    """How well `candidate` reads as the name of `name`'s gradient, 0 best; None if it doesn't."""
    got = bare(candidate)
    for distance, wanted in enumerate(_synonyms(bare(name))):
        forms = [before + wanted for before in _BEFORE] + [wanted + after for after in _AFTER]
        if got in forms:
            return 100 * min(distance, 1) + forms.index(got)
        if re.fullmatch(rf"d[a-z0-9]{{1,3}}d{re.escape(wanted)}", got):
            return 100 * min(distance, 1) + 50
    return None


def _synonyms(name: str) -> list[str]:
    return [name, *sorted({other for group in _SAME if name in group for other in group} - {name})]


def is_upstream(name: str) -> bool:
    """Whether a parameter of a backward pass is by its name the upstream gradient."""
    return _UPSTREAM.fullmatch(name.lower()) is not None


def is_cache(name: str) -> bool:
    """Whether it is by its name what the forward pass kept."""
    return bare(name) in _CACHES or bare(name).endswith("cache")


def partners(name: str) -> list[str]:
    """What the backward pass of a function could be called, likeliest first; `affine` stands for `affine_forward`."""
    if name == "forward":
        return ["backward"]
    stem = re.sub(r"_naive$|_forward$|^forward_|_fwd$|^compute_|^calculate_|^calc_|_fprop$", "", name)
    stem = re.sub(r"_forward$|_fwd$", "", stem).removesuffix("Forward")
    naive = "_naive" if name.endswith("_naive") else ""
    forms = [f"{stem}_backward{naive}", f"backward_{stem}", f"{stem}_bwd", f"{stem}_backprop", f"{stem}Backward"]
    forms += [f"{stem}_vjp", f"{stem}_grad", f"{stem}_gradient", f"grad_{stem}", f"gradient_{stem}"]
    forms += [f"{stem}_prime", f"{stem}_derivative", f"{stem}_deriv", f"d{stem}", f"d_{stem}"]
    forms += _rarer_partners(stem)
    base = re.sub(r"_?(loss|cost|error)$", "", stem)
    if base != stem:
        forms += [
            f"{base}_{word}".strip("_") for word in ("gradient", "grad", "loss_gradient", "loss_grad", "cost_gradient")
        ]
    if not base or stem != name:
        forms += [
            f"{verb}_{word}" for verb in ("compute", "calculate", "calc") for word in ("gradient", "grad", "gradients")
        ]
    return [form for form in dict.fromkeys(forms) if form != name]


def _rarer_partners(stem: str) -> list[str]:
    after = ("back", "bprop", "back_prop", "backwards", "backpropagation", "der", "diff", "dx", "gradients", "delta")
    before = (
        "derivative",
        "deriv",
        "der",
        "backprop",
        "back",
        "derivative_of",
        "gradient_of",
        "grad_of",
        "compute_gradient",
    )
    forms = [f"{stem}_{word}" for word in after] + [f"{word}_{stem}" for word in before]
    return forms + [
        f"{stem}{word}" for word in ("Prime", "Grad", "Gradient", "Derivative", "Deriv", "Back", "Backprop")
    ]


def is_chained(name: str) -> bool:
    """Whether a backward pass of this name takes the upstream gradient rather than giving a local derivative."""
    return "back" in name.lower() or any(word in name.lower() for word in ("bprop", "vjp", "bwd", "gradinput"))


def gradient_of(parameter: Path, arrays: Iterable[Held]) -> Path | None:
    """Where among these arrays the gradient of a parameter is: beside it, or in a container of gradients."""
    ranks = [(_rank(held.path, parameter), held.path) for held in arrays]
    ranked = [(rank, index, path) for index, (rank, path) in enumerate(ranks) if rank is not None]
    return min(ranked)[2] if ranked else None


def _rank(candidate: Path, parameter: Path) -> int | None:
    """How well a path reads as that of a parameter's gradient, 0 best; None if it doesn't."""
    if candidate == parameter or not candidate or not parameter:
        return None
    where, name = candidate[:-1], candidate[-1][1]
    holder, key = parameter[:-1], parameter[-1][1]
    homes = (holder, _owner(holder))
    if where == holder and _is_grad_of_data(name, key):
        return 0
    if _is_container_of_gradients(where, homes):
        return _plus(200, 0 if _is_same(name, key) else gradient_rank(name, key))
    rank = _rank_beside(candidate, parameter)
    if rank is not None:
        return 300 + rank
    if where in homes:
        return _plus(0 if where == holder else 400, _rank_of_attributes(name, key))
    return None


def _rank_beside(candidate: Path, parameter: Path) -> int | None:
    """How well these are the same place of two lists or dicts side by side: `dweights[0]`, `grads["conv"]["W"]`."""
    if len(candidate) != len(parameter) or len(candidate) < 2:
        return None
    pairs = [(one[1], other[1]) for one, other in zip(candidate, parameter, strict=True)]
    apart = [(got, own) for got, own in pairs[:-1] if got != own]
    if len(apart) != 1:
        return None
    (got, own), (name, key) = apart[0], pairs[-1]
    container = 0 if _is_grads(got) and len(pairs) > 2 else gradient_rank(got, own)
    return None if container is None else _plus(container, 0 if name == key else _rank_of_attributes(name, key))


def in_lists_of_gradients(arrays: Iterable[Held]) -> list[Held]:
    """The arrays in lists that are called `grads` or the like, in their order."""
    return [one for one in arrays if len(one.path) > 1 and type(one.path[-1][1]) is int and _is_grads(one.path[-2][1])]


def _is_grads(name: int | str) -> bool:
    return bare(name) in _GRADIENTS


def _owner(holder: Path) -> Path:
    """What a dict of parameters belongs to, `self` for `self.params`; anything else is its own."""
    return holder[:-1] if holder and bare(holder[-1][1]) in _PARAMETERS else holder


def _is_grad_of_data(name: int | str, key: int | str) -> bool:
    """Whether these are the gradient and the value that a parameter's own object holds: `W.grad` beside `W.data`."""
    return bare(key) in ("data", "value", "values", "val") and bare(name) in ("grad", "gradient")


def _is_container_of_gradients(path: Path, homes: Sequence[Path]) -> bool:
    """Whether something in one of these places is called `grads` or the like."""
    return bool(path) and bare(path[-1][1]) in _GRADIENTS and path[:-1] in homes


def _rank_of_attributes(name: int | str, key: int | str) -> int | None:
    """How well the one name reads as that of the other's gradient; the place in a list says nothing."""
    return gradient_rank(name, key) if isinstance(name, str) and isinstance(key, str) else None


def _is_same(name: int | str, key: int | str) -> bool:
    """Whether a container of gradients has an entry under the parameter's own name."""
    return name == key or (isinstance(name, str) and bare(name) == bare(key))


def _plus(start: int, rank: int | None) -> int | None:
    return None if rank is None else start + rank
