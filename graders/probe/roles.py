"""What each argument of a backward pass is given: the upstream gradient, an input, the output or the cache."""

from __future__ import annotations

from collections.abc import Sequence

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


def roles_of(
    takes: Takes, arguments: Sequence[str], fixed: Sequence[str], *, scalar: bool, chained: bool, has_cache: bool
) -> list[tuple[Parameter, Role]]:
    """A role for each argument that has to be given, or is an upstream gradient, or was `fixed` for forward too.

    Names decide, then positions: of arguments that say nothing by their names the last is the upstream gradient.
    """
    roles = [(p, _by_name(p, arguments)) for p in takes if p.kind != "VAR_KEYWORD"]
    optional = {("input", name) for name in fixed} | (set() if scalar else {UPSTREAM})
    roles = [(p, role) for p, role in roles if p.required or role in optional]
    roles = [(p, role) for p, role in roles if p.kind != "VAR_POSITIONAL" or len(roles) == 1]
    if chained and not scalar and roles and all(role != UPSTREAM for _, role in roles):
        unknown = [k for k, (_, role) in enumerate(roles) if role == _UNKNOWN]
        open_ones = unknown or [k for k, (_, (_, name)) in enumerate(roles) if name not in fixed]
        for last in open_ones[-1:]:
            roles[last] = (roles[last][0], UPSTREAM)
    return _by_position(roles, arguments, has_cache)


def _by_name(p: Parameter, arguments: Sequence[str]) -> Role:
    same = next((name for name in arguments if bare(name) == bare(p.name)), None)
    if is_cache(p.name):
        return CACHE
    if same is not None:
        return ("input", same)
    if is_upstream(p.name):
        return UPSTREAM
    return _UNKNOWN


def _by_position(
    roles: list[tuple[Parameter, Role]], arguments: Sequence[str], has_cache: bool
) -> list[tuple[Parameter, Role]]:
    left = [name for name in arguments if ("input", name) not in [role for _, role in roles]]
    settled = []
    for p, role in roles:
        if role != _UNKNOWN:
            settled.append((p, role))
        elif has_cache:
            settled.append((p, CACHE))
        elif left and not (bare(p.name) in _OUTPUTS and len(roles) > 1 and len(left) < 2):
            settled.append((p, ("input", left.pop(0))))
        else:
            settled.append((p, OUTPUT))
    return settled
