"""Mistakes in gradient descent, with momentum or without, and in methods that divide by a root of squares."""

# ruff: noqa: D103 - a rule's text is what it says

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from graders.checking.components.families.updates.family import Quantities, Steps, UpdateFamily

_SIGN = "Look at the sign of the step."
_OTHER = "Look at which gradient stands in each of the updates."


ANY = UpdateFamily("any")
"""What goes wrong in every optimiser."""


@ANY.wrong("moves up the gradient", _SIGN)
def ascent(steps: Steps) -> Quantities:
    right = steps.right()
    return {**right, "w": [2 * steps.w - w for w in right["w"]]}


@ANY.wrong("leaves out the learning rate", "Look at what the step is multiplied by.")
def no_rate(steps: Steps) -> Quantities:
    return steps.right(lr=1.0)


@ANY.wrong("keeps the learning rate of the first step", "Read the learning rate in every step: it may change.")
def rate_of_the_first_step(steps: Steps) -> Quantities:
    rates = steps.options["lr"]
    return steps.right(lr=rates[0] if isinstance(rates, list) else rates)


@ANY.wrong("moves by the gradient of the first step again and again", "Read the gradient in every step.")
def first_gradient(steps: Steps) -> Quantities:
    return steps.right(g=[steps.g[0]] * len(steps.g))


@ANY.wrong("moves by the gradient's sign", "The step is as long as the gradient.")
def sign_of_gradient(steps: Steps) -> Quantities:
    return steps.by(lambda w, g, kept, lr: (w - lr * np.sign(g), {}))


@ANY.wrong("divides the gradient by its length", "The step is as long as the gradient.")
def unit_gradient(steps: Steps) -> Quantities:
    return steps.right(g=[g / np.linalg.norm(g) for g in steps.g])


@ANY.wrong("moves by a gradient that is clipped to -1 and 1", "The gradient is used as it is.")
def clipped_gradient(steps: Steps) -> Quantities:
    return steps.right(g=[np.clip(g, -1, 1) for g in steps.g])


@ANY.wrong("starts from the first parameter in every step", "A step moves what the one before has left.")
def from_the_start(steps: Steps) -> Quantities:
    after = steps.right()["w"]
    return {"w": [steps.w + now - before for now, before in zip(after, [steps.w, *after], strict=False)]}


@ANY.wrong("is the step alone: what it was before is lost", "The step is subtracted from the parameter.")
def step_alone(steps: Steps) -> Quantities:
    after = steps.right()["w"]
    return {"w": [before - now for now, before in zip(after, [steps.w, *after], strict=False)]}


@ANY.wrong("is minus the step alone: what it was before is lost", "The step is subtracted from the parameter.")
def negative_step_alone(steps: Steps) -> Quantities:
    after = steps.right()["w"]
    return {"w": [now - before for now, before in zip(after, [steps.w, *after], strict=False)]}


@ANY.rule("is scaled by 1 minus the rate times the gradient", "The step is subtracted, it doesn't multiply.")
def scaled_by_gradient(w, g, kept, lr):  # noqa: ARG001 - that is what is wrong
    return w * (1 - lr * g), {}


@ANY.wrong("moves twice in every step", "Look for a second update.")
def moved_twice(steps: Steps) -> Quantities:
    return {"w": [2 * w - steps.w for w in steps.right()["w"]]}


@ANY.wrong("moves by the other parameter's gradient", _OTHER)
def gradient_of_the_other(steps: Steps) -> Quantities | None:
    return _by_others(steps, lambda g: g)


@ANY.wrong("moves by the other parameter's gradient, summed", _OTHER)
def summed_gradient_of_the_other(steps: Steps) -> Quantities | None:
    return _by_others(steps, lambda g: g.sum(axis=-1, keepdims=True))


@ANY.wrong("moves by the other parameter's gradient, averaged", _OTHER)
def averaged_gradient_of_the_other(steps: Steps) -> Quantities | None:
    return _by_others(steps, lambda g: g.mean(axis=-1, keepdims=True))


