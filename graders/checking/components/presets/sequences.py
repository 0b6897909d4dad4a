"""Layers of sequences, each as a `Preset`: embeddings, recurrent steps and what is made of them, attention."""

from __future__ import annotations

from graders.checking.components import families
from graders.checking.components.families.family import Family
from graders.checking.components.presets.preset import Preset

_MODERATE = ("plain", "small", "single")
_TWO_BIASES = {"Wx": "W_ih", "Wh": "W_hh", "bx": "b_ih", "bh": "b_hh"}
_H = 4
"""States, where gates stand side by side."""

EMBEDDING = Preset(
    "reference.lookup:embedding",
    {"ids": "N T"},
    families.EMBEDDING(W="weight"),
    parameters={"weight": "V D"},
    fields={"whole": {"ids": "V"}, "regimes": _MODERATE},
)


def _recurrent(function: str, family: Family, gates: int, *, sequence: bool, cell: bool = False) -> Preset:
    states = {"h": "N H", **({"c": "N H"} if cell else {})}
    outputs = {"outputs": {"next_h": "forward[0]", "next_c": "forward[1]"}, "upstream": "dnext_h dnext_c"}
    return Preset(
        f"reference.recurrent:{function}",
        {"x": "N T D" if sequence else "N D", **states},
        family(**_TWO_BIASES),
        parameters={
            "W_ih": f"{gates * _H} D",
            "W_hh": f"{gates * _H} H",
            "b_ih": f"{gates * _H}",
            "b_hh": f"{gates * _H}",
        },
        fields={"sizes": {"H": (_H,)}, "regimes": _MODERATE, **(outputs if cell else {})},
    )


RNN_STEP = _recurrent("rnn_step", families.RECURRENT, 1, sequence=False)
GRU_STEP = _recurrent("gru_step", families.RECURRENT, 3, sequence=False)
LSTM_STEP = _recurrent("lstm_step", families.LSTM, 4, sequence=False, cell=True)
RNN = _recurrent("rnn", families.RECURRENT, 1, sequence=True)
GRU = _recurrent("gru", families.RECURRENT, 3, sequence=True)
LSTM = _recurrent("lstm", families.LSTM, 4, sequence=True)

ATTENTION = Preset(
    "reference.attention:scaled_dot_product",
    {"q": "N L E", "k": "N S E", "v": "N S 2"},
    families.ATTENTION,
    fields={"sizes": {"N": (2, 5)}, "regimes": _MODERATE},
)
MASKED_ATTENTION = Preset(
    "reference.attention:scaled_dot_product",
    {"q": "N L E", "k": "N S E", "v": "N S 2", "hidden": "L S"},
    families.ATTENTION,
    fields={"sizes": {"N": (2, 5)}, "kinds": {"hidden": "mask"}, "may_be_none": {"hidden"}, "regimes": _MODERATE},
)
"""Where the mask is True, a key isn't seen; half of the cases have none."""
MULTI_HEAD = Preset(
    "reference.attention:multi_head",
    {"x": "N L E"},
    families.LINEAR(W="W_out", b="b_out"),
    parameters={"W_in": "24 E", "b_in": "24", "W_out": "E E", "b_out": "E"},
    fields={"sizes": {"E": (8,), "N": (2, 5)}, "options": {"heads": (2, 4)}, "regimes": _MODERATE},
)
