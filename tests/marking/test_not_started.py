"""What isn't started is told as that, what waits for it isn't run, and no mark is another for it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from graders.coursework.packs.pack import Homework, load_homework
from graders.coursework.record import CheckResult, NotStarted, Raised, Report, SectionResult, SectionStatus, Status
from graders.coursework.selection import select
from graders.marking.not_started import Waiting, read, told_of
from graders.marking.profiles import Profile
from graders.marking.run import Request, mark
from graders.reports.text import text
from graders.reports.waiting import waiting
from tests.support import WORKED

STUB = """
class Linear:
    def __init__(self, in_features, out_features, debug=False):
        self.debug = debug
        {rest}

    def forward(self, A):
        {rest}

    def backward(self, dLdZ):
        {rest}
"""
FORMS = ("raise NotImplementedError", "pass", "...", "return None", "Z = None\n        return Z")


@pytest.fixture
def submission(tmp_path: Path) -> Callable[..., Path]:
    """The worked submission with other files in it."""

    def made(**files: str) -> Path:
        folder = tmp_path / "work"
        shutil.copytree(WORKED, folder)
        for name, content in files.items():
            (folder / f"mytorch/nn/{name}.py").write_text(content)
        return folder

    return made


@pytest.fixture(scope="module")
def homework() -> Homework:
    return load_homework("ai702")


def marked(folder: Path, homework: Homework, *only: str) -> Report:
    return mark(Request(folder, homework, select(homework, list(only), {}), Profile.QUICK, name="work", shrinks=0))


@pytest.mark.parametrize("form", FORMS)
def test_a_stub_in_any_form_is_found_with_its_line(
    form: str, homework: Homework, submission: Callable[..., Path]
) -> None:
    stubs = read(submission(linear=STUB.format(rest=form)), homework.rubric)
    idle = {stub.part.part for stub in stubs if stub.idle}
    assert idle == {"Linear"}


def test_of_a_class_that_is_begun_each_method_that_is_not_is_one(homework: Homework, tmp_path: Path) -> None:
    (tmp_path / "mytorch/nn").mkdir(parents=True)
    source = (
        "class Linear:\n    def forward(self, A):\n        return A\n\n    def backward(self, dLdZ):\n        pass\n"
    )
    (tmp_path / "mytorch/nn/linear.py").write_text(source)
    stubs = [stub for stub in read(tmp_path, homework.rubric) if stub.idle]
    assert [stub.part for stub in stubs] == [NotStarted(part="Linear.backward", file="mytorch/nn/linear.py", line=6)]


def test_a_check_of_an_unstarted_part_and_one_built_on_it_wait_for_it(
    homework: Homework, submission: Callable[..., Path]
) -> None:
    found = Waiting(homework, read(submission(linear=STUB.format(rest=FORMS[0])), homework.rubric))
    for check in ("linear.forward", "mlp0.forward", "mlp4.architecture"):
        assert [part.part for part in found.waits_for(check)] == ["Linear"]
    assert not found.waits_for("batchnorm.forward")
    assert found.result("linear.init", found.waits_for("linear.init")).message == (
        "Linear (mytorch/nn/linear.py, line 5) is not started"
    )
    assert found.result("mlp0.forward", found.waits_for("mlp0.forward")).message == (
        "waits for Linear (mytorch/nn/linear.py, line 5)"
    )


def test_one_check_of_each_section_is_run_that_asks_for_the_forward(
    homework: Homework, submission: Callable[..., Path]
) -> None:
    found = Waiting(homework, read(submission(linear=STUB.format(rest=FORMS[0])), homework.rubric))
    left_out = found.may_be_left_out(homework.checks)
    assert set(left_out) == {"linear.forward", "mlp0.forward", "mlp1.forward", "mlp4.forward"}
    assert "linear.init" in left_out["linear.forward"]


def test_where_single_checks_have_points_all_are_run(tmp_path: Path) -> None:
    homework = load_homework("cs231n_a2")
    (tmp_path / "cs231n").mkdir()
    (tmp_path / "cs231n/layers.py").write_text("def conv_forward_naive(x, w, b, conv_param):\n    pass\n")
    found = Waiting(homework, read(tmp_path, homework.rubric))
    assert not found.may_be_left_out(homework.checks)


def raised(check: str, line: int, kind: str = "NotImplementedError") -> CheckResult:
    place = Raised(type=kind, file="mytorch/nn/linear.py", line=line)
    return CheckResult(id=check, title="t", status=Status.ERROR, message="m", hint="h", raised=place, parts="where")


def test_a_failure_at_a_part_that_is_not_written_is_told_as_waiting_and_another_one_as_it_was(
    homework: Homework, submission: Callable[..., Path]
) -> None:
    source = STUB.format(rest="raise NotImplementedError").replace(
        "self.debug = debug\n        raise", "self.W = 1\n        raise"
    )
    source = source.replace(
        "def forward(self, A):\n        raise NotImplementedError", "def forward(self, A):\n        return A + 1"
    )
    folder = submission(linear=source)
    results = {one.id: one for one in (raised("sgd.plain_steps", 11), raised("mlp0.forward", 8, "ValueError"))}
    told = told_of(homework, folder, results)
    assert told["sgd.plain_steps"].message == "waits for Linear.backward (mytorch/nn/linear.py, line 11)"
    assert (told["sgd.plain_steps"].hint, told["sgd.plain_steps"].parts) == ("", "")
    assert told["mlp0.forward"] == results["mlp0.forward"]


def test_a_file_that_cannot_be_read_hides_nothing(homework: Homework, tmp_path: Path) -> None:
    (tmp_path / "mytorch/nn").mkdir(parents=True)
    (tmp_path / "mytorch/nn/linear.py").write_text("class Linear(:\n    def forward(self): pass\n")
    assert not [stub for stub in read(tmp_path, homework.rubric) if stub.idle]


def failed(check: str, message: str, *calls: str) -> CheckResult:
    return CheckResult(
        id=check, title="t", status=Status.FAILED, message=message, counterexample={"calls": list(calls)}
    )


KNN = """
class KNearestNeighbor:
    def train(self, X, y):
        self.X_train = X

    def compute_distances_no_loops(self, X):
        dists = np.zeros((X.shape[0], 3))
        pass
        return dists

    def predict_labels(self, dists, k=1):
        return dists.argmin(axis=1)
