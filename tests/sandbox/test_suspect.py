"""What looks for a line from within: statements go through a hook, expressions are seen, values are held together."""

from __future__ import annotations

import ast
from textwrap import dedent

import numpy as np
import pytest

from graders.sandbox.inside.suspect.bank import Moments, at, distinct
from graders.sandbox.inside.suspect.candidates import Candidates
from graders.sandbox.inside.suspect.numbers import close, numbers, same
from graders.sandbox.inside.suspect.probes import SEEN, Prober
from graders.sandbox.inside.suspect.statements import HOOK, Rewriter
from graders.sandbox.inside.suspect.values import _shaken
from graders.sandbox.inside.wire import Mapped, Named

CODE = dedent('''
    """A module."""
    import numpy as np

    class Layer:
        rate = 1

        def __init__(self, width, rate=0.5):
            """Makes it."""
            super().__init__()
            self.W = np.zeros((width, 1))

        def forward(self, x):
            total = 0
            for row in x:
                total += row
            a, b = total, {"twice": 2 * total}
            np.add(total, a, out=total) if False else None
            b["once"] = total
            return a, b

        def backward(self, x):
            self.dx = x

        def each(self, x):
            yield x
''')


def run(tree: ast.Module, name: str, hook: object) -> dict[str, object]:
    """The names of a module after it has run with a hook."""
    names: dict[str, object] = {name: hook}
    exec(compile(ast.fix_missing_locations(tree), "layer.py", "exec"), names)
    return names


def rewritten(hook: object) -> tuple[Rewriter, dict[str, object]]:
    rewriter = Rewriter("layer.py", 0)
    return rewriter, run(rewriter.visit(ast.parse(CODE)), HOOK, hook)


def test_rewritten_code_does_what_it_did():
    _, names = rewritten(lambda number, compute: compute())
    layer = names["Layer"](3)  # type: ignore[operator]
    assert layer.forward([1, 2]) == (3, {"twice": 6, "once": 3})
    assert layer.W.shape == (3, 1)
    assert layer.backward(5) is None
    assert layer.dx == 5
    assert list(layer.each(4)) == [4]


def test_each_statement_can_be_given_another_value():
    instead: dict[int, object] = {}
    rewriter, names = rewritten(lambda number, compute: instead[number] if number in instead else compute())
    layer = names["Layer"](3)  # type: ignore[operator]
    lines = {line: text.strip() for line, text in enumerate(CODE.splitlines(), 1)}
    by_text = {(lines[one.line], one.kind): one.number for one in rewriter.statements}
    instead[by_text["total += row", "in place"]] = 10
    assert layer.forward([1])[0] == 10
    instead.clear()
    instead[by_text["self.dx = x", "missing"]] = 7
    assert layer.backward(5) == 7
    instead[by_text["def backward(self, x):", "passed"]] = 6
    layer.backward(5)
    assert layer.dx == 6


def test_statements_say_what_they_read_and_set():
    rewriter, _ = rewritten(lambda number, compute: compute())
    found = {(one.name, one.kind, tuple(one.sets)): one for one in rewriter.statements}
    kept = found["backward", "value", ("self.dx",)]
    assert kept.reads == ["x"]
    assert found["__init__", "value", ("self.W",)].calls == ["zeros"]
    added = found["forward", "in place", ("total",)]
    assert added.loop == added.line - 1


def test_what_is_set_by_a_name_that_is_not_written_out_is_a_statement_too():
    rewriter = Rewriter("m.py", 0)
    tree = rewriter.visit(ast.parse("def f(layer, name, x):\n    setattr(layer, name, 2 * x)\n    return layer\n"))
    seen: list[object] = []
    names = run(tree, HOOK, lambda number, compute: (seen.append(compute()), 7)[1] if number == 0 else compute())
    (one,) = [one for one in rewriter.statements if "setattr" in one.calls]
    assert (one.number, one.line, one.kind) == (0, 2, "in place")

    class Layer:
        W = 0

    assert names["f"](Layer(), "W", 3).W == 7  # type: ignore[operator]
    assert seen == [6]


def test_every_expression_in_a_function_is_seen():
    seen: list[object] = []
    tree = Prober(0).visit(ast.parse("rate = 2 + 3\ndef f(x):\n    return f'{x}', (x + 1)[:2].sum(axis=0) * rate\n"))
    names = run(tree, SEEN, lambda number, value: (seen.append(value), value)[1])
    names["f"](np.array([1.0, 2.0, 3.0]))  # type: ignore[operator]
    assert [np.asarray(value).tolist() for value in seen] == [[1, 2, 3], [2, 3, 4], [2, 3], 5, 5, 25]


def test_a_name_of_a_class_is_not_mangled():
    """Rewritten methods look the hook up as it is called."""
    assert HOOK.endswith("__")
    assert SEEN.endswith("__")


@pytest.mark.parametrize("value", [None, "text", True, {}, (1, 2), [], [1, "x"], np.array(["x"]), np.zeros(5000)])
def test_what_is_no_quantity_is_none(value: object):
    assert numbers(value) is None


