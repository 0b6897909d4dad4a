"""`gradmark check`: what it prints, what it writes, and one clear line for whatever can't be used."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from graders.cli import app
from tests.support import WORKED, write_tree

LINEAR = """
import numpy as np

class Linear:
    def __init__(self, n, m):
        self.W, self.b = np.zeros((m, n)), np.zeros((m, 1))

    def forward(self, A):
        self.A = A
        return A @ self.W.T + self.b.T

    def backward(self, dLdZ):
        self.dLdW = dLdZ.T @ self.A
        self.dLdb = dLdZ.sum(axis=0).reshape(-1, 1)
        return dLdZ @ self.W
"""


class Ran(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Any:
    """`check(source, NAME, options...)` on a file layer.py in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(source: str, name: str, *options: str) -> Ran:
        write_tree(tmp_path, {"layer.py": source})
        monkeypatch.setattr(sys, "argv", ["gradmark", "check", f"layer.py:{name}", *options])
        with pytest.raises(SystemExit) as ended:
            app.main()
        out, err = capfd.readouterr()
        return Ran(int(ended.value.code or 0), out, err)

    return run


def test_a_right_layer_passes_in_a_few_lines(check: Any) -> None:
    ran = check(LINEAR, "Linear(3, 4)", "--input", "5,3")
    assert ran.status == 0
    assert ran.err == ""
    first, took, message, *rest = ran.out.splitlines()
    assert first == "layer.py:Linear(3, 4): pass"
    assert took == (
        "inputs: A (5, 3); parameters: W (4, 3) with gradient dLdW, b (4, 1) with gradient dLdb; "
        "backward(dLdZ) returns the gradient of A"
    )
    assert message.startswith("Gradients of A, W and b certified to a relative ")
    assert [line.split()[0] for line in rest[2:5]] == ["A", "W", "b"]
    assert rest[-1].endswith("float64, seed 0")


def test_a_wrong_entry_is_named_and_shown_on_the_map(check: Any) -> None:
    wrong = LINEAR.replace("return dLdZ @ self.W", "dA = dLdZ @ self.W; dA[1, 2] *= 1.5; return dA")
    ran = check(wrong, "Linear(3, 4)", "--input", "5,3")
    lines = ran.out.splitlines()
    assert ran.status == 1
    assert lines[0].endswith(": wrong gradient")
    entries = lines.index("wrong entries of the gradient of A, worst first")
    assert lines[entries + 2].startswith("[1, 2]")
    assert lines[entries + 2].endswith("1.5")
    assert lines[lines.index("relative error of the gradient of A") + 2 :][:5] == [
        "  ...",
        "  ..@",
        "  ...",
        "  ...",
        "  ...",
    ]


def test_a_batch_convention_is_said_in_words_and_can_be_declared(check: Any) -> None:
    averaged = LINEAR.replace("dLdZ.T @ self.A", "dLdZ.T @ self.A / len(self.A)").replace(".sum(", ".mean(")
    ran = check(averaged, "Linear(3, 4)", "--input", "5,3")
    assert ran.status == 1
    assert (
        "Each entry of the gradient of W and b is 1/5 of the slope; 5 is the batch size: "
        "if your homework averages over the batch, give --divided-by-batch W,b."
    ) in ran.out
    assert check(averaged, "Linear(3, 4)", "--input", "5,3", "--divided-by-batch", "W,b").status == 0


def test_a_mean_loss_whose_gradient_is_not_divided_can_be_declared(check: Any) -> None:
    source = """
    class Loss:
        def forward(self, A, Y):
            self.difference = A - Y
            return (self.difference ** 2).sum() / len(A)
        def backward(self):
            return 2 * self.difference
    """
    ran = check(source, "Loss", "--input", "5,3")
    assert "is 5 times the slope; 5 is the batch size: if your homework leaves out" in ran.out
    assert "--times-batch A." in ran.out
    assert check(source, "Loss", "--input", "5,3", "--times-batch", "A").status == 0


ITEM_FIELDS = {
    "name": str,
    "kind": str,
    "shape": list,
    "verdict": str,
    "mismatch": (float, type(None)),
    "tolerance": (float, type(None)),
    "unchecked": int,
    "examined": int,
    "wrong_count": int,
    "ratio": (float, type(None)),
    "wrong": list,
    "seen": (float, type(None)),
    "unseen": list,
    "relative_error": (list, type(None)),
}
REPORT_FIELDS = {
    "schema_version": int,
    "target": str,
    "verdict": str,
    "message": str,
    "hint": str,
    "taken_for": str,
    "dtype": str,
    "seed": int,
    "inputs": list,
    "unchecked": int,
    "unresolved": int,
    "seen": (float, type(None)),
    "forward_evaluations": int,
    "backward_evaluations": int,
}


