"""Right parts answer from the trusted side, whatever is asked of them; no message of the worker's breaks that."""

from __future__ import annotations

import resource
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graders.checking.stand_ins import MAX_BYTES, StandIns, numbers
from graders.coursework.packs.pack import homework_ids, load_homework
from graders.sandbox.faults import StudentError
from graders.sandbox.inside.wire import STAND_IN, Opaque, decode, encode
from tests.support import student_on, value_of, write_tree

LINEAR = "mytorch.nn.Linear"
SERVICE = StandIns(load_homework("ai702").stand_ins)


def ask(method: str, state: dict[str, Any], *positional: Any, part: str = LINEAR) -> Any:
    """The answer as the worker gets it."""
    answer = SERVICE([STAND_IN, part, method, state, list(positional), {}])
    return answer and decode(encode(answer)[4:])


def test_a_part_computes_what_it_should_and_keeps_its_state():
    W, A = np.arange(6.0).reshape(2, 3), np.arange(12.0).reshape(4, 3)
    kind, Z, state = ask("forward", {"W": W, "b": np.ones((2, 1))}, A)
    assert kind == "value"
    np.testing.assert_allclose(Z, A @ W.T + 1)
    assert set(state) == {"A", "N", "Z"}
    _, dLdA, state = ask("backward", {"W": W, "b": np.ones((2, 1)), "debug": False, **state}, np.ones((4, 2)))
    np.testing.assert_allclose(dLdA, np.ones((4, 2)) @ W)
    np.testing.assert_allclose(state["dLdW"], np.ones((2, 4)) @ A / 4)


@pytest.mark.parametrize("method", ["_answer", "__class__", "__reduce__", "nothing", "W"])
def test_only_public_methods_are_answered(method: str):
    assert ask(method, {}) is None


@pytest.mark.parametrize(
    ("state", "argument", "error"),
    [
        ({}, np.ones((2, 3)), "AttributeError"),
        ({"W": np.ones((2, 3)), "b": np.ones((2, 1))}, np.ones((4, 5)), "RuntimeError"),
        ({"W": "nonsense", "b": None}, np.ones((4, 3)), "TypeError"),
        ({"W": Opaque("thing"), "b": None}, np.ones((4, 3)), "AttributeError"),
        ({"W": np.ones((2, 3)), "b": np.ones((2, 1))}, Opaque("thing"), "TypeError"),
        ({"W": np.ones((2, 3)), "b": np.ones((2, 1))}, np.ones(MAX_BYTES), "ValueError"),
        ({"W": np.ones((2, 3)), "b": np.ones((2, 1))}, [[[]]], "TypeError"),
        ({"W": np.full((2, 3), np.nan), "b": np.ones((2, 1), dtype=complex)}, np.ones((4, 3)), None),
    ],
)
def test_nonsense_is_answered_with_an_exception_for_the_student(state: Any, argument: Any, error: str | None):
    kind, name, _ = ask("forward", state, argument)
    assert kind in ("raise", "value")
    if error in ("TypeError", "ValueError") and kind == "raise":
        assert isinstance(name, str)
    elif error is not None:
        assert kind == "raise"


@pytest.mark.parametrize(
    "message",
    [
        [[], None, None],
        [STAND_IN],
        [STAND_IN, LINEAR, "forward", [], [], {}],
        [STAND_IN, "os.system", "forward", {}, [], {}],
    ],
)
def test_other_messages_are_not_its_business(message: list[Any]):
    assert SERVICE(message) is None


@pytest.mark.parametrize("homework", homework_ids())
def test_what_a_section_is_built_on_has_a_right_part(homework: str):
    found = load_homework(homework)
    parts = found.stand_ins
    for section in found.sections:
        for name in section.built_on:
            module, _, attribute = name.rpartition(".")
            assert name in parts
            assert attribute in found.rubric.modules[module]


def test_in_the_worker_it_takes_the_place_of_the_class_wherever_the_submission_has_it(tmp_path):
    root = write_tree(
        tmp_path,
        {
            "mytorch/__init__.py": "",
            "mytorch/nn/__init__.py": "from mytorch.nn.linear import Linear\n",
            "mytorch/nn/linear.py": """
                class Linear:
                    def __init__(self, fan_in, fan_out): raise SystemExit
            """,
            "model.py": """
                from mytorch.nn.linear import Linear

                class Model:
                    def __init__(self):
                        self.layer = Linear(3, 2)
                    def forward(self, A):
                        assert isinstance(self.layer, Linear)
                        return self.layer.forward(A)
                    def broken(self):
                        return self.layer.forward([[1, 2]])
            """,
        },
    )
    with student_on(root, "mytorch.nn", "mytorch.nn.linear", "model") as student:
        student.replace_parts(SERVICE)
        model = student("model").Model()
        model.layer.W = np.arange(6.0).reshape(2, 3)
        np.testing.assert_allclose(value_of(model.forward(np.eye(3))), np.arange(6.0).reshape(2, 3).T)
        np.testing.assert_allclose(value_of(student("mytorch.nn").Linear(2, 1).W), np.zeros((1, 2)))
        with pytest.raises(Exception, match=r"Linear\.forward"):
            value_of(model.broken())


def test_without_stand_ins_nobody_answers(tmp_path):
    root = write_tree(tmp_path, {"spy.py": "def ask(): return 1\n"})
    with student_on(root, "spy") as student:
        assert value_of(student("spy").ask()) == 1
        assert student.session.serve([STAND_IN, LINEAR, "forward", {}, [], []]) is None


def test_a_result_much_larger_than_its_arguments_takes_no_memory_of_ours() -> None:
    tall = np.ones((MAX_BYTES // 20, 1))
    kind, _, _ = ask("forward", {"W": tall, "b": np.ones((1, 1))}, tall)
    assert kind == "raise"
    assert resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY


SUBMISSION = {
    "layers.py": """
        def affine(x, w):
            raise ValueError("mine")
        """,
    "net.py": """
        from layers import *
        import layers

        class Net:
            def run(self, x, w):
                out, cache = affine(x, w=w)
                return [out, layers.affine(cache[0], cache[1])[0]]
        """,
}


def right_affine(x: np.ndarray, w: np.ndarray) -> list[Any]:
    """With a cache."""
    return [numbers("x", x) @ numbers("w", w), [x, w]]


def test_a_function_stands_in_for_a_function_wherever_it_has_been_imported(tmp_path: Path):
    x, w = np.arange(6.0).reshape(2, 3), np.ones((3, 2))
    with student_on(write_tree(tmp_path, SUBMISSION), "layers", "net") as student:
        for _ in range(2):  # once more changes nothing
            student.replace_parts(StandIns({"layers.affine": right_affine}))
        first, second = value_of(student("net").Net().run(x, w))
        np.testing.assert_array_equal(first, x @ w)
        np.testing.assert_array_equal(second, x @ w)
        with pytest.raises(StudentError, match="x is None"):
            value_of(student("layers").affine(None, w))