@ANY.rule("is plain gradient descent: nothing is kept from step to step", "Look at where what is kept is used.")
def plain_descent(w, g, kept, lr):  # noqa: ARG001 - that is what is wrong
    return w - lr * g, {}


@ANY.wrong("counts the gradient into what is kept twice", "Look for a second update of what is kept.")
def gradient_twice(steps: Steps) -> Quantities | None:
    doubled = [2 * g for g in steps.g]
    return steps.right(g=doubled) if steps.moves_on else None


def _by_others(steps: Steps, shaped: Callable[[np.ndarray], np.ndarray]) -> Quantities | None:
    return None if steps.others is None else steps.right(g=[shaped(g) for g in steps.others])


SGD = ANY.copy("sgd")
"""Plain, with momentum, Nesterov's."""


@SGD.rule("builds the velocity from the parameter, not from its gradient", "Look at what is added to it.", folded=False)
def velocity_from_parameter(w, g, kept, lr, momentum):  # noqa: ARG001 - that is what is wrong
    v = momentum * kept["v"] + w
    return w - lr * v, {"v": v}


@SGD.rule("weighs the gradient by 1 minus the momentum", "The gradient is added to the velocity whole.", folded=False)
def dampened(w, g, kept, lr, momentum):
    v = momentum * kept["v"] + (1 - momentum) * g
    return w - lr * v, {"v": v}


@SGD.rule("weighs the gradient by 1 minus the momentum", "The gradient is added to the velocity whole.", folded=True)
def dampened_with_rate(w, g, kept, lr, momentum):
    v = momentum * kept["v"] - (1 - momentum) * lr * g
    return w + v, {"v": v}


@SGD.rule("is Nesterov's step", "The velocity is applied as it is.", folded=False)
def looks_ahead(w, g, kept, lr, momentum):
    v = momentum * kept["v"] + g
    return w - lr * (momentum * v + g), {"v": v}


@SGD.rule(
    "is the step of plain momentum, not Nesterov's",
    "Look at where the new velocity is looked ahead along.",
    folded=False,
)
def looks_nowhere(w, g, kept, lr, momentum):
    v = momentum * kept["v"] + g
    return w - lr * v, {"v": v}


@SGD.rule("looks ahead along the velocity of the step before", "Nesterov's step uses the new velocity.", folded=False)
def looks_ahead_along_the_old(w, g, kept, lr, momentum):
    return w - lr * (g + momentum * kept["v"]), {"v": momentum * kept["v"] + g}


@SGD.rule(
    "looks ahead by the velocity, but leaves the gradient out",
    "Nesterov's step is gradient and velocity.",
    folded=False,
)
def looks_ahead_without_the_gradient(w, g, kept, lr, momentum):
    v = momentum * kept["v"] + g
    return w - lr * momentum * v, {"v": v}


@SGD.rule("folds the learning rate into the velocity", "The rate multiplies what is kept: it may change.", folded=False)
def rate_in_velocity(w, g, kept, lr, momentum):
    v = momentum * kept["v"] + lr * g
    return w - v, {"v": v}


@SGD.rule(
    "leaves the learning rate out of the velocity", "The rate multiplies the gradient, not the velocity.", folded=True
)
def rate_outside_of_velocity(w, g, kept, lr, momentum):
    v = momentum * kept["v"] - g
    return w + lr * v, {"v": v}


@SGD.rule(
    "leaves the learning rate out of the velocity, and adds the gradient to it",
    "The velocity is what is added to the parameter: it has the rate, and goes down the gradient.",
    folded=True,
)
def velocity_of_gradients(w, g, kept, lr, momentum):
    v = momentum * kept["v"] + g
    return w - lr * v, {"v": v}


@SGD.rule(
    "multiplies by the learning rate twice",
    "Look at what is multiplied by the rate: the velocity, or its step.",
    folded=True,
)
def rate_twice(w, g, kept, lr, momentum):
    v = momentum * kept["v"] - lr * g
    return w + lr * v, {"v": v}


