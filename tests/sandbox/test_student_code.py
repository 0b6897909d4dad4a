"""What student code can do in a check, each ending as a value or as a fault that tells the student what happened."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest

from graders.checking.expect import CheckFailed, certain, expect
from graders.checking.student import Student
from graders.judging.compare import compare
from graders.sandbox.channel import OUTPUT_LIMIT
from graders.sandbox.faults import StudentCrash, StudentError, StudentFault, StudentTimeout
from graders.sandbox.inside.wire import Opaque
from tests.support import student_on, value_of, write_tree

Start = Callable[..., Student]


def fault_of(student: Student, name: str = "run") -> StudentFault:
    """What calling a function of the module ends in."""
    with pytest.raises(StudentFault) as caught:
        value_of(getattr(student("layer"), name)())
    return caught.value


def test_values_flow_both_ways(start: Start) -> None:
    student = start(
        """
        import numpy as np

        class Linear:
            def __init__(self, scale, *, shift=0.0):
                self.scale, self.shift = scale, shift

            def forward(self, A):
                self.A = A
                return [A * self.scale + self.shift, {"sum": float(A.sum()), 1: None}, (True, "text", np.float32(0.5))]
        """
    )
    A = np.arange(6.0).reshape(2, 3)
    layer = student("layer").Linear(2.0, shift=1.0)
    array, named, several = value_of(layer.forward(A))
    np.testing.assert_array_equal(array, A * 2 + 1, strict=True)
    assert named == {"sum": 15.0, 1: None}
    assert several[:2] == [True, "text"]
    assert several[2].dtype == np.float32
    np.testing.assert_array_equal(value_of(layer.A), A, strict=True)


def test_float32_and_big_endian_arrays_keep_their_dtype(start: Start) -> None:
    student = start("def same(x): return x")
    for dtype in ("<f4", ">f8", "<i2", "?"):
        assert value_of(student("layer").same(np.ones(3, dtype))).dtype == np.dtype(dtype)


def test_what_is_read_is_the_value_at_that_point(start: Start) -> None:
    student = start(
        """
        import numpy as np

        class Counter:
            def __init__(self):
                self.x = np.zeros(2)

            def step(self):
                self.x += 1
        """
    )
    counter, seen = student("layer").Counter(), []
    for _ in range(3):
        student.judge(counter.x, seen.append)
        counter.step()
    student.settle()
    assert [value.tolist() for value in seen] == [[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]]


def test_an_array_that_student_code_writes_into_is_not_the_checks_own(start: Start) -> None:
    student = start("def spoil(A): A[...] = 7")
    A = np.zeros(3)
    student("layer").spoil(A)
    expect(student.sent(A)).to_be_unchanged(A)
    with pytest.raises(CheckFailed, match="your code changes array"):
        student.settle()
    assert A.tolist() == [0.0, 0.0, 0.0]


def test_an_exception_names_its_file_line_function_and_code(start: Start) -> None:
    student = start(
        """
        import numpy as np

        class Layer:
            def forward(self, A):
                return helper(A)

        def helper(A):
            return A @ np.zeros((9, 9))
        """
    )
    with pytest.raises(StudentError) as caught:
        value_of(student("layer").Layer().forward(np.zeros((2, 3))))
    error = caught.value
    first, *lines = error.message.splitlines()
    assert first.startswith("layer.forward(array(2, 3)) raised ValueError in layer.py, line 8, in helper: ")
    assert lines == [
        "  return A @ np.zeros((9, 9))",
        "         ^^^^^^^^^^^^^^^^^^^^",
        "  A (2, 3)",
        "called from layer.py, line 5, in forward:",
        "  return helper(A)",
        "         ^^^^^^^^^",
        "  A (2, 3)",
    ]
    assert "the last axis of the left, which has length 3 here, and the first of the right, which has 9" in error.hint


def test_an_exception_leaves_the_check_able_to_go_on(start: Start) -> None:
    student = start("def run(): raise KeyError('x')\ndef fine(): return 1.0")
    assert isinstance(fault_of(student), StudentError)
    assert value_of(student("layer").fine()) == 1.0


def test_what_was_read_before_an_exception_is_judged_first(start: Start) -> None:
    student = start("def fine(): return 1.0\ndef run(): raise KeyError('x')")
    expect(student("layer").fine()).to_equal(2.0)
    student("layer").run()
    with pytest.raises(CheckFailed, match="is 1, but should be 2"):
        student.settle()


@pytest.mark.parametrize(
    "ending", ["raise SystemExit(3)", "import sys; sys.exit()", "exit_()", "raise KeyboardInterrupt"]
)
def test_leaving_by_an_exception_is_an_error_of_that_line(start: Start, ending: str) -> None:
    fault = fault_of(start(f"from sys import exit as exit_\ndef run():\n    {ending}\n"))
    assert isinstance(fault, StudentError)
    assert "layer.py, line 3, in run" in fault.message


def test_an_exception_that_cannot_be_printed_is_an_error_like_any_other(start: Start) -> None:
    fault = fault_of(
        start(
            """
            class Nasty(Exception):
                def __str__(self):
                    raise RuntimeError("again")

            def run():
                raise Nasty
            """
        )
    )
    assert isinstance(fault, StudentError)
    assert "raised Nasty in layer.py, line 6, in run" in fault.message


def test_an_exceptions_long_text_is_cut(start: Start) -> None:
    assert len(fault_of(start("def run(): raise ValueError('x' * 10**6)")).message) < 3000


def test_an_endless_loop_ends_at_the_deadline(start: Start) -> None:
    student = start("def run():\n    while True: pass\n", 0.4)
    fault = fault_of(student)
    assert isinstance(fault, StudentTimeout)
    assert fault.message == "no answer within 0.4 s"
    assert student.session.lost


def test_an_endless_loop_ends_after_its_processor_time(start: Start) -> None:
    fault = fault_of(start("def run():\n    while True: pass\n", 30.0, 1))
    assert isinstance(fault, StudentTimeout)
    assert fault.message == "no answer after 1 s of computing or 5 s of waiting"


def test_the_kernels_work_may_take_longer_than_computing(start: Start) -> None:
    source = """
    import os, resource

    def run():
        while (used := resource.getrusage(resource.RUSAGE_SELF)).ru_stime < 1.3: os.urandom(1 << 20)
        return used.ru_utime < 1.0
    """
    assert value_of(start(source, cpu_seconds=1)("layer").run()) is True


@pytest.mark.parametrize("way", ["signal.signal(signal.SIGVTALRM, signal.SIG_IGN)", "signal.setitimer(1, 0)"])
def test_code_that_does_away_with_its_timer_ends_after_its_processor_time(start: Start, way: str) -> None:
    fault = fault_of(start(f"import signal\ndef run():\n    {way}\n    while True: pass\n", cpu_seconds=1))
    assert fault.message == "no answer after 1 s of computing or 5 s of waiting"


SLOW = """
import time

