"""What an argument is by its name: true labels, a prediction, whole numbers, a switch, a rate. All are only guesses."""

from __future__ import annotations

import re
from collections.abc import Sequence

_TRUE = re.compile(
    r".*(target|label|truth|true|onehot|actual|expected|desired|answer|gold|correct|observed).*|t|ts|gt|yt"
)
_LESS_TRUE = {"y", "ys", "ytrain", "ybatch", "yb", "ytest"}
_PREDICTED = re.compile(r".*(pred|hat|logit|score|prob|output|estimate).*|al|a|p|z|x|out|o|h|s")
_SURE_PREDICTED = re.compile(r".*(pred|hat|logit|score|prob).*|al")

_DATA = re.compile(
    r"x|xs|input|inputs|data|.*(xtrain|xbatch|batch|features|images|inp).*|tx|a|aprev|z|.*(score|logit|pred).*"
)
_PARAMETERS = re.compile(r"(w|b|theta|u|v)\d*|w[a-z]{1,2}\d*|.*(weight|bias|theta|gamma|beta|kernel|coef|param).*")

_IDS = re.compile(r"(word|token|input|char|item|user|node)?(id|ids|idx|idxs|index|indices|indexes|tokens)")
_LENGTHS = re.compile(r"(seq|sequence|input|source|target)?(len|lens|length|lengths)")
_MASKS = re.compile(r"(attn|attention|pad|padding|src|tgt|key)?masks?")

_KEPT = re.compile(
    r"(running|moving|mov|ema|global|pop|population)(mean|var|avg|std|average|variance|m|v|mu|sigma).*"
    r"|(class|pos|positive|sample|loss)weights?"
)

_ON = {"training", "train", "istraining", "istrain", "trainmode", "trainingmode", "trainable"}
_PENALTIES = {"reg", "regstrength", "lam", "lambda", "lambd", "lmbda", "weightdecay", "l2", "l2reg", "l2lambda"}
_SMALL = {"eps", "epsilon"}
_RATES = {"lr", "learningrate", "learnrate", "lrate", "rate", "stepsize", "learn", "eta", "alpha"}
_SURE_RATES = _RATES - {"eta", "alpha", "rate", "learn"}
_SIGNED = re.compile(r".*(hinge|svm|perceptron|margin).*", re.IGNORECASE)


def bare(name: object) -> str:
    """A name without underscores and case, and without the class that Python puts before two underscores."""
    return re.sub(r"^_[A-Za-z0-9]+__(?=\w)", "", str(name)).replace("_", "").lower()


def truth(name: str) -> int:
    """How surely a name is that of true labels: 3 surely, 2 perhaps, less than 0 if it is rather a prediction."""
    plain = bare(name)
    if _SURE_PREDICTED.fullmatch(plain):
        return -2
    if _TRUE.fullmatch(plain):
        return 3
    if plain in _LESS_TRUE:
        return 2
    return -1 if _PREDICTED.fullmatch(plain) else 0


def labels_among(names: Sequence[str]) -> str:
    """The name of the true labels, if one is that: never the only one, and one that another is less."""
    ranked = sorted(names, key=truth, reverse=True)
    return ranked[0] if len(ranked) > 1 and truth(ranked[0]) > max(1, truth(ranked[1])) else ""


def is_true_beside(name: str, names: Sequence[str]) -> bool:
    """Whether a name is that of the true values of a loss, beside another that is the prediction's."""
    others = [other for other in names if other != name]
    return truth(name) >= 2 and any(truth(other) < truth(name) for other in others)


def data_first(names: Sequence[str]) -> list[str]:
    """The names of data before others, and those of parameters last."""
    return sorted(names, key=_is_parameter_rather)


def _is_parameter_rather(name: str) -> int:
    plain = bare(name)
    return 0 if _DATA.fullmatch(plain) else 2 if _PARAMETERS.fullmatch(plain) else 1


def is_parameter(name: str) -> bool:
    """Whether it is by its name a parameter: `b`, `W1`, `gamma`."""
    return _PARAMETERS.fullmatch(bare(name)) is not None


def is_parameters(name: str) -> bool:
    """Whether it is by its name a dict of parameters."""
    return bare(name) in {"params", "param", "parameters", "weights", "theta", "p", "variables", "state", "model"}


def is_states(name: str) -> bool:
    """Whether it is by its name what a recurrent cell goes on from: one array, or several."""
    return (
        re.fullmatch(r"(prev|previous|initial|init|last|old|h)?(states?|hidden|carry|hc|hx)(prev|0|t)?", bare(name))
        is not None
    )


def is_weighting(name: str) -> bool:
    """Whether it may be by its name what a loss weighs classes or samples by."""
    return bare(name) in {"weight", "weights", "alpha", "alphas", "balance"}


def is_bare_parameter(name: str) -> bool:
    """Whether a plain number of that name is a parameter and no setting, as `alpha` may be."""
    return bare(name) in {"b", "bias", "w", "weight", "intercept"}


def is_ids(name: str) -> bool:
    """Whether it is by its name whole numbers that pick something."""
    return _IDS.fullmatch(bare(name)) is not None


def is_lengths(name: str) -> bool:
    """Whether it is by its name how long each sequence is."""
    return _LENGTHS.fullmatch(bare(name)) is not None


def is_mask(name: str) -> bool:
    """Whether it is by its name 0 or 1 for each entry."""
    return _MASKS.fullmatch(bare(name)) is not None


def is_context(name: str) -> bool:
    """Whether it is by its name the object in which a function keeps what backward needs."""
    return bare(name) in ("ctx", "context")


def is_running(name: str) -> bool:
    """Whether an array of an object is by its name a statistic or a setting that it keeps, and no parameter."""
    return _KEPT.fullmatch(bare(name)) is not None


def usual(name: str) -> object:
    """The value that an argument without a default is given if its name says enough: True for `training`; else None."""
    plain = bare(name)
    if plain in _ON:
        return True
    if plain in _PENALTIES:
        return 0.1
    if plain in _SMALL:
        return 1e-5
    return "train" if plain == "mode" else None


def is_rate(name: str, *, sure: bool = False) -> bool:
    """Whether it is by its name a learning rate; `eta` and `alpha` may be something else."""
    plain = bare(name)
    return plain in (_SURE_RATES if sure else _RATES) or re.fullmatch(r"l(ea)?r?n?(ing)?_?rate", plain) is not None


def is_optimizer(name: str) -> bool:
    """Whether it is by its name what moves weights."""
    return bare(name) in {"optimizer", "optimiser", "optim", "opt", "updater", "solver"}


def is_signed(name: str) -> bool:
    """Whether a loss of this name wants labels of -1 and 1."""
    return _SIGNED.fullmatch(name) is not None


def is_derivative_flag(name: str) -> bool:
    """Whether a switch of this name has a function return its derivative."""
    return bare(name) in {
        "deriv",
        "derivative",
        "derive",
        "prime",
        "grad",
        "gradient",
        "backward",
        "der",
        "isderiv",
        "diff",
    }
