"""What each argument of a backward pass is given: the upstream gradient, an input, the output or the cache."""

from __future__ import annotations

from collections.abc import Sequence, Set

from graders.probe.anatomy import Parameter
from graders.probe.naming import bare, is_cache, is_upstream
from graders.probe.subject import Takes

Role = tuple[str, str]
"""`("upstream", "")`, `("input", "Z")`, `("output", "")`, `("cache", "")`; while open, `("unknown", "")`."""
UPSTREAM: Role = ("upstream", "")
CACHE: Role = ("cache", "")
OUTPUT: Role = ("output", "")
_UNKNOWN: Role = ("unknown", "")
_OUTPUTS = {"out", "output", "outputs", "a", "y", "yhat", "ypred", "activation"}


Roles = list[tuple[Parameter, Role]]


def roles_of(
    takes: Takes, arguments: Sequence[str], fixed: Sequence[str], *, scalar: bool, chained: bool, has_cache: bool
) -> Roles:
    """A role for each argument that has to be given, or is an upstream gradient, or was `fixed` for forward too.

    Names decide, then positions: of arguments that say nothing by their names the last is the upstream gradient.
    """
    named = [(p, _by_name(p, arguments)) for p in takes if p.kind != "VAR_KEYWORD"]
    optional = {("input", name) for name in fixed} | (set() if scalar else {UPSTREAM})
    roles = _to_be_given(named, optional)
    if chained and not scalar:
        roles = _with_upstream(roles, fixed)
    return _by_position(roles, arguments, has_cache)


def _to_be_given(roles: Roles, optional: Set[Role]) -> Roles:
    """Those without a default, and with one those in an optional role; `*args` only where there is nothing else."""
    given = [(p, role) for p, role in roles if p.required or role in optional]
    return [(p, role) for p, role in given if p.kind != "VAR_POSITIONAL" or len(given) == 1]


def _with_upstream(roles: Roles, fixed: Sequence[str]) -> Roles:
    """The roles with an upstream gradient: the last unknown one, or else the last that isn't of a fixed argument."""
    if any(role == UPSTREAM for _, role in roles):
        return roles
    unknown = [k for k, (_, role) in enumerate(roles) if role == _UNKNOWN]
    open_ones = unknown or [k for k, (_, (_, name)) in enumerate(roles) if name not in fixed]
    last = max(open_ones, default=None)
    return [(p, UPSTREAM if k == last else role) for k, (p, role) in enumerate(roles)]


def _by_name(p: Parameter, arguments: Sequence[str]) -> Role:
    same = next((name for name in arguments if bare(name) == bare(p.name)), None)
    if is_cache(p.name):
        return CACHE
    if same is not None:
        return ("input", same)
    if is_upstream(p.name):
        return UPSTREAM
    return _UNKNOWN


def _by_position(roles: Roles, arguments: Sequence[str], has_cache: bool) -> Roles:
    """What is still unknown is the cache, or the next input that is left, or the output."""
    left = [name for name in arguments if ("input", name) not in [role for _, role in roles]]
    settled = []
    for p, role in roles:
        if role != _UNKNOWN:
            settled.append((p, role))
        elif has_cache:
            settled.append((p, CACHE))
        elif not left or _is_output(p, len(roles), len(left)):
            settled.append((p, OUTPUT))
        else:
            settled.append((p, ("input", left.pop(0))))
    return settled


def _is_output(p: Parameter, given: int, left: int) -> bool:
    """Whether its name says that it is the output, and no input is lacking for it."""
    return bare(p.name) in _OUTPUTS and given > 1 and left < 2
