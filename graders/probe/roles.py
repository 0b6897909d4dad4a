"""What each argument of a backward pass is given: an upstream gradient, an input, the output, the cache, a rate."""

from __future__ import annotations

import itertools
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

from graders.probe import words
from graders.probe.anatomy import Parameter
from graders.probe.naming import is_cache, is_upstream
from graders.probe.subject import Takes
from graders.probe.words import bare

Role = tuple[str, str]
"""`("upstream", "")`, `("input", "Z")`, `("output", "")`, `("cache", "")` and so on; while open, `("unknown", "")`.

The second upstream gradient or cache is `("upstream", "1")`, and so on; `upstreams` are all in one list.
"""
UPSTREAM: Role = ("upstream", "")
UPSTREAMS: Role = ("upstreams", "")
CACHE: Role = ("cache", "")
OUTPUT: Role = ("output", "")
RATE: Role = ("rate", "")
OPTIMIZER: Role = ("optimizer", "")
USUAL: Role = ("usual", "")
_UNKNOWN: Role = ("unknown", "")
_OUTPUTS = {"out", "output", "outputs", "a", "y", "yhat", "ypred", "activation", "activations", "activated", "s"}
MAX_ALTERNATIVES = 6

Roles = list[tuple[Parameter, Role]]


@dataclass(frozen=True)
class Offer:
    """What there is to give: forward's `arguments`, of which some are `fixed`, and `constants` for backward alone.

    A forward pass has this many `outputs` that could be differentiated, maybe `in_a_dict`; values beyond the first
    may be a cache.
    """

    arguments: Sequence[str]
    fixed: Sequence[str] = ()
    constants: Sequence[str] = ()
    scalar: bool = False
    chained: bool = True
    has_cache: bool = False
    outputs: int = 1
    in_a_dict: bool = False


def roles_of(
    takes: Takes, arguments: Sequence[str], fixed: Sequence[str], *, scalar: bool, chained: bool, has_cache: bool
) -> Roles:
    """The likeliest role for each argument, of one output."""
    offer = Offer(arguments, fixed, scalar=scalar, chained=chained, has_cache=has_cache)
    return likeliest(takes, offer)


def likeliest(takes: Takes, offer: Offer) -> Roles:
    """A role for each argument that has to be given, or is an upstream gradient, or was fixed for forward too.

    Names decide, then positions: of arguments that say nothing by their names the last is the upstream gradient.
    """
    found = _by_position(_half_settled(takes, replace(offer, outputs=1) if offer.in_a_dict else offer), offer)
    return [(p, UPSTREAMS if role == UPSTREAM else role) for p, role in found] if offer.in_a_dict else found


def alternatives(takes: Takes, offer: Offer, predicted: str) -> list[Roles]:
    """Further ways to call it, for where the likeliest fails: of `predicted` a loss's gradient would be."""
    half = _half_settled(takes, offer)
    first = _by_position(half, offer)
    found = [_permuted(half, first, order) for order in _orders(takes, offer)]
    upstreams = [role for _, role in first if role[0] == "upstream"]
    if offer.outputs > 1 and len(upstreams) == 1:
        found.append([(p, UPSTREAMS if role == UPSTREAM else role) for p, role in first])
    if predicted and upstreams and _takes_labels(first, predicted):
        found.append([(p, ("input", predicted) if role == UPSTREAM else role) for p, role in first])
    if not upstreams and len(first) == 1 and first[0][1][0] == "input" and _says_output(first[0][0], offer):
        found.append([(first[0][0], OUTPUT)])
    distinct = [roles for k, roles in enumerate(found) if roles != first and roles not in found[:k]]
    one_by_one = [first] if offer.in_a_dict and len(upstreams) == offer.outputs else []
    return [*one_by_one, *distinct][:MAX_ALTERNATIVES]


def turned(first: Roles, offer: Offer) -> list[tuple[Roles, str]]:
    """The same with the output in place of the only input, or the other way: no way to call it, but a usual mistake."""
    given = [(p, role) for p, role in first if role[0] in ("input", "output")]
    if len(given) != 1 or len(offer.arguments) != 1 or len(first) > 2:
        return []
    p, role = given[0]
    other: Role = OUTPUT if role != OUTPUT else ("input", offer.arguments[0])
    said = f"It would be right if {p.name} were the {'output' if other == OUTPUT else 'input'} of the forward pass."
    return [([(one, other if old == role else old) for one, old in first], said)]


def given_held(first: Roles, predicted: str, held: Sequence[str]) -> list[Roles]:
    """A loss's backward that is given what its forward pass keeps: `backward(softmax_output, y_true)`."""
    if not predicted or not _takes_labels(first, predicted):
        return []
    return [[(p, ("held", name) if role == UPSTREAM else role) for p, role in first] for name in held]


def _takes_labels(roles: Roles, predicted: str) -> bool:
    """Whether backward takes labels but not the prediction: `backward(dvalues, y_true)` may mean that by the first."""
    given = [name for _, (kind, name) in roles if kind == "input"]
    return predicted not in given and any(words.truth(name) >= 2 for name in given)