def assert_fields(found: dict[str, Any], fields: dict[str, Any]) -> None:
    """Exactly these fields, each of its type."""
    assert sorted(found) == sorted(fields)
    assert [name for name, kind in fields.items() if not isinstance(found[name], kind)] == []


@pytest.mark.parametrize("right", [True, False])
def test_the_json_has_this_schema_and_nothing_else_is_printed(check: Any, right: bool) -> None:
    source = LINEAR if right else LINEAR.replace("dLdZ.T @ self.A", "2 * dLdZ.T @ self.A")
    ran = check(source, "Linear(3, 4)", "--input", "5,3", "--json", "-")
    report = json.loads(ran.out)
    assert_fields(report, REPORT_FIELDS)
    assert report["verdict"] == ("pass" if right else "wrong gradient")
    assert ran.status == (0 if right else 1)
    for item in report["inputs"]:
        assert_fields(item, ITEM_FIELDS)
        for entry in item["wrong"]:
            assert_fields(entry, {"index": list, "got": float, "expected": float, "ratio": (float, type(None))})
    assert [(item["name"], item["kind"], item["shape"]) for item in report["inputs"]] == [
        ("A", "input", [5, 3]),
        ("W", "parameter", [4, 3]),
        ("b", "parameter", [4, 1]),
    ]


def test_the_json_goes_to_a_file_beside_what_is_printed(check: Any, tmp_path: Path) -> None:
    ran = check(LINEAR, "Linear(3, 4)", "--input", "5,3", "--json", "result.json", "--dtype", "float32", "--seed", "7")
    report = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert ran.out.splitlines()[0] == "layer.py:Linear(3, 4): pass"
    assert (report["dtype"], report["seed"], report["verdict"]) == ("float32", 7, "pass")


EMBEDDING = """
import numpy as np

class Embedding:
    def __init__(self):
        self.W = np.zeros((7, 3))

    def forward(self, ids):
        self.ids = ids
        return self.W[ids]

    def backward(self, d):
        self.dW = np.zeros_like(self.W)
        np.add.at(self.dW, self.ids, d)
"""


@pytest.mark.parametrize("options", [["--input", "4,5"], ["--int", "ids=4,5<7"], ["--int", "ids=4,5"]])
def test_whole_numbers_are_found_out_or_given(check: Any, options: list[str]) -> None:
    ran = check(EMBEDDING, "Embedding", *options)
    assert ran.status == 0, ran
    assert "whole numbers: ids (4, 5), 0 to 6; backward(d) returns nothing" in ran.out
    lost = EMBEDDING.replace("np.add.at(self.dW, self.ids, d)", "self.dW[self.ids] = d")
    assert check(lost, "Embedding", *options).status == 1


@pytest.mark.parametrize(
    ("kind", "drawn"),
    [("binary", "binary, 0 and 1"), ("signs", "signs, -1 and 1"), ("one-hot", "one-hot"), ("classes", "classes 0 to")],
)
def test_a_kind_of_labels_may_be_asked_for(check: Any, kind: str, drawn: str) -> None:
    source = """
    class Loss:
        def forward(self, p, y):
            self.p, self.y = p, y
            return ((p - y.reshape(len(p), -1)) ** 2).sum()
        def backward(self):
            return 2 * (self.p - self.y.reshape(len(self.p), -1))
    """
    ran = check(source, "Loss", "--input", "5,3", "--labels", kind)
    assert f"{drawn}" in ran.out, ran


def test_a_package_beside_numpy_is_there_on_request(check: Any) -> None:
    source = """
    import numpy as np
    from scipy.special import expit
    def swish(x): return x * expit(x)
    def swish_prime(x): return expit(x) * (1 + x * (1 - expit(x)))
    """
    refused = check(source, "swish", "--input", "4,3")
    assert (refused.status, refused.out) == (2, "")
    assert refused.err == (
        "gradmark: layer.py, line 3, uses scipy.special.expit: "
        "give --with scipy if scipy is installed in gradmark's environment\n"
    )
    assert check(source, "swish", "--input", "4,3", "--with", "scipy").status == 0


