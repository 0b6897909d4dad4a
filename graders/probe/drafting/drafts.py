"""A component as it is to be written: what was seen and what agrees, in the words of components.py."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from graders.probe.arguments import INPUT, LABELS, PARAMETER, WHOLE
from graders.probe.drafting import settings
from graders.probe.drafting.inventory import Piece
from graders.probe.drafting.looking import Sight
from graders.probe.drafting.matching import DIVIDED, MULTIPLIED, Match, arguments, identifier
from graders.probe.drafting.narrowing import Narrowing, sizes
from graders.probe.drafting.said import Unsayable, in_order, listed, place_of, set_of, steps, table, text, unless
from graders.probe.roles import Role

INDENT = " " * 8
EXPONENTIAL = ("SIGMOID", "TANH", "SOFTMAX", "CROSS_ENTROPY")
LOGARITHM = "guards.log("
BINARY, OF_PROBABILITIES = "binary cross-entropy", "cross-entropy of probabilities"


@dataclass(frozen=True)
class Draft:
    """A component by its section, made of a match."""

    section: str
    match: Match
    narrowing: Narrowing = field(default_factory=Narrowing)
    is_sure: bool = False
    """Whether the instructor has said that its averages are the handout's."""
    extra: tuple[tuple[str, str], ...] = ()
    """Further fields: of running averages."""

    @property
    def sight(self) -> Sight:
        """What it was made of."""
        return self.match.sight

    @property
    def piece(self) -> Piece:
        """What of the solution it was made of."""
        return self.match.sight.piece

    @property
    def says(self) -> str:
        """What it is, in words."""
        return self.match.says

    def called(self, section: str) -> Draft:
        """The same for another section."""
        return replace(self, section=section)

    def narrowed(self, failed: Sequence[str]) -> Draft | None:
        """The draft without what the solution failed; None where nothing is left to take away."""
        if any(name == "forward" or name.startswith("backward") for name in failed):
            further = self.narrowing.further()
            return None if further is None else replace(self, narrowing=further)
        return replace(self, narrowing=replace(self.narrowing, without=(*self.narrowing.without, *failed)))

    @property
    def spec_of_features(self) -> str:
        """The shape of its parameters, else of one number for each feature."""
        own = [
            self._spec(name)
            for name in self.sight.arrays
            if name not in self._inputs or name in self.sight.proposal.parameters
        ]
        return own[0] if own else self.words[1]

    @property
    def title(self) -> str:
        """For people."""
        return self.sight.piece.title

    @property
    def passes(self) -> list[str]:
        """The functions or methods that students write."""
        piece, subject = self.sight.piece, self.sight.api.subject
        if piece.is_class:
            return [subject.forward.partition(".")[2] or "__call__", subject.backward.partition(".")[2]]
        return [name for name in (piece.name, piece.backward) if name]

    def text(self) -> str:
        """The component as an entry of COMPONENTS, with what isn't sure above; Unsayable where it can't be said."""
        kind = "Layer" if self.sight.piece.is_class else "Functions"
        lines = [f"    # {line}" for line in self.remarks()]
        entries = [f"{INDENT}{name}={value}," for name, value in self.fields() if value]
        return "\n".join([*lines, f'    "{self.section}": {kind}(', *entries, "    ),"])

    def remarks(self) -> Iterator[str]:
        """What it was taken for, and what an instructor should look at."""
        yield f"{self.match.says}: agrees with the worked solution in outputs and gradients."
        yield from (f"CHECK: {line}" for line in self.doubts())

    def doubts(self) -> Iterator[str]:
        """What isn't sure."""
        names = [identifier(name) for name, scale in self.match.scales.items() if scale == DIVIDED]
        if names and not self.is_sure:
            yield f"{listed(names)}: the gradient is divided by the batch size, as the solution does."
        names = [identifier(name) for name, scale in self.match.scales.items() if scale == MULTIPLIED]
        if names:
            yield f"{listed(names)}: the loss is an average, its gradient isn't divided by the batch size."
        for name, value in dict(self.match.numbers).items():
            if name in (settings.EPS, settings.SLOPE, "delta") and value != 1.0:
                yield f"{name} is {value!r} in the formula, as in the solution. Does the handout say so?"
        if not self.match.exact:
            yield "the solution agrees but for a small number that guards a logarithm or a division."
        left = [name for name in self.narrowing.without if name != "large_inputs"]
        if left:
            yield f"the solution doesn't pass {listed(left)}, so it isn't asked (see without)."
        if self.narrowing.single:
            yield "the solution is right for these options and sizes only: others were taken out."
        if self.narrowing.plain:
            yield "the solution is right for moderate numbers only (see regimes)."

    # --- the fields

    def fields(self) -> Iterator[tuple[str, str]]:
        """Each field's name with its value as it is written; empty where it isn't needed."""
        yield from self._head()
        yield "inputs", table(self._shapes(self._inputs))
        yield "parameters", table(self._shapes(self._parameters))
        yield "labels", self._labels
        yield "options", table({name: list(values) for name, values in self.options.items()})
        yield "sizes", table(self.sizes)
        yield "kinds", "" if self.extra else table(self._kinds)
        yield "whole", table(self._whole)
        yield "torch", f"lambda {', '.join(self._arguments)}: {self.match.text}"
        yield "gradients", "" if self._gradients == self._usual_gradients else table(self._gradients)
        yield "set_at", table(self._set_at)
        yield "upstream", self._upstream
        yield "local", "True" if self.sight.api.local else ""
        yield "output", "" if self.output == "out" else text(self.output)
        yield from self._calls()
        yield from self.extra
        yield "accumulated", set_of([identifier(name) for name in self.sight.added])
        yield "divided_by_batch", set_of([identifier(n) for n, scale in self.match.scales.items() if scale == DIVIDED])
        yield (
            "multiplied_by_batch",
            set_of([identifier(n) for n, scale in self.match.scales.items() if scale == MULTIPLIED]),
        )
        yield "finite_at", self._finite_at
        yield "family", self._family
        yield "regimes", '["plain"]' if self.narrowing.plain else ""
        yield "without", set_of(self.without)

    def _head(self) -> Iterator[tuple[str, str]]:
        piece = self.sight.piece
        if piece.is_class:
            yield "name", text(f"{piece.module}.{piece.name}")
            yield "new", self._new
            yield "defaults", table(self._by_name)
        else:
            yield "module", text(piece.module)
            yield "forward", text(piece.name)
            yield "backward", text(piece.backward) if piece.backward else ""

    @property
    def _new(self) -> str:
        words = dict(self.sight.proposal.new)
        known = {*self.words, *self.options}
        lengths = self.sight.proposal.lengths
        order = [one.name for one in self.piece.new if one.name in words]
        made = {name: words[name] if words[name] in known else str(lengths[words[name]]) for name in order}
        if all(name == word for name, word in made.items()):
            return text(" ".join(made)) if made else ""
        return table(made)

    @property
    def _by_name(self) -> dict[str, object]:
        """The constructor's arguments that are given behind one that isn't, with their defaults."""
        names = [one.name for one in self.piece.new]
        gap = next((k for k, name in enumerate(names) if name not in self.sight.proposal.new), len(names))
        return {one.name: one.default for one in self.piece.new[gap:] if one.name in self.sight.proposal.new}

    @property
    def _inputs(self) -> list[str]:
        given = [a.name for a in self.sight.api.arguments if a.kind in (INPUT, PARAMETER, WHOLE)]
        return [name for name in given if name != self._binary]

    @property
    def _binary(self) -> str:
        """The last input, where it is that of a loss of two classes: numbers between 0 and 1 are no labels."""
        name = self.match.roles.get("y", "")
        given = [a.name for a in self.sight.api.arguments if a.kind == INPUT]
        return name if self.says.startswith(BINARY) and given[-1:] == [name] else ""

    @property
    def _parameters(self) -> list[str]:
        return [held.name for held in self.sight.api.parameters]

    @property
    def _arguments(self) -> list[str]:
        """What the formula takes: an option that is a size of an array is none of it."""
        taken = [identifier(name) for name in self.sight.proposal.options if name not in self.options]
        return [name for name in arguments(self.sight) if name not in taken]

    def _shapes(self, names: Sequence[str]) -> dict[str, str]:
        return {identifier(name): self._spec(name) for name in names}

    def _spec(self, name: str) -> str:
        """The shape of an array in words: as it was proposed, or read off it by the lengths."""
        shapes = self.sight.proposal.shapes
        if name in shapes:
            return shapes[name]
        array = self.sight.arrays.get(name, self.sight.labels.get(name))
        assert array is not None
        return " ".join(self._word(length) for length in array.shape)

    def _word(self, length: int) -> str:
        proposal = self.sight.proposal
        kernels = [name for name, said in proposal.meanings.items() if said == settings.KERNEL]
        windows: dict[object, str] = {proposal.values[name]: name for name in kernels if name in proposal.values}
        lengths: dict[object, str] = {size: name for name, size in proposal.lengths.items()}
        return {**windows, **lengths}.get(length, str(length))

    @property
    def words(self) -> list[str]:
        """The sizes in its shapes."""
        specs = [self._spec(name) for name in [*self._inputs, *self._parameters]]
        return list(dict.fromkeys(word for spec in specs for word in spec.split() if not word.isdigit()))

    @property
    def options(self) -> dict[str, tuple[object, ...]]:
        """The options that are no sizes, with their values."""
        found = {name: values for name, values in self.sight.proposal.options.items() if name not in self.words}
        return {name: values[:1] if self.narrowing.single else in_order(values) for name, values in found.items()}

    @property
    def sizes(self) -> dict[str, tuple[int, ...]]:
        """What sizes may be, where it matters."""
        return sizes(self.sight.proposal, self.words, self.narrowing, of_batches=self._is_of_batches)

    @property
    def _is_of_batches(self) -> bool:
        return self.match.says.startswith("batch normalisation")

    @property
    def without(self) -> list[str]:
        """The checks that aren't asked."""
        own = [name for name in self.narrowing.without if name != "large_inputs"]
        return [*(["batch_of_one"] if self._is_of_batches else []), *own]

    @property
    def _labels(self) -> str:
        if self._binary:
            said = f'"{identifier(self._binary)}", shape="{self._spec(self._binary)}", values=(0, 1), floats=True'
            return f'Labels("2", {said})'
        for name in self._labelled:
            form = self.sight.forms[name]
            if form.kind in ("binary", "signs"):
                values = "(0, 1)" if form.kind == "binary" else "(-1, 1)"
                said = f'"{identifier(name)}", shape="{self._spec(name)}", values={values}, floats=True'
                return f'Labels("2", {said})'
            word = self._word(form.values)
            if word.isdigit():
                raise Unsayable("the number of classes isn't the length of an axis of its input")
            named = "" if name == "y" and form.kind != "one-hot" else f', "{identifier(name)}"'
            return f'Labels("{word}"{named}{", one_hot=True" if form.kind == "one-hot" else ""})'
        return ""

    @property
    def _labelled(self) -> list[str]:
        return [a.name for a in self.sight.api.arguments if a.kind == LABELS or a.name == self._binary]

    @property
    def _whole(self) -> dict[str, str]:
        """Inputs that are whole numbers, with the size that they are below."""
        found = [a.name for a in self.sight.api.arguments if a.kind == WHOLE]
        return {identifier(name): self._word(self.sight.forms[name].values) for name in found}

    @property
    def _kinds(self) -> dict[str, str]:
        if LOGARITHM not in self.match.text:
            return {}
        if self.says == OF_PROBABILITIES:
            kinds = {"x": "probabilities", "y": "one-hot"}
            return {identifier(name): kinds[role] for role, name in self.match.roles.items() if role in kinds}
        between = [a.name for a in self.sight.api.arguments if a.about and a.name in self.sight.arrays]
        return {identifier(name): "fraction" for name in between if name not in self._labelled}

    @property
    def _gradients(self) -> dict[str, str]:
        return {identifier(name): place_of(source) for name, source in self.sight.api.sources.items()}

    @property
    def _usual_gradients(self) -> dict[str, str]:
        """Where a component has them that says nothing of it."""
        names = [identifier(name) for name in [*self._inputs, *self._parameters] if name in self.sight.arrays]
        if self.sight.piece.is_class:
            return {names[0]: "backward", **{name: f"layer.d{name}" for name in names[1:]}}
        if not self.sight.piece.backward:
            return {names[0]: "forward[1]"} if len(names) == 1 else {}
        return {name: f"backward[{k}]" if len(names) > 1 else "backward" for k, name in enumerate(names)}

    @property
    def _set_at(self) -> dict[str, str]:
        found = {held.name: f"layer{steps(held.paths[0])}" for held in self.sight.api.parameters}
        return {identifier(name): text for name, text in found.items() if text != f"layer.{identifier(name)}"}

    @property
    def upstream(self) -> str:
        """What the upstream gradient is called; empty where backward is given none."""
        found = next((p.name for p, (kind, _) in self.sight.api.roles if kind == "upstream"), "")
        return "dout" if found in map(identifier, self.sight.arrays) else found

    @property
    def _upstream(self) -> str:
        if not self.upstream:
            return '""' if self.sight.piece.backward or self.sight.piece.is_class else ""
        return "" if self.upstream == "dout" else text(self.upstream)

    @property
    def output(self) -> str:
        """What the output is called."""
        return "loss" if self.sight.output.size == 1 else "out"

    def _calls(self) -> Iterator[tuple[str, str]]:
        api, piece = self.sight.api, self.sight.piece
        yield "takes", self._takes
        if piece.is_class:
            forward = api.subject.forward.partition(".")[2] or "__call__"
            backward = api.subject.backward.partition(".")[2]
            yield "forward_method", "" if forward == "forward" else text(forward)
            yield "backward_method", "" if backward == "backward" else text(backward)
            yield "backward_takes", self._backward_takes(self.upstream)
            yield "returns", unless(place_of(api.outputs[0].source), "forward")
            return
        yield "options_as", text(self.sight.proposal.options_as) if self.sight.proposal.options_as else ""
        yield "backward_takes", self._backward_takes(f"{self.upstream} cache".strip()) if piece.backward else ""
        yield "returns", unless(place_of(api.outputs[0].source), "forward[0]")
        if api.caches:
            yield "cache", unless(f"forward[{api.caches[0]}]", "forward[1]")

    @property
    def _takes(self) -> str:
        """What forward takes, where that isn't all arrays, labels and options in this order."""
        piece, proposal = self.sight.piece, self.sight.proposal
        order = [a.name for a in self.sight.api.arguments]
        names = [identifier(name) for name in order if name in self.sight.arrays or name in self.sight.labels]
        if piece.is_class:
            usual = [identifier(name) for name in (*self._inputs, *self._labelled)]
            return "" if names == usual else text(" ".join(names))
        given = [one.name for one in piece.takes if one.name in (*order, proposal.options_as)]
        said = [
            "options" if name == proposal.options_as else identifier(name)
            for name in given
            if name not in proposal.options
        ]
        if proposal.options and not proposal.options_as:
            said.append("options")
        usual = [identifier(name) for name in (*self._inputs, *self._labelled)]
        return "" if said == [*usual, *(["options"] if proposal.options else [])] else text(" ".join(said))

    def _backward_takes(self, usual: str) -> str:
        said = " ".join(self._role(role) for _, role in self.sight.api.roles)
        return "" if said == usual else text(said)

    def _role(self, role: Role) -> str:
        kind, name = role
        if kind == "upstream" and not name:
            return self.upstream
        if kind == "cache" and not name and not self.sight.piece.is_class:
            return "cache"
        if kind == "input":
            return "options" if name == self.sight.proposal.options_as else identifier(name)
        if kind == "output":
            return self.output
        raise Unsayable("backward is given what a component has no word for")

    @property
    def _finite_at(self) -> str:
        """Advice, where exponentials may overflow and the solution's don't."""
        asked = self.match.family in EXPONENTIAL and "large_inputs" not in self.narrowing.without
        return "1000.0" if asked else ""

    @property
    def _family(self) -> str:
        if not self.match.family:
            return ""
        words = {role: identifier(name) for role, name in self.match.roles.items() if role != identifier(name)}
        given = ", ".join(f'{role}="{name}"' for role, name in words.items())
        return f"families.{self.match.family}" + (f"({given})" if given else "")
