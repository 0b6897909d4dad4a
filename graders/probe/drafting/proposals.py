"""Ways in which a piece may be made and called: constructor's arguments, shapes of arrays, options; likeliest first.

Shapes are words, `N n_in`: each word is a size, of which no two have the same length, so that the shapes of what comes
back can be read as words again.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from graders.probe import words
from graders.probe.drafting import settings
from graders.probe.drafting.inventory import Argument, Piece
from graders.probe.naming import is_cache
from graders.probe.words import bare

BATCH = "N"
_LENGTHS = {BATCH: 5, "height": 8, "width": 10, "length": 9}
_OTHERS = (4, 6, 12, 14, 22)
"""What sizes of other names are: even, for groups and windows."""
MAX_PROPOSALS = 100
_IMAGES = re.compile(r".*(conv|pool|2d|image|spatial|flatten|channel|upsampl|downsampl|pad).*")
_SEQUENCES = re.compile(r".*(1d|seq|rnn|time|attention).*")
_WEIGHTS = re.compile(r"(w|weights?|kernels?|filters?|theta)\d*|w[a-z]{1,2}|.*weights?")
_BIASES = re.compile(r"b\d*|bias(es)?|b[a-z]|.*bias")
_SCALES = re.compile(r"gamma|scale|g|beta|shift")
_WINDOWED = re.compile("pool|sampl")
_HIDDEN = re.compile(r"h|hprev|hidden|state|prevh|h0|hiddenstate")


@dataclass(frozen=True)
class Proposal:
    """One way: `new` are the constructor's arguments, a size or a value each; `shapes` those of forward's arrays.

    `parameters` are those of them that are no inputs; `labels` tells that one more argument may be labels.
    `options` are what forward, or the constructor, takes besides, in a dict called `options_as` or each by its name.
    """

    shapes: Mapping[str, str]
    parameters: frozenset[str] = frozenset()
    new: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    options_as: str = ""
    meanings: Mapping[str, str] = field(default_factory=dict)
    """What each option is, as far as its name says so."""
    lengths: Mapping[str, int] = field(default_factory=dict)

    def shape(self, name: str) -> tuple[int, ...]:
        """The shape of one of the arrays."""
        return tuple(int(word) if word.isdigit() else self.lengths[word] for word in self.shapes[name].split())

    @property
    def values(self) -> dict[str, object]:
        """What each option is while the layer is looked at."""
        return {name: values[0] for name, values in self.options.items()}


def proposals(piece: Piece) -> Iterator[Proposal]:
    """Those of a piece, with no end of guesses."""
    found = _of_class(piece) if piece.is_class else _of_functions(piece)
    return itertools.islice(found, MAX_PROPOSALS)


def _of_class(piece: Piece) -> Iterator[Proposal]:
    meanings = settings.meanings(piece.new, windowed=_WINDOWED.search(piece.name.lower()) is not None)
    options = settings.options(piece.new, meanings)
    unknown = [one for one in piece.new if one.name not in meanings]
    sizes = [one.name for one in unknown if one.required] or [one.name for one in unknown if _is_size(one.default)]
    data = [one.name for one in piece.takes if one.required]
    for fewer in _with_fewer(options, piece.new):
        for shapes in _inputs(data, sizes, piece):
            new = {name: name for name in [*sizes, *fewer]}
            yield Proposal(shapes, frozenset(), new, fewer, meanings=meanings, lengths=_lengths(shapes, sizes))


def _with_fewer(
    options: Mapping[str, tuple[object, ...]], arguments: Sequence[Argument]
) -> Iterator[dict[str, tuple[object, ...]]]:
    """All options; then only those that have to be given; then none of other values than the usual ones."""
    required = {one.name for one in arguments if one.required}
    yield dict(options)
    needed = {name: values for name, values in options.items() if name in required}
    if needed != dict(options):
        yield needed
    plain = {name: tuple(reversed(values)) for name, values in options.items()}
    if plain != dict(options):
        yield plain


def _is_size(default: object) -> bool:
    return isinstance(default, int) and not isinstance(default, bool) and default > 0


def _inputs(data: Sequence[str], sizes: Sequence[str], piece: Piece) -> Iterator[dict[str, str]]:
    """Shapes of forward's arrays: all alike, or the first alone where others are labels, or with a hidden state."""
    if not data:
        return
    if words.is_ids(data[0]):
        yield from ({data[0]: shape} for shape in (f"{BATCH} length", BATCH))
    for first in _layouts(sizes, piece):
        if len(data) > 1 and _HIDDEN.fullmatch(bare(data[1])) and len(sizes) > 1:
            yield {data[0]: first, data[1]: f"{BATCH} {sizes[1]}"}
        yield dict.fromkeys(data, first)
        if len(data) == 2:
            yield {data[0]: first}
            yield {data[1]: first}


