"""Which standard checks a component has, by name, and the line that a student reads of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from graders.checking.components.description import listed
from graders.checking.components.standard.kinks import AT_ZERO

if TYPE_CHECKING:
    from graders.checking.components.description import Component

GRADIENT = "backward_"
"""What the check of one gradient begins with, before its array's name."""


def titles(one: Component) -> Iterator[tuple[str, str]]:
    """Each standard check and its title, in the order in which they are reported; `Component.words` aren't used."""
    yield from _of_values(one)
    yield from _of_calls(one)
    if one.updated is not None:
        names = " and ".join(one.state)
        yield "state", f"{one.says_forward} updates {names}, from those of the step before."
    if one.evaluation is not None:
        learnt = " by what training has left" if one.state else ""
        yield "evaluation", f"In evaluation {one.says_evaluation}{learnt}."
    if one.evaluation is not None and one.state:
        yield "evaluation_keeps_state", f"Evaluation changes nothing of {' and '.join(one.state)}."
    if one.chance is not None:
        yield from _of_chance(one)
    yield "inputs_unchanged", f"{one.says_forward} and {one.says_backward} leave what they are given as it was."
    if one.chance is None:
        yield "finite_differences", f"Finite differences of your own {one.says_forward} agree with {_gradients(one)}."
    if one.finite_at:
        yield "large_inputs", f"{one.says_forward} stays finite for inputs around {one.finite_at:g}."
    if one.whole_batch:
        yield (
            "no_loop_over_examples",
            "The whole batch is worked on at once: no line runs more often for more examples.",
        )


def _of_chance(one: Component) -> Iterator[tuple[str, str]]:
    assert one.chance is not None
    yield "share_kept", f"{one.says_forward} keeps the share of the entries that it should."
    yield "drawn_anew", f"{one.says_forward} draws for each entry, and again in each call."
    if one.chance.seed:
        yield "seeded", f"With the same {one.chance.seed}, {one.says_forward} returns the same."
    if one.evaluation is not None:
        yield "evaluation_backward", f"After {one.says_forward} in evaluation, {one.says_backward} goes with it."


def _of_values(one: Component) -> Iterator[tuple[str, str]]:
    if one.initial and one.keeps_state:
        starts = ", ".join(f"{name} at {value:g}" for name, value in one.initial.items())
        yield "init", f"A new object starts with {starts}."
    yield "forward", f"{one.says_forward} {one.does}{_seen(one, one.all_outputs[0])}."
    if one.together:
        yield GRADIENT.rstrip("_"), f"{one.says_backward} gives {_gradients(one)}."
    else:
        yield from ((GRADIENT + name, _gradient_title(one, name)) for name in one.gradients)


def _of_calls(one: Component) -> Iterator[tuple[str, str]]:
    if one.at_zero:
        yield "at_zero", f"Where {next(iter(one.inputs))} is exactly 0, the slope is {AT_ZERO[one.at_zero]}."
    yield "shapes", "Outputs and gradients are float arrays; each gradient has its array's shape."
    if one.batch in one.pools:
        yield "batch_of_one", "A batch of one example works like any other."
    if one.keeps_state and one.batch in one.pools:
        yield "batch_size_changes", "After two forwards with batches of different size, backward belongs to the last."
    if kept(one):
        names = listed([one.gradient_called(name) for name in kept(one)])
        yield "no_accumulation", f"A second forward and backward replaces {names}, it does not add."
    if one.accumulated:
        names = listed([one.gradient_called(name) for name in one.gradients if name in one.accumulated])
        yield "accumulation", f"A second forward and backward adds to {names}."


def kept(one: Component) -> list[str]:
    """The arrays whose gradients an object keeps."""
    return [name for name, place in one.places.items() if place.root == "layer" and name not in one.accumulated]


def _gradient_title(one: Component, name: str) -> str:
    what = one.gradient_called(name)
    does = "returns" if one.places[name].root != "layer" else "stores"
    kind = "the derivative of each output" if one.local else "the gradient"
    averaged = ", divided by the batch size" if name in one.divided_by_batch else ""
    return f"{one.says_backward} {does} {what}, {kind} with respect to {name}{averaged}{_seen(one, what)}."


def _seen(one: Component, quantity: str) -> str:
    return f" ({one.see[quantity]})" if quantity in one.see else ""


def _gradients(one: Component) -> str:
    return listed([one.gradient_called(name) for name in one.gradients], ", ")
