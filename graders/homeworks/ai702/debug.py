"""What the models of the starter code keep with debug=True, as advice: the handout's text doesn't mention it."""

from __future__ import annotations

from collections.abc import Iterator

from graders.checking import CheckFailed, Expected, Remote, Student, StudentError, expect
from graders.checking.components.cases.case import ComponentCase
from graders.checking.components.cases.example import Example

from . import oracle
from .components import MODELS

Pairs = Iterator[tuple[str, "Expected | list[Expected]"]]


def check_debug(student: Student, key: str, case: ComponentCase) -> None:
    """What the model keeps of the last batch with debug=True; each thing that it doesn't keep gives a warning."""
    name = key.upper()
    model = with_debug(student, name)
    if model is None:
        return
    standard = MODELS[key].standard(key)
    now = Example(standard.oracle, case)
    for example in (Example(standard.oracle, case, "_before", N=dict(case.sizes)["N"] + 4), now):
        for parameter in MODELS[key].parameters:
            setattr(model.layers[int(parameter[1:])], parameter[0], example.arrays[parameter])
        model.forward(example.arrays["A0"])
        model.backward(example.upstream["dLdA"])
    W, b = ([array for name, array in now.arrays.items() if name[0] == letter] for letter in "Wb")
    wanted = oracle.mlp(A0=now.arrays["A0"], W=W, b=b, dLdA=now.upstream["dLdA"])
    for kept, expected in lists(wanted) if key == "mlp4" else numbered(wanted, len(W)):
        if not model.has(kept):
            student.warn(f"{name}(debug=True) keeps no {kept}; the starter code does")
        elif isinstance(expected, Expected):
            expect(getattr(model, kept)).to_equal(expected)
        else:
            expect_list(getattr(model, kept), expected)


def with_debug(student: Student, name: str) -> Remote | None:
    """The model as it is made with debug=True; None, with a warning, where it takes none."""
    model: Remote = getattr(student("mytorch.models"), name)(debug=True)
    try:
        student.settle()
    except StudentError as error:
        if error.record.get("type") == "TypeError" and "'debug'" in str(error.record.get("text")):
            student.warn(f"{name} takes no `debug`; the text doesn't ask for it, its starter code has it")
            return None
        raise
    return model


def lists(wanted: oracle.Answer) -> Pairs:
    """What MLP4 keeps."""
    yield from ((name, list(getattr(wanted, name))) for name in ("Z", "A", "dAdZ", "dLdZ", "dLdA"))


def numbered(wanted: oracle.Answer, depth: int) -> Pairs:
    """What the others keep."""
    for i in range(depth):
        yield from {f"Z{i}": wanted.Z[i], f"A{i + 1}": wanted.A[i + 1], f"dA{i + 1}dZ{i}": wanted.dAdZ[i]}.items()
        yield from {f"dLdZ{i}": wanted.dLdZ[i], f"dLdA{i}": wanted.dLdA[i]}.items()


def expect_list(remote: Remote, expected: list[Expected]) -> None:
    """Each entry is right, and there are no more."""
    if len(remote) != len(expected):
        raise CheckFailed(f"{remote!r} has {len(remote)} entries, but should have {len(expected)}")
    for index, entry in enumerate(expected):
        expect(remote[index]).to_equal(entry)