class Layer:
    def forward(self):
        return [self.compute() for _ in range(3)]

    def compute(self):
        end = time.process_time() + 0.3
        while time.process_time() < end: pass

def sleep(): time.sleep(20)

def run(): return Layer().forward()
"""


def test_where_code_is_that_takes_long_is_told(start: Start) -> None:
    student = start(SLOW)
    assert value_of(student("layer").run()) == [None] * 3
    assert student.session.slow_in >= {"layer.py:Layer.forward", "layer.py:Layer.compute", "layer.py:run"}
    assert all(name.startswith("layer.py:") for name in student.session.slow_in)


@pytest.mark.parametrize("name", ["run", "sleep"])
def test_nobody_waits_for_what_is_known_to_be_stuck(start: Start, name: str) -> None:
    fault = fault_of(start(SLOW, 30.0, 20, lambda functions: f"layer.py:{name}" in functions), name)
    assert isinstance(fault, StudentTimeout)
    assert fault.message == "no answer, as in the checks before this one"


def test_an_endless_loop_that_catches_everything_ends_at_the_deadline(start: Start) -> None:
    source = """
    import signal, time

    def run():
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        while True:
            try:
                while True: time.sleep(0.01)
            except BaseException:
                pass
    """
    assert isinstance(fault_of(start(source, 0.3)), StudentTimeout)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("import os\ndef run(): os._exit(0)", "exited with status 0"),
        ("import os\ndef run(): os._exit(5)", "exited with status 5"),
        ("import os\ndef run(): os.kill(os.getpid(), 9)", "was killed by SIGKILL"),
        ("import os\ndef run(): os.kill(os.getpid(), 11)", "was killed by SIGSEGV"),
        ("import os\ndef run(): os.abort()", "was killed by SIGABRT"),
        ("import os\ndef run(): os.killpg(0, 9)", "was killed by SIGKILL"),
        ("import os\ndef run(): os.closerange(3, 200)", "the process that runs your code"),
    ],
)
def test_the_end_of_the_process_is_a_crash_that_says_how(start: Start, source: str, words: str) -> None:
    fault = fault_of(start(source))
    assert isinstance(fault, StudentCrash)
    assert words in fault.message


def test_endless_recursion_is_an_error(start: Start) -> None:
    fault = fault_of(start("def run(): return run()"))
    assert isinstance(fault, StudentError)
    assert "raised RecursionError in layer.py, line 1, in run" in fault.message


def test_recursion_through_the_c_stack_is_an_error_or_a_crash(start: Start) -> None:
    source = "import sys\nsys.setrecursionlimit(10**6)\ndef run(): return [*map(lambda x: run(), [1])]"
    assert isinstance(fault_of(start(source)), StudentCrash | StudentError)


SOCKETS = """
import os, stat, struct