def _layouts(sizes: Sequence[str], piece: Piece) -> Iterator[str]:
    """Shapes of a first input whose features are a size of the constructor's, if there is one."""
    features = [*sizes[:2], *([] if sizes else ["C"])]
    flat = [f"{BATCH} {one}" for one in features]
    image = [text for one in features for text in (f"{BATCH} {one} height width", f"{BATCH} height width {one}")]
    sequence = [text for one in features for text in (f"{BATCH} {one} length", f"{BATCH} length {one}")]
    columns = [f"{one} {BATCH}" for one in features]
    yield from _in_order(piece, flat, image, sequence, columns)


def _in_order(
    piece: Piece, flat: Sequence[str], image: Sequence[str], sequence: Sequence[str], columns: Sequence[str]
) -> Iterator[str]:
    said = f"{piece.name} {' '.join(one.name for one in piece.new)}".lower()
    if _SEQUENCES.fullmatch(said):
        yield from (*sequence, *flat, *image, *columns)
    elif _IMAGES.fullmatch(said) or any(settings.meaning(one.name) == settings.KERNEL for one in piece.new):
        yield from (*image, *sequence, *flat, *columns)
    else:
        yield from (*flat, *image, *sequence, *columns)


def _lengths(shapes: Mapping[str, str], others: Sequence[str] = ()) -> dict[str, int]:
    """A length for each size, no two alike."""
    names = dict.fromkeys([*others, *(word for text in shapes.values() for word in text.split())])
    left = iter(_OTHERS)
    return {name: _LENGTHS[name] if name in _LENGTHS else next(left, 30) for name in names if not name.isdigit()}


def _of_functions(piece: Piece) -> Iterator[Proposal]:
    named, options_as = _options_of(piece)
    arrays = [one for one in piece.takes if _is_array(one) and one.name != options_as]
    data = [one.name for one in arrays if not _is_parameter(one.name)] or [one.name for one in arrays[:1]]
    parameters = [one.name for one in arrays if one.name not in data]
    for options in _with_fewer(named, [Argument(name, required=True) for name in named]):
        for first in _in_order(piece, *_data_shapes()):
            for inputs in _alike(data, first):
                for shapes in _parameters(first, parameters):
                    whole = {
                        one.name: {**inputs, **shapes}[one.name] for one in arrays if one.name in {**inputs, **shapes}
                    }
                    meanings = settings.meanings(
                        [Argument(name, required=True) for name in options], of_function=not options_as
                    )
                    yield Proposal(whole, frozenset(shapes), {}, options, options_as, meanings, _lengths(whole))


def _options_of(piece: Piece) -> tuple[dict[str, tuple[object, ...]], str]:
    """Forward's options by name, and the argument that is a dict of them, if one is."""
    options_as = next((name for name in piece.keys if not is_cache(name)), "")
    if options_as:
        keys = piece.keys[options_as]
        return {key: _values(key) for key, default in keys.items() if default is ... or _is_tried(key)}, options_as
    others = [one for one in piece.takes if not _is_parameter(one.name)]
    return settings.options(others, settings.meanings(others, of_function=True)), ""