def _half_settled(takes: Takes, offer: Offer) -> Roles:
    named = [(p, _by_name(p, offer)) for p in takes if p.kind != "VAR_KEYWORD"]
    roles = _to_be_given(named, offer)
    if offer.chained and not offer.scalar:
        roles = _with_upstream(roles, offer.fixed)
    return _numbered(roles, offer)


def _says_output(p: Parameter, offer: Offer) -> bool:
    return bare(p.name) in _OUTPUTS and p.name not in offer.arguments


def _orders(takes: Takes, offer: Offer) -> list[tuple[int, ...]]:
    """Other orders of those whose names say nothing."""
    unknown = sum(_by_name(p, offer) == _UNKNOWN and p.required for p in takes)
    return list(itertools.permutations(range(unknown)))[1:MAX_ALTERNATIVES] if unknown < 4 else []


def _permuted(half: Roles, first: Roles, order: Sequence[int]) -> Roles:
    """The roles of unknown arguments in another order."""
    open_ones = [k for k, (p, role) in enumerate(half) if role == _UNKNOWN or not _is_telling(p)]
    if len(open_ones) != len(order):
        return first
    roles = [role for _, role in first]
    moved = {place: roles[open_ones[k]] for place, k in zip(open_ones, order, strict=True)}
    return [(p, moved.get(place, role)) for place, (p, role) in enumerate(first)]


def _is_telling(p: Parameter) -> bool:
    return is_cache(p.name) or is_upstream(p.name) or words.is_rate(p.name) or not p.required


def _to_be_given(roles: Roles, offer: Offer) -> Roles:
    """Those without a default, and with one those in an optional role; `*args` only where there is nothing else."""
    optional: Set[Role] = {("input", name) for name in offer.fixed} | {RATE}
    given = [(p, role) for p, role in roles if p.required or role in optional or role[0] == "constant"]
    needed = sum(role == UPSTREAM for _, role in given)
    open_ones = any(role == _UNKNOWN and p.required for p, role in given) and not needed
    if not offer.scalar:
        left = max(offer.outputs, 1) - needed - open_ones
        more = [p for p, role in roles if role == UPSTREAM and not p.required and not p.is_flag][: max(left, 0)]
        given = [(p, role) for p, role in roles if (p, role) in given or p in more]
    return [(p, role) for p, role in given if p.kind != "VAR_POSITIONAL" or len(given) == 1]


def _with_upstream(roles: Roles, fixed: Sequence[str]) -> Roles:
    """The roles with an upstream gradient: the last unknown one, or else the last that isn't of a fixed argument."""
    if any(role == UPSTREAM for _, role in roles):
        return roles
    unknown = [k for k, (_, role) in enumerate(roles) if role == _UNKNOWN]
    inputs = [k for k, (_, (kind, name)) in enumerate(roles) if kind in ("input", "cache") and name not in fixed]
    last = max(unknown or inputs, default=None)
    return [(p, UPSTREAM if k == last else role) for k, (p, role) in enumerate(roles)]


def _numbered(roles: Roles, offer: Offer) -> Roles:
    """Several upstream gradients in their order, as many as there are outputs: what is more is open."""
    count = 0
    found: Roles = []
    for p, role in roles:
        if role == UPSTREAM:
            spare = RATE if words.is_rate(p.name) else _UNKNOWN
            role = ("upstream", str(count or "")) if count < max(offer.outputs, 1) else spare
            count += 1
        found.append((p, role))
    return found


def _by_name(p: Parameter, offer: Offer) -> Role:
    same = next((name for name in offer.arguments if bare(name) == bare(p.name)), None)
    if p.name in offer.constants:
        return ("constant", p.name)
    if is_cache(p.name) and not (words.is_context(p.name) and same is not None):
        return CACHE
    if same is not None:
        return ("input", same)
    if words.is_optimizer(p.name):
        return OPTIMIZER
    if words.is_rate(p.name, sure=True) or (words.is_rate(p.name) and p.required and _is_second(p)):
        return RATE
    if is_upstream(p.name):
        return UPSTREAM
    return USUAL if p.required and words.usual(p.name) is not None else _UNKNOWN


def _is_second(p: Parameter) -> bool:
    """Whether a name that may be a rate's is one rather: `eta` alone may be an upstream gradient."""
    return bare(p.name) != "eta"


def _by_position(roles: Roles, offer: Offer) -> Roles:
    """What is still unknown is the cache, or the next input that is left, or the output."""
    left = [name for name in offer.arguments if ("input", name) not in [role for _, role in roles]]
    settled: Roles = []
    caches = 0
    for p, role in roles:
        if role == CACHE or (role == _UNKNOWN and offer.has_cache):
            settled.append((p, ("cache", str(caches or ""))))
            caches += 1
        elif role != _UNKNOWN:
            settled.append((p, role))
        elif not left or _is_output(p, len(roles), len(left)):
            settled.append((p, OUTPUT))
        else:
            settled.append((p, ("input", left.pop(0))))
    return settled


def _is_output(p: Parameter, given: int, left: int) -> bool:
    """Whether its name says that it is the output, and no input is lacking for it."""
    return bare(p.name) in _OUTPUTS and given > 1 and left < 2