def sockets():
    found = []
    for fd in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(fd).st_mode):
                found.append(fd)
        except OSError:
            pass
    assert found
    return found

def say(raw):
    for fd in sockets():
        os.write(fd, raw)
"""


@pytest.mark.parametrize(
    "raw",
    [
        r"b'\xff' * 4096",
        r"b'garbage, garbage'",
        r"struct.pack('>II', 0x04000001, 5)",
        r"struct.pack('>II', 20, 16) + b'[[1.0],null,null]'[:16]",
        r"struct.pack('>II', 6, 2) + b'{}'",
        r"struct.pack('>II', 6, 2) + b'[]'",
        r"struct.pack('>II', 15, 11) + b'[[1,2],null]'[:11]",
        r"struct.pack('>II', 4 + 27, 27) + b'[[1.0, 2.0, 3.0], null, 0]  '[:27]",
    ],
)
def test_bytes_that_student_code_writes_to_the_socket_are_a_crash(start: Start, raw: str) -> None:
    student = start(SOCKETS + f"\ndef run():\n    say({raw})\n    return 1.0\n", 1.0)
    assert isinstance(fault_of(student), StudentCrash | StudentTimeout)
    assert student.session.lost


def test_an_answer_cut_short_by_the_end_is_a_crash(start: Start) -> None:
    student = start(SOCKETS + "\ndef run():\n    say(struct.pack('>II', 1000, 500) + b'[[')\n    os._exit(0)\n")
    fault = fault_of(student)
    assert isinstance(fault, StudentCrash)
    assert "exited with status 0" in fault.message


def test_a_forged_error_record_is_a_fault(start: Start) -> None:
    source = """
    import gradmark_worker.wire as worker
    import numpy as np

    def run():
        say(worker.encode([[], worker.Mapped({"type": np.zeros(3), "line": "x" * 10**6}), 0]))
    """
    assert isinstance(fault_of(start(SOCKETS + dedent(source))), StudentError)


@pytest.mark.parametrize(
    ("returned", "words"),
    [
        ("object()", "is an object|returned a object|object"),
        ("np.array([object()])", "ndarray of dtype object"),
        ("np.zeros(2, dtype=[('x', 'f8')])", "ndarray of dtype"),
        ("np.array(['a'])", "ndarray of dtype <U1"),
        ("'text'", "str"),
        ("[1.0]", "list"),
        ("{'a': 1}", "dict"),
        ("np.ones(2) * 1j", "complex"),
        ("10**30", ""),
        ("10**400", ""),
        ("np.longdouble(2)", ""),
        ("np.matrix([[1.0]])", ""),
        ("np.ma.masked_array([1.0], [True])", ""),
    ],
)
def test_whatever_is_returned_can_be_compared(start: Start, returned: str, words: str) -> None:
    value = value_of(start(f"import numpy as np\ndef run(): return {returned}")("layer").run())
    difference = compare(value, certain(np.ones(3))).difference
    assert difference is not None
    assert re.search(words, difference.summary)


@pytest.mark.parametrize(
    "returned",
    [
        "np.zeros(9 * 10**6)",
        "np.broadcast_to(0.0, (10**7, 10**7))",
        "[np.zeros(5 * 10**6), np.zeros(5 * 10**6)]",
        "'x' * (9 << 20)",
        "['x' * 1000] * 10_000",
    ],
)
def test_an_answer_over_the_limit_is_a_crash_that_says_so(start: Start, returned: str) -> None:
    fault = fault_of(start(f"import numpy as np\ndef run(): return {returned}", 20.0))
    assert isinstance(fault, StudentCrash)
    assert "over the limit" in fault.message


def test_a_list_that_contains_itself_is_a_fault(start: Start) -> None:
    assert isinstance(fault_of(start("def run():\n    x = []\n    x.append(x)\n    return x")), StudentFault)


def test_output_is_shown_with_the_check(start: Start) -> None:
    student = start(
        """
        import os, sys

        def run():
            print("hello", 1)
            print("from stderr: ä \\ud800", file=sys.stderr)
            os.write(1, b"raw\\n")
            return 1.0
        """
    )
    assert value_of(student("layer").run()) == 1.0
    assert student.session.output == "hello 1\nfrom stderr: ä \\ud800\nraw\n"


def test_output_that_floods_is_cut_and_the_value_arrives(start: Start) -> None:
    student = start("def run():\n    for _ in range(3000): print('x' * 1000)\n    return 1.0")
    assert value_of(student("layer").run()) == 1.0
    assert student.session.output.endswith("[... more was printed]")
    assert len(student.session.output) < OUTPUT_LIMIT + 100


def test_output_without_an_end_is_cut_and_the_check_ends_at_its_deadline(start: Start) -> None:
    student = start("def run():\n    while True: print('x' * 1000)", 0.5)
    assert isinstance(fault_of(student), StudentTimeout)
    assert len(student.session.output) < OUTPUT_LIMIT + 100


def test_output_before_a_crash_is_kept(start: Start) -> None:
    student = start("import os\ndef run():\n    print('last words', flush=True)\n    os._exit(1)")
    assert isinstance(fault_of(student), StudentCrash)
    assert student.session.output == "last words\n"


def test_standard_input_is_empty(start: Start) -> None:
    assert "EOFError" in fault_of(start("def run(): return input()")).message


@pytest.mark.parametrize(("stub", "words"), [("None", "None"), ("...", "..."), ("NotImplemented", "NotImplemented")])
def test_a_stub_is_named_where_it_is_compared(start: Start, stub: str, words: str) -> None:
    student = start(f"class Layer:\n    def forward(self, A): return {stub}")
    expect(student("layer").Layer().forward(np.zeros(2))).to_equal(np.zeros(2))
    with pytest.raises(CheckFailed) as caught:
        student.settle()
    assert caught.value.message == f"layer.forward(array(2,)) returned {words}"
    assert caught.value.hint == "Return the result."


@pytest.mark.parametrize("stub", ["None", "...", "NotImplemented"])
def test_a_stubs_attribute_is_a_fault_that_names_the_stub(start: Start, stub: str) -> None:
    student = start(f"class Layer:\n    def __init__(self): self.inner = {stub}".replace("...", "Ellipsis"))
    with pytest.raises(StudentError) as caught:
        value_of(student("layer").Layer().inner.W)
    assert caught.value.message == f"layer.inner is {stub.replace('...', 'Ellipsis')}, so there is no layer.inner.W"


def test_not_implemented_error_says_what_is_not_implemented_and_where(start: Start) -> None:
    student = start("class Layer:\n    def forward(self, A):\n        raise NotImplementedError")
    with pytest.raises(StudentError) as caught:
        value_of(student("layer").Layer().forward(1.0))
    assert caught.value.message == "layer.forward(1.0) is not implemented yet (layer.py, line 3, in forward)"
    assert caught.value.hint


def test_a_constructor_with_another_signature_is_shown_with_the_call(start: Start) -> None:
    student = start("class Layer:\n    def __init__(self, only): pass")
    with pytest.raises(StudentError) as caught:
        value_of(student("layer").Layer(3, 2).W)
    assert caught.value.message.startswith("Layer(3, 2) can't be called: Layer.__init__() takes 2 positional arguments")
    assert caught.value.hint.startswith("Layer.__init__ takes only (layer.py, line 2), at most 1, and is given 2.")
    assert "handout" in caught.value.hint


def test_a_class_that_is_nearly_called_so_is_named_with_its_line(start: Start) -> None:
    with pytest.raises(StudentError) as caught:
        value_of(start("class layer: pass")("layer").Layer(3, 2))
    assert caught.value.hint == "There is layer (layer.py, line 1): if that is meant, call it Layer."


def test_a_missing_class_is_named_with_its_file(start: Start) -> None:
    with pytest.raises(StudentError) as caught:
        value_of(start("class Other: pass")("layer").Layer(3, 2))
    assert (caught.value.message, caught.value.hint) == (
        "layer.py has no Layer",
        "Write `class Layer` there, spelt exactly so.",
    )


def test_a_missing_file_is_named(start: Start) -> None:
    with pytest.raises(StudentError) as caught:
        value_of(start("")("nn.other").Layer(3, 2))
    assert caught.value.message == "there is no file nn/other.py"


def test_a_missing_attribute_is_named(start: Start) -> None:
    with pytest.raises(StudentError) as caught:
        value_of(start("class Layer: pass")("layer").Layer().dLdW)
    assert (caught.value.message, caught.value.hint) == (
        "layer.dLdW does not exist",
        "Assign it in your class: `self.dLdW = ...`.",
    )


def test_a_missing_method_is_named(start: Start) -> None:
    with pytest.raises(StudentError) as caught:
        value_of(start("class Layer: pass")("layer").Layer().forward(1))
    assert (caught.value.message, caught.value.hint) == (
        "layer.forward does not exist",
        "`def forward(self, ...):` has to be there.",
    )


def test_what_is_no_function_is_told_apart_from_wrong_parameters(start: Start) -> None:
    with pytest.raises(StudentError) as caught:
        value_of(start("Layer = 3")("layer").Layer(1))
    assert caught.value.message == "Layer(1) can't be called: 'int' object is not callable"
    assert caught.value.hint == "Something else has the same name as the class or method: rename it."


HALF_ASSIGNED = """
class Layer:
    def __init__(self, debug=False):
        self.debug = debug

    def forward(self):
        if self.debug:
            self.A = 1
        return self.A

    def backward(self):
        self.dLdW, self.dLdb = 1, 2
        self.steps += 1
