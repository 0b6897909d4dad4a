"""A guard changes exactly what it says: the value of a logarithm, its slope, a softmax; and without one nothing is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from reference import guards, losses
from reference.autodiff import vjp
from reference.guards import GUARDS, Form, Guard, Place, guarding

EPS = 0.01
P = torch.tensor([[0.001, 0.2], [0.799, 0.995]], dtype=torch.float64)
Z = torch.tensor([[-3.0, -9.0, 0.5], [2.0, 1.0, -7.0]], dtype=torch.float64)
ONE = torch.ones((), dtype=torch.float64)


def kept(p: Tensor, form: Form) -> Tensor:
    return {Form.ADDED: p + EPS, Form.LEAST: p.clamp(min=EPS), Form.CLIPPED: p.clamp(EPS, 1 - EPS)}[form]


def with_guard(
    place: Place, form: Form, function: Callable[[Tensor], Tensor], x: Tensor, **options: bool
) -> tuple[Tensor, Tensor]:
    with guarding(Guard(place, form, **options), EPS):
        value, (slope,) = vjp(lambda p: function(p).sum(), [x], ONE)
        return value, slope


def test_without_a_guard_all_is_as_torch_has_it():
    assert torch.equal(guards.log(P), P.log())
    assert torch.equal(guards.softmax(Z, 1), torch.softmax(Z, 1))
    assert torch.equal(guards.log_softmax(Z, 0), torch.log_softmax(Z, 0))


@pytest.mark.parametrize("form", list(Form))
def test_a_guard_of_the_value_leaves_the_slope(form: Form):
    value, slope = with_guard(Place.LOGARITHM, form, guards.log, P)
    torch.testing.assert_close(value, kept(P, form).log().sum())
    torch.testing.assert_close(slope, 1 / P)


@pytest.mark.parametrize("form", list(Form))
def test_a_guard_of_the_slope_leaves_the_value(form: Form):
    value, slope = with_guard(Place.SLOPE, form, guards.log, P)
    torch.testing.assert_close(value, P.log().sum())
    torch.testing.assert_close(slope, 1 / kept(P, form))


def test_a_masked_slope_is_zero_where_the_probability_was_replaced():
    _, slope = with_guard(Place.SLOPE, Form.CLIPPED, guards.log, P, masked=True)
    torch.testing.assert_close(slope, torch.tensor([[0.0, 5.0], [1 / 0.799, 0.0]], dtype=torch.float64))


def test_a_guard_beside_n_times_the_probability_is_an_nth_of_it():
    _, slope = with_guard(Place.SLOPE, Form.ADDED, guards.log, P, shared=True)
    torch.testing.assert_close(slope, 2 / (2 * P + EPS))


def test_both_are_what_is_written_and_differentiated():
    value, slope = with_guard(Place.BOTH, Form.LEAST, guards.log, P)
    leaf = P.clone().requires_grad_()
    leaf.clamp(min=EPS).log().sum().backward()
    torch.testing.assert_close(value, P.clamp(min=EPS).log().sum())
    torch.testing.assert_close(slope, leaf.grad)


@pytest.mark.parametrize(("place", "shift"), [(Place.SUM, 0.0), (Place.SHIFTED_SUM, 1.0)])
def test_a_guard_of_a_softmax_is_in_its_denominator(place: Place, shift: float):
    powers = torch.exp(Z - shift * Z.amax(1, keepdim=True))
    with guarding(Guard(place, Form.ADDED), EPS):
        torch.testing.assert_close(guards.softmax(Z, 1), powers / (powers.sum(1, keepdim=True) + EPS))


@pytest.mark.parametrize("goes_on", [True, False])
def test_a_clipped_softmax_goes_on_with_its_own_values_or_with_those_before(goes_on: bool):
    place = Place.PROBABILITIES if goes_on else Place.PROBABILITIES_GIVEN
    cotangent = torch.arange(6, dtype=torch.float64).reshape(2, 3)
    with guarding(Guard(place, Form.CLIPPED), EPS):
        value, (slope,) = vjp(lambda z: guards.softmax(z, 1), [Z], cotangent)
    plain = torch.softmax(Z, 1)
    p = plain.clamp(EPS, 1 - EPS) if goes_on else plain
    torch.testing.assert_close(value, plain.clamp(EPS, 1 - EPS))
    torch.testing.assert_close(slope, p * (cotangent - (cotangent * p).sum(1, keepdim=True)))


def test_a_guard_ends_with_its_context():
    with pytest.raises(ZeroDivisionError), guarding(GUARDS[0], EPS):
        raise ZeroDivisionError
    assert torch.equal(guards.log(P), P.log())


def test_a_loss_of_logits_has_the_gradient_softmax_minus_labels_with_a_guarded_softmax():
    Y = torch.eye(3, dtype=torch.float64)[[0, 2]]
    with guarding(Guard(Place.SUM, Form.ADDED), EPS):
        _, (slope,) = vjp(lambda z: losses.cross_entropy(z, Y), [Z], ONE)
        torch.testing.assert_close(slope, (guards.softmax(Z, 1) - Y) / 2)


def test_no_two_guards_are_the_same():
    assert len(set(GUARDS)) == len(GUARDS)