@SGD.rule("moves by the velocity of the step before", "Update the velocity before you use it.", folded=False)
def late_velocity(w, g, kept, lr, momentum):
    return w - lr * kept["v"], {"v": momentum * kept["v"] + g}


@SGD.rule("moves by the velocity of the step before", "Update the velocity before you use it.", folded=True)
def late_velocity_with_rate(w, g, kept, lr, momentum):
    return w + kept["v"], {"v": momentum * kept["v"] - lr * g}


@SGD.rule("adds up the gradients of all steps", "Look at what the velocity is multiplied by.", folded=False)
def accumulated(w, g, kept, lr):
    v = kept["v"] + g
    return w - lr * v, {"v": v}


@SGD.wrong("starts the velocity at the first gradient", "Look at what the velocity is before the first step.")
def velocity_from_gradient(steps: Steps) -> Quantities:
    def rule(w, g, kept, step, lr, momentum):
        v = momentum * (kept["v"] if step > 1 else g) + g
        return w - lr * v, {"v": v}

    return steps.by(rule)


@SGD.rule(
    "puts the momentum on the gradient, not on the velocity", "Look at what the momentum multiplies.", folded=False
)
def momentum_on_gradient(w, g, kept, lr, momentum):
    v = kept["v"] + momentum * g
    return w - lr * v, {"v": v}


@SGD.rule("adds the velocity where it should be subtracted", _SIGN, folded=False, in_motion=True)
def velocity_added(w, g, kept, lr, momentum):
    v = momentum * kept["v"] + g
    return w + lr * v, {"v": v}


@SGD.rule("subtracts the velocity where it should be added", _SIGN, folded=True, in_motion=True)
def velocity_subtracted(w, g, kept, lr, momentum):
    v = momentum * kept["v"] - lr * g
    return w - v, {"v": v}


@SGD.rule(
    "has the opposite sign before the velocity in its own update",
    "Look at the sign of the velocity kept.",
    folded=False,
)
def velocity_alternates(w, g, kept, lr, momentum):
    v = g - momentum * kept["v"]
    return w - lr * v, {"v": v}


@SGD.wrong("uses a momentum of 0.9, whatever it is given", "Look at where the momentum comes from.")
def momentum_of_nine_tenths(steps: Steps) -> Quantities:
    return steps.right(momentum=0.9)


@SGD.wrong("leaves out the weight decay", "Look at what is added to the gradient.")
def no_decay(steps: Steps) -> Quantities:
    return steps.right(weight_decay=0.0)


@SGD.rule("is Nesterov's step", "The velocity is applied as it is.", folded=True)
def looks_ahead_with_rate(w, g, kept, lr, momentum):
    v = momentum * kept["v"] - lr * g
    return w + momentum * v - lr * g, {"v": v}


@SGD.rule("is the step of plain momentum, not Nesterov's", "Look at where the velocity is looked ahead.", folded=True)
def looks_nowhere_with_rate(w, g, kept, lr, momentum):
    v = momentum * kept["v"] - lr * g
    return w + v, {"v": v}


@SGD.rule("has the sign of the gradient turned in the velocity", _SIGN, folded=True, in_motion=True)
def velocity_upwards(w, g, kept, lr, momentum):
    v = momentum * kept["v"] + lr * g
    return w + v, {"v": v}


def _decayed(share: float) -> Callable[[Steps], Quantities | None]:
    """A weight decay that nobody has asked for, of this share."""

    def formula(steps: Steps) -> Quantities | None:
        if steps.options.get("weight_decay"):
            return None
        momentum, folded = steps.options.get("momentum", 0.0), steps.rate_is_folded

        def rule(w, g, kept, lr):
            step = (lr if folded else 1.0) * (g + share * w)
            v = momentum * kept["v"] - step if folded else momentum * kept["v"] + step
            return (w + v if folded else w - lr * v), {"v": v}

        return steps.by(rule)

    formula.__name__ = f"decayed_by_{share:g}"
    return formula