"""


def test_an_attribute_that_has_not_been_assigned_yet_is_said_to_be_assigned_where(start: Start) -> None:
    student = start(HALF_ASSIGNED)
    with pytest.raises(StudentError) as caught:
        value_of(student("layer").Layer().dLdb)
    assert caught.value.message == "layer.dLdb does not exist"
    assert caught.value.hint == "It is assigned in layer.py, line 11, in backward: that has not run."


def test_an_attribute_that_is_assigned_under_a_condition_is_said_to_be(start: Start) -> None:
    layer = start(HALF_ASSIGNED)("layer").Layer()
    with pytest.raises(StudentError) as caught:
        value_of(layer.forward())
    where = "It is assigned in layer.py, line 7, in forward, under `if self.debug:`: that has not run."
    assert caught.value.hint == where
    assert caught.value.message.splitlines()[1:] == ["  return self.A", "         ^^^^^^"]


def test_an_attribute_that_is_only_added_to_is_assigned_nowhere(start: Start) -> None:
    layer = start(HALF_ASSIGNED)("layer").Layer()
    with pytest.raises(StudentError) as caught:
        value_of(layer.backward())
    assert "assigned" not in caught.value.hint
    assert "  self.steps += 1" in caught.value.message.splitlines()


@pytest.mark.parametrize(
    ("statement", "hint"),
    [
        ("from nn.linea import Linear", "Import it as nn.linear: names begin in the submission's folder."),
        (
            "from nn.other import x",
            "Is it a/other.py or b/other.py? Move the one that counts to where it is looked for.",
        ),
        (
            "import nn.nothing",
            "Only the homework's packages, the standard library and the submission's files are available here.",
        ),
    ],
)
def test_a_module_that_may_be_there_by_another_name_is_named(tmp_path: Path, statement: str, hint: str) -> None:
    files = {
        "nn/layer.py": statement,
        "nn/linear.py": "class Linear: pass",
        "a/other.py": "x = 1",
        "b/other.py": "x = 2",
    }
    root = write_tree(tmp_path / "submission", files)
    with student_on(root, "nn.layer") as student, pytest.raises(StudentError) as caught:
        value_of(student("nn.layer").Layer())
    assert caught.value.hint == hint


@pytest.mark.parametrize(
    "statement",
    [
        "from HW1.nn.linear import Linear",
        "import HW1.nn.linear as own\nLinear = own.Linear",
        "import HW1.nn.linear\nLinear = HW1.nn.linear.Linear",
        "from linear import Linear",
        "from Linear import Linear",
        "from nn.Linear import Linear",
        "from other.linear import Linear",
        "from other import linear\nLinear = linear.Linear",
        "from nn import LINEAR\nLinear = LINEAR.Linear",
        "import other.linear\nLinear = other.linear.Linear",
        "def Linear():\n    from linear import Linear\n    return Linear()",
    ],
)
def test_a_module_that_lies_elsewhere_is_found_if_it_is_the_only_one(tmp_path: Path, statement: str) -> None:
    files = {"nn/layer.py": statement, "nn/linear.py": "class Linear:\n    def run(self): return 1.0"}
    root = write_tree(tmp_path / "submission", files)
    with student_on(root, "nn.layer", "nn.linear", "other.linear") as student:
        assert value_of(student("nn.layer").Linear().run()) == 1.0


def test_a_module_by_another_name_is_the_same_one(tmp_path: Path) -> None:
    sources = {
        "models.py": "from net.layers import Layer as A\nfrom layers import Layer as B",
        "layers.py": "class Layer: pass",
    }
    root = write_tree(
        tmp_path / "submission", {**sources, "run.py": "import models\ndef run(): return models.A is models.B"}
    )
    with student_on(root, "run", "net.layers", "net.models") as student:
        assert value_of(student("run").run()) is True


def test_a_package_is_no_file_of_its_own(tmp_path: Path) -> None:
    root = write_tree(tmp_path / "submission", {"nn/__init__.py": "", "nn/linear.py": "class Linear: pass"})
    with student_on(root, "nn") as student, pytest.raises(StudentError, match=r"there is no file nn\.py"):
        value_of(student("nn").Other())


def test_asking_whether_something_is_there_costs_nothing(start: Start) -> None:
    student = start("class Layer:\n    x = 1")
    layer = student("layer").Layer()
    assert (layer.has("x"), layer.has("y")) == (True, False)
    assert (student("layer").has("Layer"), student("layer").has("Other")) == (True, False)


def test_lists_of_the_student_can_be_walked_through(start: Start) -> None:
    layers = start("layers = [1.0, 2.0]")("layer").layers
    assert [value_of(entry) for entry in layers] == [1.0, 2.0]
    with pytest.raises(StudentError, match="IndexError"):
        value_of(layers[5])


@pytest.mark.parametrize("length", ["-1", "10**30", "'many'", "1.5"])
def test_a_length_that_is_none_is_an_error(start: Start, length: str) -> None:
    student = start(f"class Layers:\n    def __len__(self): return {length}\nlayers = Layers()")
    with pytest.raises(StudentError):
        len(student("layer").layers)


@pytest.mark.parametrize("length", ["-1", "10**30", "'many'", "1.5", "True", "None"])
def test_a_forged_length_is_a_fault(start: Start, length: str) -> None:
    student = start(
        SOCKETS
        + f"""
