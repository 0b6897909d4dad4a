"""How a submission's NumpyDenseResMLP is called: the starter code's names, and others that can be told safely."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from graders.checking import CheckFailed
from graders.probe.anatomy import Parameter

INPUT, HIDDEN, CLASSES, RATE, SWITCH, OFF, SEED = "input", "hidden", "classes", "rate", "switch", "off", "seed"
EXAMPLES, LABELS, OUTPUT = "examples", "labels", "output"

MADE_WITH = {
    INPUT: "inputsize inputdim indim insize nin nfeatures numfeatures infeatures inputfeatures inputunits inputs"
    " ninputs numinputs dimin din d ninput numinput features featuredim xdim",
    HIDDEN: "hiddensize hiddendim hidden h nhidden numhidden hiddenunits hiddenfeatures nhiddenunits dhidden hdim"
    " hsize hiddenwidth width hiddenlayersize",
    CLASSES: "outputsize outputdim outdim outsize nout noutput numoutput numclasses nclasses classes c k outfeatures"
    " outputfeatures outputs noutputs numoutputs dimout dout numlabels classcount",
    RATE: "lr learningrate alpha eta stepsize rate",
    SWITCH: "uselayernorm uselayernormalization useln layernorm layernormalization ln usenorm withlayernorm withln"
    " normalize normalise norm haslayernorm enablelayernorm applylayernorm usenormalization",
    OFF: "nolayernorm noln withoutlayernorm withoutln disablelayernorm disableln skiplayernorm nonorm",
    SEED: "seed randomseed randomstate rngseed",
}
CALLED_WITH = {
    EXAMPLES: "x inputs input xbatch batchx xb data images",
    LABELS: "y labels label targets target ytrue t ybatch batchy yb truth yonehot y1hot onehot onehotlabels"
    " labelsonehot yoh groundtruth",
    RATE: MADE_WITH[RATE],
    OUTPUT: "logprobs yhat ypred output outputs logits predictions pred logp logsoftmax logprobabilities yprob out",
}
STARTER = "NumpyDenseResMLP(input_size, hidden_size, output_size, use_layernorm=True, seed=0)"
UPDATES = {
    "update",
    "step",
    "sgdstep",
    "updateparams",
    "updateparameters",
    "updateweights",
    "sgdupdate",
    "sgd",
    "applygradients",
}


def plain(name: str) -> str:
    """A name without case and underscores."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def role_of(name: str, roles: Mapping[str, str]) -> str | None:
    """What a parameter of this name is for; None if it can't be told."""
    return next((role for role, names in roles.items() if plain(name) in names.split()), None)


def made_with(takes: Sequence[Parameter], values: Mapping[str, Any]) -> dict[str, Any]:
    """Keyword arguments of the constructor; CheckFailed where what they are for can't be told."""
    found: dict[str, Any] = {}
    for parameter in takes:
        role = role_of(parameter.name, MADE_WITH)
        if role == OFF and SWITCH in values:
            found[parameter.name] = not values[SWITCH]
        elif role is not None and role in values:
            found[parameter.name] = values[role]
        elif parameter.required and parameter.kind[:3] != "VAR":
            raise CheckFailed(
                f"NumpyDenseResMLP takes {parameter.name}, and what that is can't be told",
                f"The starter code has {STARTER}.",
            )
    return found


def switch_of(takes: Sequence[Parameter]) -> str | None:
    """The name of the constructor's parameter that switches layer normalisation on or off."""
    return next((p.name for p in takes if role_of(p.name, MADE_WITH) in (SWITCH, OFF)), None)


def arguments_of(call: str, takes: Sequence[Parameter], values: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a method, by name; CheckFailed where what one is for can't be told."""
    found: dict[str, Any] = {}
    for parameter in takes:
        role = role_of(parameter.name, CALLED_WITH)
        if role is not None and role in values:
            found[parameter.name] = values[role]
        elif parameter.required and parameter.kind[:3] != "VAR":
            raise CheckFailed(
                f"{call} takes {parameter.name}, and what that is can't be told",
                "The starter code has forward(X) and backward(y, lr).",
            )
    return found


def takes_one_hot(takes: Sequence[Parameter]) -> bool | None:
    """Whether backward's name for the labels says that they are one-hot rows; None if it doesn't say."""
    return True if any("hot" in plain(p.name) or plain(p.name) == "yoh" for p in takes) else None