def test_the_same_quantity_may_lie_another_way():
    row = np.array([[1.0, 2.0, 3.0]])
    assert close(row, row.T)
    assert close(row, row[0])
    assert close(np.arange(6.0).reshape(2, 3), np.arange(6.0).reshape(2, 3).T)
    assert not close(row, row + 1)
    assert not close(row, np.zeros((1, 4)))
    assert close([row, row], [row, row])
    assert not close([row], row)


@pytest.mark.parametrize(
    ("got", "want", "is_same"),
    [
        (np.ones((1, 3)), np.ones(3), True),
        (np.ones((1, 3)), np.ones((1, 3)) * (1 + 1e-9), True),
        (np.ones(3), np.ones(3) * 1.01, False),
        (np.array([np.nan, np.inf]), np.array([np.nan, np.inf]), True),
        (1.0, 1, True),
        (None, None, True),
        (None, np.ones(1), False),
        (True, True, True),
        (1, True, False),
        (Named("tuple", [1.0, 2.0]), [1.0, 2.0], True),
        (Mapped({"a": 1.0}), {"a": 1.0}, True),
        (Mapped({"a": 1.0}), {"b": 1.0}, False),
        ([1.0], [1.0, 2.0], False),
        ("word", "word", True),
        (np.array(["x"]), np.ones(1), False),
    ],
)
def test_what_came_is_what_is_wanted(got: object, want: object, is_same: bool):
    assert same(got, want, exact=False, most=1e-6) is is_same


def test_a_shape_counts_where_it_has_to():
    assert not same(np.ones((1, 3)), np.ones(3), exact=True, most=1e-6)


def test_equal_quantities_come_once_however_small_they_are():
    tiny, other = np.array([1e-12]), np.array([3e-12])
    rows = [{0: {1: [tiny]}}, {0: {1: [other]}}, {0: {1: [tiny * (1 + 1e-15)]}}]
    assert len(distinct(rows)) == 2


def test_a_quantity_is_looked_up_by_operation():
    first, later = np.array(1.0), np.array(2.0)
    series = {3: [first], 7: [later]}
    assert at(series, 3) == at(series, 5) == at(series, 1) == [first]
    assert at(series, 9) == [later]


@pytest.mark.parametrize("value", [1.5, np.array([-2.0, np.inf, 0.0]), [np.ones(2)]])
def test_another_value_of_either_sign_is_put_in_place_of_one(value: object):
    """A rectifier hides one sign, infinities hide how large something is."""
    shaken = [np.asarray(_shaken(lambda: value, sign=sign)) for sign in (1, -1)]
    assert all(np.all(np.isfinite(one)) for one in shaken)
    assert np.all(np.sign(shaken[0] - 0.11) == -np.sign(shaken[1] - 0.11))


def test_each_item_of_a_tuple_sets_its_own_name():
    rewriter = Rewriter("layer.py", 0)
    rewriter.visit(ast.parse("def f(cache):\n    dx, x = None, cache\n    a, *b = 1, x\n    return dx, x\n"))
    found = [(one.sets, one.blank) for one in rewriter.statements if one.kind == "value"]
    assert found == [(["dx"], True), (["x"], False), (["a", "b"], False), (["a", "b"], False)]


def test_what_is_put_together_is_some_key():
    rewriter = Rewriter("net.py", 0)
    rewriter.visit(ast.parse("def f(p, i):\n    p[f'W{i}'] = 1\n    p['b' + str(i)] = 2\n    p[i] = 3\n    p += 4\n"))
    found = [(one.sets, one.whole) for one in rewriter.statements if one.kind == "in place"]
    assert found == [(["p", "*.?"], False), (["p", "*.?"], False), (["p"], False), (["p"], True)]


def test_a_value_is_held_against_all_quantities_of_its_moment():
    row = np.array([[1.0, 2.0, 3.0]])
    moments = Moments(
        [{0: {2: [row]}}, {0: {2: [np.arange(6.0).reshape(2, 3)], 5: [np.array(7.0)]}}, {1: {2: [row + 1]}}]
    )
    assert moments.has(row.T, 0, 2)
    assert moments.has(row[0] * (1 + 1e-9), 0, 4)
    assert moments.has(np.arange(6.0).reshape(2, 3).T, 0, 2)
    assert not moments.has(row + 1, 0, 2)
    assert not moments.has(np.array([1.0, np.nan, 3.0]), 0, 2)
    assert moments.has(np.array([[7.0]]), 0, 5)
    assert not moments.has([row], 0, 2)


def test_quantities_of_a_statements_size_come_first_and_the_others_only_widely():
    row, other = {0: {1: [np.ones((2, 3))]}}, {0: {1: [np.ones(4)]}}
    candidates = Candidates([row, other, {1: {1: [np.ones((2, 3))]}}])
    near = [(one.row, one.turned) for one in candidates.of(0, [(3, 2)], [1], widely=False)]
    assert near == [(row, False), (row, True)]
    assert [one.row for one in candidates.of(0, [(3, 2)], [1], widely=True)] == [other]
    marks = [
        one.mark for one in Candidates([row, {0: {1: [np.ones((2, 3))], 4: [np.zeros(1)]}}]).of(0, [(2, 3)], [1], False)
    ]
    assert len(set(marks)) == 2