import gradmark_worker.wire as worker

class Layers:
    def __len__(self):
        say(worker.encode([[{length}], None, None]))
        return 3

layers = Layers()
"""
    )
    with pytest.raises(StudentFault):
        len(student("layer").layers)


def test_a_namespace_stands_in_for_an_object_of_the_students(start: Start) -> None:
    student = start("def total(model): return sum(layer.W.sum() for layer in model.layers)")
    layers = [student.namespace("layer", W=np.ones(n)) for n in (2, 3)]
    assert value_of(student("layer").total(student.namespace("model", layers=layers))) == 5.0


@pytest.mark.parametrize(
    "name", ["torch", "graders", "graders.sandbox.inside", "reference", "pytest", "hypothesis", "msgspec"]
)
def test_nothing_of_the_trusted_side_can_be_imported(start: Start, name: str) -> None:
    fault = fault_of(start(f"def run():\n    import {name} as it\n    return it.anything()\n"))
    assert f"uses {name}.anything, which isn't allowed here" in fault.message
    by_name = fault_of(start(f"import importlib\ndef run():\n    importlib.import_module('{name}')\n"))
    assert "can't be imported" in by_name.message or "which isn't allowed here" in by_name.message


def test_numpy_and_the_standard_library_can_be_imported(start: Start) -> None:
    source = "import json, math, dataclasses, typing\nimport numpy as np\nimport numpy.linalg\ndef run(): return np.pi"
    assert value_of(start(source)("layer").run()) == np.pi


def test_the_environment_of_the_trusted_side_stays_there(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADMARK_SECRET", "42")
    found = value_of(start("import os, sys\ndef run(): return [dict(os.environ), sys.argv]")("layer").run())
    assert "GRADMARK_SECRET" not in found[0]


def test_random_numbers_are_the_same_in_every_check(start: Start) -> None:
    source = "import random\nimport numpy as np\ndef run(): return [random.random(), np.random.rand(3)]"
    first, second = (value_of(start(source)("layer").run()) for _ in range(2))
    assert first[0] == second[0]
    np.testing.assert_array_equal(first[1], second[1])


def test_an_opaque_value_shows_its_type_alone(start: Start) -> None:
    value = value_of(
        start("class Thing:\n    def __repr__(self): return 'secret'\ndef run(): return Thing()")("layer").run()
    )
    assert isinstance(value, Opaque)
    assert repr(value) == "<Thing>"


def test_a_module_of_the_submissions_own_may_be_imported_while_a_check_runs(tmp_path: Path) -> None:
    source = "def run():\n    import helper\n    return helper.VALUE\n"
    root = write_tree(tmp_path / "submission", {"layer.py": source, "helper.py": "VALUE = 42\n"})
    with student_on(root, "layer") as student:
        assert value_of(student("layer").run()) == 42