"""


def test_a_check_that_has_called_an_empty_method_waits_for_it_and_one_that_has_not_fails(tmp_path: Path) -> None:
    homework = load_homework("cs231n_a1")
    (tmp_path / "cs231n/classifiers").mkdir(parents=True)
    (tmp_path / "cs231n/classifiers/k_nearest_neighbor.py").write_text(KNN)
    made = "knearestneighbor = KNearestNeighbor(); knearestneighbor.train(X, y)"
    found = told_of(
        homework,
        tmp_path,
        {
            one.id: one
            for one in (
                failed("knn.no_loops", "it is zero everywhere", made, "knearestneighbor.compute_distances_no_loops(X)"),
                failed("knn.labels", "labels[0] is 1, but should be 2", made, "knearestneighbor.predict_labels(D)"),
            )
        },
    )
    assert [part.part for part in found["knn.no_loops"].waits_for or ()] == [
        "KNearestNeighbor.compute_distances_no_loops"
    ]
    assert not found["knn.labels"].waits_for


def test_what_passes_since_nothing_is_there_has_not_passed_unless_the_code_only_looks_so(tmp_path: Path) -> None:
    homework = load_homework("cs231n_a2")
    (tmp_path / "cs231n").mkdir()
    stub = "def conv_{}_naive(x, w, b, conv_param):\n    out = None\n    return out, x\n"
    (tmp_path / "cs231n/layers.py").write_text(stub.format("forward") + stub.format("backward"))
    passed = CheckResult(id="conv.inputs_unchanged", title="t", status=Status.PASSED)
    forward = failed("conv.forward", "out is None")
    told = told_of(homework, tmp_path, {one.id: one for one in (forward, passed)})
    assert [told[check].status for check in ("conv.forward", "conv.inputs_unchanged")] == [Status.FAILED, Status.ERROR]
    works = CheckResult(id="conv.forward", title="t", status=Status.PASSED)
    other = failed("conv.shapes", "its shape is (2, 3)")
    told = told_of(homework, tmp_path, {one.id: one for one in (works, passed, other)})
    assert told["conv.inputs_unchanged"] == passed


@pytest.mark.parametrize("kind", ["SyntaxError", "NameError", "ModuleNotFoundError"])
def test_a_mistake_that_can_be_mended_at_once_is_told_before_the_part_that_it_is_built_on_is_started(
    kind: str, homework: Homework, submission: Callable[..., Path]
) -> None:
    folder = submission(linear=STUB.format(rest="pass"))
    own = CheckResult(
        id="mlp0.forward",
        title="t",
        status=Status.ERROR,
        message="m",
        raised=Raised(type=kind, file="mytorch/models/mlp.py", line=3),
    )
    assert told_of(homework, folder, {"mlp0.forward": own})["mlp0.forward"] == own


def test_a_file_that_does_not_parse_is_told_though_its_section_waits_for_another_one(
    homework: Homework, submission: Callable[..., Path]
) -> None:
    folder = submission(linear=STUB.format(rest="pass"))
    path = folder / "mytorch/models/mlp.py"
    path.write_text(path.read_text().replace("class MLP0:", "class MLP0"))
    report = marked(folder, homework, "linear", "mlp0")
    assert not report.score
    shown = text(report)
    assert "mytorch/models/mlp.py, line" in shown
    assert "does not parse" in shown
    assert "Fix first: mlp0." in shown


def test_an_empty_class_is_not_started(homework: Homework, tmp_path: Path) -> None:
    (tmp_path / "mytorch/nn").mkdir(parents=True)
    (tmp_path / "mytorch/nn/linear.py").write_text('class Linear:\n    """A layer."""\n')
    assert [stub.part.part for stub in read(tmp_path, homework.rubric) if stub.idle] == ["Linear"]


def test_a_line_in_a_function_that_no_homework_names_is_told_by_that_function(
    homework: Homework, submission: Callable[..., Path]
) -> None:
    folder = submission(helpers="def padded(X):\n    for _ in X:\n        raise NotImplementedError\n")
    place = Raised(type="NotImplementedError", file="mytorch/nn/helpers.py", line=3)
    result = CheckResult(id="sgd.plain_steps", title="t", status=Status.ERROR, message="m", raised=place)
    told = told_of(homework, folder, {result.id: result})[result.id]
    assert told.message == "padded (mytorch/nn/helpers.py, line 3) is not started"


def test_unstarted_code_has_no_points_and_two_lines(homework: Homework, submission: Callable[..., Path]) -> None:
    report = marked(submission(linear=STUB.format(rest="return None")), homework, "linear", "mlp0")
    assert (report.score, report.exit_status) == (0, 1)
    assert all(
        check.status is not Status.PASSED or check.advisory for section in report.sections for check in section.checks
    )
    said = text(report).splitlines()
    assert "Not started: Linear (linear.py)" in said
    assert "mlp0 waits for Linear (linear.py, line 5)" in said
    assert len(said) < 12


PATCHED = STUB.format(rest="pass") + (
    "\n\nfrom mytorch.nn.linear_parts import forward, backward, start\n"
    "Linear.__init__, Linear.forward, Linear.backward = start, forward, backward\n"
)


def test_code_that_only_looks_unstarted_is_run_and_passes(homework: Homework, submission: Callable[..., Path]) -> None:
    folder = submission(linear=PATCHED)
    worked = (WORKED / "mytorch/nn/linear.py").read_text()
    (folder / "mytorch/nn/linear_parts.py").write_text(
        f"{worked}\n\nstart, forward, backward = Linear.__init__, Linear.forward, Linear.backward\n"
    )
    report = marked(folder, homework, "linear")
    assert report.score == report.max_score == 15


def test_parts_are_named_by_file_and_sections_that_wait_together() -> None:
    def section(name: str, message: str, *parts: NotStarted) -> SectionResult:
        check = CheckResult(id=f"{name}.f", title="t", status=Status.ERROR, message=message, waits_for=list(parts))
        return SectionResult(id=name, title="t", score=0, max_score=1, status=SectionStatus.FAILED, checks=[check])

    linear, tanh, relu = (
        NotStarted(part=name, file=file, line=3)
        for name, file in (("Linear", "a.py"), ("Tanh", "b.py"), ("ReLU", "b.py"))
    )
    sections = [
        section("linear", "Linear (a.py, line 3) is not started", linear),
        section("f", "Tanh and ReLU are not started", tanh, relu),
        section("mlp0", "waits for Linear (a.py, line 3)", linear),
        section("mlp1", "waits for Linear (a.py, line 3)", linear),
    ]
    report = Report(homework="h", submission="s", score=0, max_score=4, sections=sections, environment={})
    assert list(waiting(report)) == [
        "Not started: Linear (a.py), Tanh, ReLU (b.py)",
        "mlp0, mlp1 wait for Linear (a.py, line 3)",
    ]
