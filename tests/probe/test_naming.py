"""Names of gradients, of upstream gradients and of backward functions."""

from __future__ import annotations

import pytest

from graders.probe.anatomy import Held, Parameter, Path
from graders.probe.naming import gradient_of, gradient_rank, is_upstream, partners
from graders.probe.roles import roles_of


@pytest.mark.parametrize(
    ("gradient", "name"),
    [
        ("dW", "W"),
        ("dLdW", "W"),
        ("dL_dW", "W"),
        ("W_grad", "W"),
        ("grad_W", "W"),
        ("gradW", "W"),
        ("_dW", "_W"),
        ("weights_grad", "weights"),
        ("dW", "weights"),
        ("db", "bias"),
        ("dgamma", "gamma"),
        ("dLdBW", "BW"),
        ("dW1", "W1"),
        ("delta_W", "W"),
    ],
)
def test_this_is_the_name_of_its_gradient(gradient: str, name: str) -> None:
    assert gradient_rank(gradient, name) is not None


@pytest.mark.parametrize(
    ("other", "name"), [("db", "W"), ("dW2", "W1"), ("W", "W"), ("vW", "W"), ("dW1", "W"), ("data", "a")]
)
def test_this_is_not(other: str, name: str) -> None:
    assert gradient_rank(other, name) is None


def test_the_loss_s_gradient_is_preferred_to_a_local_one() -> None:
    def held(*path: tuple[str, str]) -> Held:
        return Held(path, 0, "<f8", (1,), "")

    parameter: Path = (("get", "W"),)
    assert gradient_of(parameter, [held(("get", "dZdW")), held(("get", "dLdW"))]) == (("get", "dLdW"),)
    assert gradient_of(parameter, [held(("get", "dZdW"))]) == (("get", "dZdW"),)
    assert gradient_of(parameter, [held(("get", "other"), ("get", "dW"))]) is None


def test_upstream_gradients_are_known_by_their_names() -> None:
    for name in ("dLdZ", "dout", "dY", "grad_output", "delta", "upstream", "d"):
        assert is_upstream(name), name
    for name in ("x", "data", "dim", "cache", "Z", "labels", "debug"):
        assert not is_upstream(name), name


def test_partners_keep_the_form_of_the_name() -> None:
    assert partners("conv_forward_naive")[0] == "conv_backward_naive"
    assert partners("affine_forward")[0] == "affine_backward"
    assert "sigmoid_prime" in partners("sigmoid")


@pytest.mark.parametrize(
    ("takes", "arguments", "scalar", "cache", "roles"),
    [
        ("dZ", "Z", False, False, ["upstream"]),
        ("g", "Z", False, False, ["upstream"]),
        ("x", "x", False, False, ["upstream"]),
        ("Z dY", "Z", False, False, ["input Z", "upstream"]),
        ("dY Z", "Z", False, False, ["upstream", "input Z"]),
        ("dout cache", "x w b", False, True, ["upstream", "cache"]),
        ("dout stuff", "x w b", False, True, ["upstream", "cache"]),
        ("dout out", "x", False, False, ["upstream", "output"]),
        ("inputs top", "x", False, False, ["input x", "upstream"]),
        ("A Y", "A Y", True, False, ["input A", "input Y"]),
        ("p t", "A Y", True, False, ["input A", "input Y"]),
        ("", "A Y", True, False, []),
    ],
)
def test_backward_is_given_what_its_arguments_are_called(
    takes: str, arguments: str, scalar: bool, cache: bool, roles: list[str]
) -> None:
    parameters = tuple(Parameter(name, "POSITIONAL_OR_KEYWORD", True) for name in takes.split())
    found = roles_of(parameters, arguments.split(), (), scalar=scalar, chained=True, has_cache=cache)
    assert [f"{kind} {name}".strip() for _, (kind, name) in found] == roles