for _share in (1e-5, 1e-4, 5e-4, 1e-3, 5e-3, 1e-2, 0.1):
    SGD.wrong(f"adds a weight decay of {_share:g}, which wasn't asked for", "Look at what is added to the gradient.")(
        _decayed(_share)
    )


RMSPROP = ANY.copy("rmsprop")
"""RMSprop and Adagrad."""


@RMSPROP.rule("divides by the mean square, not by its root", "Look at what the gradient is divided by.")
def without_root(w, g, kept, lr, decay, eps):
    cache = decay * kept["cache"] + (1 - decay) * g * g
    return w - lr * g / (cache + eps), {"cache": cache}


@RMSPROP.rule("keeps a mean of the gradients, not of their squares", "Look for the square.")
def without_square(w, g, kept, lr, decay, eps):
    cache = decay * kept["cache"] + (1 - decay) * g
    return w - lr * g / (np.sqrt(cache) + eps), {"cache": cache}


@RMSPROP.rule("weighs the new square by the decay, and the old ones by 1 minus it", "Look at which share is whose.")
def shares_swapped(w, g, kept, lr, decay, eps):
    cache = (1 - decay) * kept["cache"] + decay * g * g
    return w - lr * g / (np.sqrt(cache) + eps), {"cache": cache}


@RMSPROP.rule("adds the new square whole, not its share", "Look at the factor before the square.")
def square_whole(w, g, kept, lr, decay, eps):
    cache = decay * kept["cache"] + g * g
    return w - lr * g / (np.sqrt(cache) + eps), {"cache": cache}


@RMSPROP.rule("adds up all squares, as Adagrad does", "Look at the factor before what is kept.")
def squares_added_up(w, g, kept, lr, eps):
    cache = kept["cache"] + g * g
    return w - lr * g / (np.sqrt(cache) + eps), {"cache": cache}


@RMSPROP.rule("has the epsilon below the root", "Look at what epsilon is added to.")
def epsilon_below_the_root(w, g, kept, lr, decay, eps):
    cache = decay * kept["cache"] + (1 - decay) * g * g
    return w - lr * g / np.sqrt(cache + eps), {"cache": cache}


@RMSPROP.rule("uses its own epsilon, 1e-8, not the one that it is given", "Look at where epsilon comes from.")
def usual_epsilon(w, g, kept, lr, decay):
    cache = decay * kept["cache"] + (1 - decay) * g * g
    return w - lr * g / (np.sqrt(cache) + 1e-8), {"cache": cache}


@RMSPROP.rule("keeps a mean of the gradients' sizes, not of their squares", "Look for the square.")
def size_for_square(w, g, kept, lr, decay, eps):
    cache = decay * kept["cache"] + (1 - decay) * np.abs(g)
    return w - lr * g / (np.sqrt(cache) + eps), {"cache": cache}


@RMSPROP.rule("has no epsilon", "Look at what is added to the root.")
def without_epsilon(w, g, kept, lr, decay):
    cache = decay * kept["cache"] + (1 - decay) * g * g
    return w - lr * g / np.sqrt(cache), {"cache": cache}


@RMSPROP.rule("divides by the mean of the steps before, without this one", "Update what is kept before you use it.")
def late_cache(w, g, kept, lr, decay, eps):
    return w - lr * g / (np.sqrt(kept["cache"] + 0 * g) + eps), {"cache": decay * kept["cache"] + (1 - decay) * g * g}


@RMSPROP.rule("divides by the size of this gradient: what is kept has no part in it", "Look at what is kept.")
def nothing_kept(w, g, kept, lr, decay, eps):  # noqa: ARG001 - that is what is wrong
    cache = (1 - decay) * g * g
    return w - lr * g / (np.sqrt(cache) + eps), {"cache": cache}


@RMSPROP.rule("is multiplied by the root, not divided", "Look at where the root stands.")
def multiplied_by_the_root(w, g, kept, lr, decay):
    cache = decay * kept["cache"] + (1 - decay) * g * g
    return w - lr * g * np.sqrt(cache), {"cache": cache}