def test_arguments_of_constructor_and_backward_are_given_by_name(check: Any) -> None:
    source = """
    import numpy as np
    class Scale:
        def __init__(self, W, power): self.W, self.power = W, power
        def forward(self, x):
            self.x = x
            return self.W * x ** self.power
        def backward(self, d, factor):
            self.dW = (d * self.x ** self.power).sum(axis=0)
            return factor * d * self.W * self.power * self.x ** (self.power - 1)
    """
    options = ["--input", "5,3", "--param", "W=3", "--arg", "power=3", "--arg", "factor=1.0"]
    ran = check(source, "Scale", *options)
    assert ran.status == 0, ran
    assert "parameters: W (3,) with gradient dW" in ran.out
    assert check(source, "Scale", *options[:-1], "factor=2.0").status == 1


UNUSABLE = [
    ("a whole number that is none", EMBEDDING, ["Embedding", "--int", "ids=4<x"], "write a whole number from 1 to"),
    (
        "a package that isn't there",
        LINEAR,
        ["Linear(3, 4)", "--with", "nopackage"],
        "--with nopackage: it isn't installed",
    ),
    (
        "whole numbers that aren't taken",
        LINEAR,
        ["Linear(3, 4)", "--input", "5,3", "--int", "k=2"],
        "--int k; it takes A",
    ),
    ("a shape that is none", LINEAR, ["Linear(3, 4)", "--input", "5,x"], "'5,x' is not a shape"),
    ("an empty shape", LINEAR, ["Linear(3, 4)", "--input", "0,3"], "has 0 entries"),
    ("no input", LINEAR, ["Linear(3, 4)"], "linear.forward takes A, but A has no shape"),
    ("too many inputs", LINEAR, ["Linear(3, 4)", "--input", "5,3", "--input", "2"], "no argument for --input 2"),
    ("a shape that doesn't fit", LINEAR, ["Linear(3, 4)", "--input", "5,2"], "Here A is (5, 2)"),
    ("no such name", LINEAR, ["Liner(3, 4)", "--input", "5,3"], "layer.py has no Liner; it has Linear"),
    ("arguments that aren't literals", LINEAR, ["Linear(n, 4)", "--input", "5,3"], "'Linear(n, 4)' is not a name"),
    ("too few arguments", LINEAR, ["Linear", "--input", "5,3"], "Give its n, m: 'Linear(3, 4)'"),
    (
        "a constructor that fails",
        LINEAR,
        ["Linear(3, -4)", "--input", "5,3"],
        "Linear(3, -4) raised ValueError in layer.py",
    ),
    ("a syntax error", "def relu(x)\n    return x", ["relu", "--input", "5,3"], "layer.py, line 1 does not parse"),
    ("a missing module", "from .parts import relu", ["relu", "--input", "5,3"], "layer.py, line 1 can't be imported"),
    ("an import that fails", "1 / 0", ["relu", "--input", "5,3"], "raised ZeroDivisionError in layer.py, line 1"),
    ("an import that never ends", "while True: pass", ["relu", "--input", "5,3"], "did not end within 1 s"),
    ("no backward", "def relu(x): return x", ["relu", "--input", "5,3"], "no backward pass for relu"),
    (
        "a class without forward",
        "class A: pass",
        ["A", "--input", "5,3"],
        "a, of type A, has no method forward or __call__; its methods: none",
    ),
    ("neither class nor function", "x = 3", ["x", "--input", "5,3"], "x, of type int, has no method forward"),
    ("a name that isn't there", LINEAR, ["Linear(3, 4)", "--input", "5,3", "--wrt", "V"], "--wrt V: there is no input"),
    ("a constant that isn't taken", LINEAR, ["Linear(3, 4)", "--input", "5,3", "--arg", "k=1"], "--arg k; it takes A"),
    ("a constant that isn't literal", LINEAR, ["Linear(3, 4)", "--input", "5,3", "--arg", "k=f()"], "not a literal"),
    ("a pair without =", LINEAR, ["Linear(3, 4)", "--input", "5,3", "--param", "W"], "'W' is not NAME=VALUE"),
    ("a wrong parameter's shape", LINEAR, ["Linear(3, 4)", "--input", "5,3", "--param", "W=4,2"], "Here A is (5, 3)"),
    (
        "an unknown convention",
        LINEAR,
        ["Linear(3, 4)", "--input", "5,3", "--divided-by-batch", "V"],
        "--divided-by-batch V: no gradient of that name; there are A, W, b",
    ),
    (
        "a file to write that can't be",
        LINEAR,
        ["Linear(3, 4)", "--input", "5,3", "--json", "no/r.json"],
        "can't be written",
    ),
]


