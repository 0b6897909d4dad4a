"""A look at a submission whose marks are final names the line at fault, and changes no mark and no reason."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from graders.coursework.packs.pack import load_homework
from graders.coursework.record import Report, Status
from graders.coursework.selection import select
from graders.marking.profiles import Profile
from graders.marking.run import Request, mark
from tests.support import copy_of_worked

BATCHNORM = "mytorch/nn/batchnorm.py"


def marked(tmp_path: Path, edits: list[tuple[str, str, str]], only: str, *, look: bool = True) -> Report:
    """The report of ai702's worked submission with these edits."""
    folder = tmp_path / "submission"
    if not folder.exists():
        copy_of_worked(folder)
        for file, old, new in edits:
            text = (folder / file).read_text()
            assert text.count(old) == 1
            (folder / file).write_text(text.replace(old, new))
    found = load_homework("ai702")
    return mark(Request(folder, found, select(found, only.split(), {}), Profile.QUICK, name="submission", look=look))


def looks(report: Report) -> set[tuple[str, str, bool]]:
    """The lines that are reported: file, what is there, whether it is certain."""
    found = set()
    for cause in report.causes or []:
        for one in cause.look_at:
            code = next(code for code in cause.code if code.line(one.line))
            found.add((one.file, code.line(one.line).strip(), one.sure))
    return found


UNBIASED = (BATCHNORM, "np.var(Z, axis=0, keepdims=True)", "np.var(Z, axis=0, keepdims=True, ddof=1)")


def test_one_wrong_line_is_named_and_explains_all_that_failed(tmp_path: Path):
    report = marked(tmp_path, [UNBIASED], "batchnorm")
    assert looks(report) == {(BATCHNORM, "self.V = np.var(Z, axis=0, keepdims=True, ddof=1)", True)}
    (cause,) = report.causes or []
    failed = [one.id for one in report.sections[0].checks if one.status is Status.FAILED]
    assert cause.checks == failed
    assert cause.of == len(failed)
    first, *others = [one for one in report.sections[0].checks if one.id in failed]
    assert not first.same_as
    assert {one.same_as for one in others} == {first.id}


def test_marks_and_reasons_are_the_same_without_it(tmp_path: Path):
    with_look = marked(tmp_path, [UNBIASED], "batchnorm")
    without = marked(tmp_path, [UNBIASED], "batchnorm", look=False)
    assert not without.causes

    def plain(report: Report) -> list[object]:
        unset = {"look_at": msgspec.UNSET, "same_as": msgspec.UNSET, "seconds": 0.0}
        return [msgspec.structs.replace(one, **unset) for section in report.sections for one in section.checks]

    assert plain(with_look) == plain(without)
    assert (with_look.score, with_look.max_score) == (without.score, without.max_score)


@pytest.mark.slow
def test_two_mistakes_are_each_named_by_what_they_explain(tmp_path: Path):
    bias = (
        BATCHNORM,
        "self.dLdBb = np.sum(dLdBZ, axis=0, keepdims=True)",
        "self.dLdBb = np.mean(dLdBZ, axis=0, keepdims=True)",
    )
    past = (
        BATCHNORM,
        "self.alpha * self.running_V + (1 - self.alpha) * self.V",
        "self.alpha * self.running_V + self.V",
    )
    found = looks(marked(tmp_path, [bias, past], "batchnorm"))
    assert (BATCHNORM, bias[2], True) in found
    assert all(not sure or text in (bias[2], f"self.running_V = {past[2]}") for _, text, sure in found)


@pytest.mark.slow
def test_a_mistake_in_a_part_is_said_once_for_all_that_is_built_on_it(tmp_path: Path):
    edit = ("mytorch/nn/linear.py", "dLdW = dLdZ.T @ dZdW", "dLdW = -dLdZ.T @ dZdW")
    report = marked(tmp_path, [edit], "linear mlp0")
    (cause,) = report.causes or []
    assert {check.partition(".")[0] for check in cause.checks} == {"linear", "mlp0"}
    in_network = [one for one in report.sections[1].checks if one.same_as]
    assert in_network
    assert {one.same_as for one in in_network} == {cause.checks[0]}


def test_what_is_passed_to_a_right_function_is_told_where_it_is_passed(tmp_path: Path):
    edit = ("mytorch/models/mlp.py", "Z1 = self.layers[1].forward(A1)", "Z1 = self.layers[1].forward(Z0)")
    found = looks(marked(tmp_path, [edit], "mlp1"))
    assert ("mytorch/models/mlp.py", edit[2], True) in found or all(not sure for _, _, sure in found)


def test_a_name_that_is_nowhere_is_told_where_it_is_read_and_where_nothing_assigns_it(tmp_path: Path):
    new = "self.V = np.var(Z, axis=0, keepdims=True) + missing"
    report = marked(tmp_path, [(BATCHNORM, "self.V = np.var(Z, axis=0, keepdims=True)", new)], "batchnorm")
    assert "NameError" in str([one.message for one in report.sections[0].checks])
    found = looks(report)
    assert {(text, sure) for _, text, sure in found} == {(new, False), ("def forward(self, Z, eval=False):", False)}


def test_a_right_submission_is_not_looked_at(tmp_path: Path):
    report = marked(tmp_path, [], "batchnorm")
    assert report.exit_status == 0
    assert report.causes is msgspec.UNSET


def test_nothing_is_looked_for_where_what_was_expected_is_hidden(tmp_path: Path):
    found = load_homework("ai702")
    for hidden in ("difference", "nothing"):
        rubric = msgspec.structs.replace(found.rubric, reveal=type(found.rubric.reveal)(hidden))
        request = Request(tmp_path, found, select(found, ["batchnorm"], {}))
        assert request.looks
        found_hidden = type(found)(found.layers, rubric, found._checks, found.modules_of_pack, found.components)
        assert not Request(tmp_path, found_hidden, select(found_hidden, ["batchnorm"], {})).looks


@pytest.mark.slow
def test_what_answers_by_chance_has_no_line(tmp_path: Path):
    edit = (
        BATCHNORM,
        "self.V = np.var(Z, axis=0, keepdims=True)",
        "self.V = np.random.default_rng().random((1, Z.shape[1]))",
    )
    assert not marked(tmp_path, [edit], "batchnorm").causes