def _is_tried(key: str) -> bool:
    return settings.meaning(key) in (settings.STRIDE, settings.PADDING)


def _values(key: str) -> tuple[object, ...]:
    usual = words.usual(key)
    option = settings.meaning(key)
    if option:
        return settings.VALUES[option]
    return (usual if usual is not None else 2,)


def _is_array(one: Argument) -> bool:
    """Whether forward is given an array there: it has no default, and its name is that of no option."""
    means = settings.meaning(one.name, of_function=True)
    return one.required and (_is_parameter(one.name) or not means) and words.usual(one.name) is None


def _is_parameter(name: str) -> bool:
    plain = bare(name)
    return any(kind.fullmatch(plain) for kind in (_WEIGHTS, _BIASES, _SCALES))


def _data_shapes() -> tuple[Sequence[str], ...]:
    flat = [f"{BATCH} D", f"D {BATCH}", f"{BATCH} 2 3"]
    image = [f"{BATCH} C height width", f"{BATCH} height width C"]
    return flat, image, [f"{BATCH} C length", f"{BATCH} length C"], []


def _alike(data: Sequence[str], first: str) -> Iterator[dict[str, str]]:
    if len(data) > 1 and _HIDDEN.fullmatch(bare(data[1])):
        yield {data[0]: first, data[1]: f"{BATCH} H"}
    yield dict.fromkeys(data, first)
    if len(data) == 2:
        yield {data[0]: first}


def _parameters(first: str, names: Sequence[str]) -> Iterator[dict[str, str]]:
    """Shapes of a function's parameters for a first input of this shape."""
    weights = [name for name in names if _WEIGHTS.fullmatch(bare(name))]
    biases = [name for name in names if _BIASES.fullmatch(bare(name)) and name not in weights]
    scales = [name for name in names if name not in (*weights, *biases)]
    if scales and not weights:  # the shift of a norm may be called b
        scales, biases = list(names), []
    shifts = ["H", "1 H"] if len(weights) > 1 else _biases(first)
    several = [
        (dict(zip(weights, w, strict=True)), dict.fromkeys(biases, b), dict.fromkeys(scales, s))
        for w, b, s in itertools.product(
            _weights(first, len(weights)), shifts if biases else [""], _scales(first) if scales else [""]
        )
    ]
    yield from ({**w, **b, **s} for w, b, s in several)


def _weights(first: str, count: int) -> list[tuple[str, ...]]:
    if not count:
        return [()]
    if count == 2:
        return [("D H", "H H"), ("H D", "H H")]
    found = {
        f"{BATCH} D": ["D M", "M D"],
        f"{BATCH} 2 3": ["6 M", "M 6"],
        f"D {BATCH}": ["M D", "D M"],
        f"{BATCH} C height width": ["K C 3 3", "C K 3 3", "C 1 3 3"],
        f"{BATCH} height width C": ["3 3 C K"],
        f"{BATCH} C length": ["K C 3", "C K 3"],
        f"{BATCH} length C": ["3 C K", "C M"],
    }.get(first, [])
    return [(one,) for one in found] if count == 1 else []


def _biases(first: str) -> list[str]:
    if first == f"D {BATCH}":
        return ["M 1", "M"]
    out = "K" if "C" in first else "M"
    usual = [out, f"1 {out}", f"{out} 1"]
    return [*usual, f"1 1 1 {out}", f"{out} 1 1 1", f"1 {out} 1 1"] if out == "K" else usual


def _scales(first: str) -> list[str]:
    features = next((word for word in first.split() if word in ("C", "D")), "D")
    return [features, f"1 {features}", f"1 {features} 1 1", f"1 1 1 {features}", f"{features} 1"]
