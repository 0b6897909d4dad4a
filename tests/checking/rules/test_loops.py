"""A loop over examples is seen in the lines that it runs, whatever it is written with; other loops are not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from graders.checking import CheckFailed
from graders.checking.rules.loops import Line, check_lines_do_not_grow, lines_executed
from graders.checking.student import Student
from graders.sandbox.faults import StudentCrash
from tests.support import answering, student_on, value_of, write_tree

LOOPING = {
    "a for over indices": ["out = np.zeros_like(A)", "for n in range(len(A)):", "    out[n] = A[n] @ W", "return out"],
    "a for over the rows": ["out = []", "for row in A:", "    out.append(row @ W)", "return np.array(out)"],
    "a comprehension": ["return np.array([row @ W for row in A])"],
    "a generator": ["return np.array(list(row @ W for row in A))"],
    "a map of a lambda": ["return np.array(list(map(lambda row: row @ W, A)))"],
    "a while": ["n = 0", "while n < len(A):", "    n += 1", "return A @ W"],
    "a loop on one line": ["out = 0 * A", "for n in range(len(A)): out[n] = A[n] @ W", "return out"],
    "recursion": ["return A @ W if len(A) == 1 else np.vstack([self.forward(A[:1]), self.forward(A[1:])])"],
    "np.vectorize of own code": ["return np.vectorize(lambda row: row @ W, signature='(k)->(k)')(A)"],
    "apply_along_axis of own code": ["return np.apply_along_axis(lambda row: row @ W, 1, A)"],
    "pairs": ["out = 0 * A", "for n in range(0, len(A), 2):", "    out[n:n+2] = A[n:n+2] @ W", "return out"],
    "an inner loop": ["pass", "for c in range(3):", "    for n in range(len(A)):", "        pass", "return A"],
    "a helper": ["return each(A)"],
    "map under another name": ["m = map", "return np.array(list(m(np.dot, A, [W] * len(A))))"],
    "a map that the module keeps": ["return np.array(list(KEPT[0](operator.matmul, A, itertools.repeat(W))))"],
    "starmap": ["return np.array(list(itertools.starmap(np.matmul, zip(A, itertools.repeat(W)))))"],
    "starmap of functools": ["f = functools.partial(np.dot, b=W)", "return np.array([*itertools.starmap(f, zip(A))])"],
    "reduce": ["return functools.reduce(operator.add, A) + A @ W"],
    "accumulate": ["return A @ W + 0 * sum(itertools.accumulate(A, func=operator.add))"],
    "filter": ["return A @ W if list(filter(np.any, A)) else A"],
    "eval": ["return eval('np.array([row @ W for row in A])', {'A': A, 'W': W, 'np': np})"],
    "exec": ["out = []", "exec('for row in A: out.append(row @ W)')", "return np.array(out)"],
    "compiled under a library's name": [
        "code = compile('out = [row @ W for row in A]', np.__file__, 'exec')",
        "names = {'A': A, 'W': W}",
        "exec(code, names)",
        "return np.array(names['out'])",
    ],
    "a library's loop in Python": ["return np.apply_along_axis(np.dot, 1, A, W)"],
    "a map of NumPy's functions": ["return A @ W + sum(map(np.sum, A))"],
    "np.frompyfunc of a builtin": ["return np.frompyfunc(math.exp, 1, 1)(A).astype(float) @ W"],
    "np.vectorize of a builtin": ["return np.vectorize(math.exp)(A) @ W"],
    "pieces in threads": [
        "with concurrent.futures.ThreadPoolExecutor(2) as pool:",
        "    return np.array(list(pool.map(np.dot, A, [W] * len(A))))",
    ],
    "a thread below threading": [
        "done = []",
        "_thread.start_new_thread(lambda: done.extend([[row @ W for row in A]]), ())",
        "while not done: time.sleep(0.001)",
        "return np.array(done[0])",
    ],
}  # fmt: skip

WHOLE = {
    "a product": ["return A @ W"],
    "a loop over features": ["return np.stack([A @ W[:, c] for c in range(3)], axis=1)"],
    "a loop over layers": ["for W in [np.eye(3)] * 30:", "    A = A @ W", "return A"],
    "a loop over classes": ["out = 0 * A", "for c in np.unique(A > 0):", "    out[c == (A > 0)] = 1", "return A @ W"],
    "a branch": ["if A.max() > 1:", "    pass", "return A @ W"],
    "large blocks": ["return np.vstack([A[i:i + 32] @ W for i in range(0, len(A), 32)])"],
    "large blocks of a library's": [
        "return np.concatenate([np.sum(A[i:i + 32], axis=1) for i in range(0, len(A), 32)])"
    ],
    "a map over features": ["return np.stack(list(map(A.__matmul__, W.T)), axis=1)"],
    "a library's functions": ["return np.pad(np.einsum('nk,kc->nc', A, W), 1) + np.apply_along_axis(np.sum, 0, A)[0]"],
    "a library that works otherwise on larger arrays": [
        "np.einsum('nijf,nijklc->klcf', np.ones((len(A), 4, 4, 6)), np.ones((len(A), 4, 4, 2, 2, 3)), optimize=True)",
        "return A @ W",
    ],
    "a median": ["return A @ W + np.median(A) + np.percentile(A, 30) + np.cov(A.T)[0, 0]"],
    "what is printed": ["print(A, repr(A), f'{A}', np.array2string(A, precision=3))", "return A @ W"],
    "asserts": ["np.testing.assert_allclose(A, A)", "assert np.isclose(A, A).all()", "return A @ W"],
    "copies": ["return copy.deepcopy(A) @ W + pickle.loads(pickle.dumps(A))"],
    "warnings": ["with np.errstate(all='warn'): np.log(A - A)", "warnings.warn(str(A.shape))", "return A @ W"],
    "eval of the whole": ["return eval('A @ W')"],
    "a filter of layers": ["for W_ in filter(None, [None, 3.0]): A = A * W_", "return A @ W"],
    "a reduce over layers": ["return functools.reduce(np.dot, [W] * 30, A)"],
    "a groupby without a key": ["return A @ W if list(itertools.groupby([1, 1])) else A"],
    "a cache that is filled once": ["if not self.kept:", "    self.kept = [i for i in range(200)]", "return A @ W"],
}


def module(body: list[str]) -> str:
    lines = "".join(f"        {line}\n" for line in body)
    return (
        "import _thread, concurrent.futures, copy, functools, itertools, math, operator, pickle, time, warnings\n"
        "import numpy as np\n\n"
        "W = np.eye(3)\nKEPT = [map]\n\n\ndef each(A):\n    return np.array([row @ W for row in A])\n\n\n"
        f"class Layer:\n    kept = ()\n\n    def forward(self, A):\n{lines}"
    )


def check(student: Student) -> None:
    layer = student("layer").Layer()
    check_lines_do_not_grow(student, lambda N: layer.forward(np.full((N, 3), 0.5)))


@pytest.mark.parametrize("body", LOOPING.values(), ids=LOOPING)
def test_a_loop_over_examples_is_seen(body: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    root = write_tree(tmp_path_factory.mktemp("loops"), {"layer.py": module(body)})
    with (
        student_on(root, "layer") as student,
        pytest.raises(CheckFailed, match=r"layer\.py, line \d+ (runs|has something done) .* 72"),
    ):
        check(student)


@pytest.mark.parametrize("body", WHOLE.values(), ids=WHOLE)
def test_no_other_loop_is(body: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    root = write_tree(tmp_path_factory.mktemp("whole"), {"layer.py": module(body)})
    with student_on(root, "layer") as student:
        check(student)


def test_the_message_cites_the_line_of_the_loop(tmp_path: Path) -> None:
    root = write_tree(tmp_path, {"layer.py": module(LOOPING["an inner loop"])})
    with student_on(root, "layer") as student, pytest.raises(CheckFailed) as caught:
        check(student)
    assert caught.value.message.startswith("layer.py, line 18 runs ")
    assert caught.value.hint == "That is a loop over examples: work on the whole batch at once."


@pytest.fixture
def counted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Student]:
    text = """
        import sys
        import threading

        def three(x):
            y = x + 1
            for _ in range(2): y += 1
            return y

        def stopped(x):
            sys.settrace(None)
            return x

        def threaded(x):
            thread = threading.Thread(target=three, args=(x,))
            thread.start()
            thread.join()
            return x

        def broken(x):
            raise ValueError(x)
    """
    root = write_tree(tmp_path_factory.mktemp("counted"), {"code.py": text})
    with student_on(root, "code") as running:
        yield running


def test_each_line_is_counted_and_none_of_a_librarys(counted: Student) -> None:
    found = lines_executed(counted, lambda: counted("code").three(np.zeros(2)))
    assert found == {Line("code.py", 5): 1, Line("code.py", 6): 3, Line("code.py", 7): 1}


def test_lines_of_threads_are_counted(counted: Student) -> None:
    assert Line("code.py", 5) in lines_executed(counted, lambda: counted("code").threaded(np.zeros(2)))


def test_code_that_switches_the_counting_off_is_told_so(counted: Student) -> None:
    with pytest.raises(CheckFailed, match="your code calls settrace"):
        lines_executed(counted, lambda: counted("code").stopped(1))


def test_what_runs_before_and_after_is_not_counted(counted: Student) -> None:
    value_of(counted("code").three(1.0))
    assert lines_executed(counted, lambda: None) == {}
    value_of(counted("code").stopped(1.0))
    assert lines_executed(counted, lambda: None) == {}


@pytest.mark.parametrize(
    "forged", [3, [], "layer.py:3", {"layer.py:3": "many"}, {"layer.py:3": True}, {"a:1": 1 << 60}]
)
def test_a_forged_count_is_none(forged: object) -> None:
    student, _ = answering(forged)
    with pytest.raises(StudentCrash, match="a count of lines that isn't a number"):
        lines_executed(student, lambda: None)


def test_a_forged_name_spoils_no_report() -> None:
    student, _ = answering({"a\n\ud800b:x": 1, "c": 2})
    assert lines_executed(student, lambda: None) == {Line("a ?b", 0): 1, Line("", 0): 2}