@pytest.mark.parametrize(
    ("source", "arguments", "says"), [row[1:] for row in UNUSABLE], ids=[row[0] for row in UNUSABLE]
)
def test_what_cannot_be_used_is_one_line_and_exit_status_2(
    check: Any, source: str, arguments: list[str], says: str
) -> None:
    ran = check(source, *arguments, "--limit", "1")
    assert (ran.status, ran.out) == (2, ""), ran
    assert ran.err.startswith("gradmark: ")
    assert says in ran.err
    assert ran.err.count("\n") == 1


FORWARD = "class Layer:\n    def forward(self, x): {}\n    def backward(self, dout): {}\n"
FINDINGS = [
    (
        "forward returns None",
        FORWARD.format("x + 1", "return dout"),
        "returned nothing",
        "layer.forward(x) returned None",
    ),
    ("forward returns a list", FORWARD.format("return [x]", "return dout"), "wrong type", "returned a tuple or list"),
    ("backward returns None", FORWARD.format("return x + 1", "pass"), "missing gradient", "returned no gradient of x"),
    (
        "a stub",
        FORWARD.format("raise NotImplementedError", "pass"),
        "not implemented",
        "layer.forward(x) is not implemented",
    ),
    (
        "a backward stub",
        FORWARD.format("return x + 1", "raise NotImplementedError"),
        "not implemented",
        "layer.backward(dout) is not implemented yet (layer.py, line 3, in backward)",
    ),
    ("forward fails", FORWARD.format("return y", "return dout"), "error", "raised NameError in layer.py, line 2"),
    (
        "backward fails",
        FORWARD.format("return x + 1", "return dout @ dout"),
        "error",
        "raised ValueError in layer.py, line 3",
    ),
    ("an endless loop", FORWARD.format("\n        while True: pass", "pass"), "timeout", "no answer"),
    ("an exit", FORWARD.format("__import__('os')._exit(3)", "pass"), "crashed", "exited with status 3"),
    (
        "another answer each time",
        "import numpy as np\n" + FORWARD.format("return x * np.random.default_rng().random(x.shape)", "return dout"),
        "non-deterministic",
        "Two forward passes with the same input differ",
    ),
    (
        "an input that is changed",
        FORWARD.format("x += 1; return x * 2", "return 2 * dout"),
        "mutates its input",
        "input x in place",
    ),
    (
        "a cotangent that is changed",
        FORWARD.format("return x * 2", "dout *= 2; return dout.copy()"),
        "mutates its cotangent",
        "changes the upstream gradient in place",
    ),
    ("a wrong shape", FORWARD.format("return x * 2", "return 2 * dout[:1]"), "wrong shape", "has shape (1, 3)"),
    ("a wrong kind", FORWARD.format("return x * 2", "return 'dx'"), "wrong type", "returned a str"),
    ("not a number", FORWARD.format("return x * float('nan')", "return dout"), "non-finite", "The output is nan"),
    ("zeros", FORWARD.format("return x * 2", "return 0 * dout"), "wrong gradient", "15 of 15 entries"),
    (
        "a parameter without gradient",
        "import numpy as np\nclass Layer:\n    W = None\n    def __init__(self): self.W = np.ones(3)\n"
        "    def forward(self, x): return x * self.W\n    def backward(self, dout): return dout * self.W\n",
        "missing gradient",
        "layer has no dW, dLdW, W_grad or gradients['W'] after it",
    ),
]


@pytest.mark.parametrize(("source", "verdict", "says"), [row[1:] for row in FINDINGS], ids=[row[0] for row in FINDINGS])
def test_what_is_wrong_with_the_code_is_a_verdict_and_exit_status_1(
    check: Any, source: str, verdict: str, says: str
) -> None:
    ran = check(source, "Layer", "--input", "5,3", "--limit", "1.5")
    assert ran.status == 1, ran
    assert ran.err == ""
    assert ran.out.splitlines()[0] == f"layer.py:Layer: {verdict}"
    assert says in ran.out
    assert "Traceback" not in ran.out


def test_a_file_that_is_not_there_is_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for target, says in (("no.py:Linear", "there is no file no.py"), ("no.py", "'no.py' is not FILE:NAME")):
        monkeypatch.setattr(sys, "argv", ["gradmark", "check", target])
        with pytest.raises(SystemExit) as ended:
            app.main()
        assert ended.value.code == 2
        assert says in capfd.readouterr().err


def test_it_runs_as_a_command_from_the_folder_of_a_homework() -> None:
    command = [sys.executable, "-m", "graders", "check", "mytorch/models/mlp.py:MLP0", "--input", "5,2"]
    done = subprocess.run(
        [*command, "--wrt", "W,b", "--divided-by-batch", "W,b"],
        cwd=WORKED,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    assert done.returncode == 0, done.stdout
    assert "with gradient layers[0].dLdW" in done.stdout
