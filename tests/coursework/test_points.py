"""From results to points: fail-closed, by each section's policy, and advice is free."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graders.coursework.packs.pack import Homework, load_homework
from graders.coursework.points import NO_RESULT, mark_sections, total
from graders.coursework.record import CheckResult, Report, SectionResult, SectionStatus, Status
from graders.coursework.selection import select
from tests.support import TOY_RUBRIC, toy_homework

LOSING = [Status.FAILED, Status.ERROR, Status.TIMEOUT, Status.CRASHED, Status.GRADER_FAULT]


@pytest.fixture(scope="module")
def homework(tmp_path_factory: pytest.TempPathFactory) -> Homework:
    return load_homework(str(toy_homework(tmp_path_factory.mktemp("toy"))))


def results(homework: Homework, **different: Status) -> dict[str, CheckResult]:
    """Every check passed, but for those named with `__` in place of the point."""
    statuses = dict.fromkeys(homework.checks, Status.PASSED) | {k.replace("__", "."): v for k, v in different.items()}
    return {
        check: CheckResult(id=check, title=check, status=status, advisory=homework.is_advisory(check))
        for check, status in statuses.items()
    }


def marked(
    homework: Homework,
    found: Mapping[str, CheckResult],
    only: Sequence[str] = (),
    flags: Mapping[str, bool] | None = None,
) -> dict[str, SectionResult]:
    chosen = select(homework, only, flags or {})
    run = {check: result for check, result in found.items() if chosen.runs(check)}
    return {section.id: section for section in mark_sections(homework, chosen, run)}


def exit_status(sections: Mapping[str, SectionResult]) -> int:
    score, most = (sum(getattr(s, name) for s in sections.values()) for name in ("score", "max_score"))
    report = Report(
        homework="toy", submission="x", score=score, max_score=most, sections=list(sections.values()), environment={}
    )
    return report.exit_status


def test_when_all_pass_every_section_has_its_points(homework: Homework) -> None:
    sections = marked(homework, results(homework))
    assert {name: (s.score, s.max_score) for name, s in sections.items()} == {
        "layer": (10, 10),
        "sum": (4, 4),
        "product": (5, 5),
        "essay": (0, 1),
    }
    assert [s.status for s in sections.values()] == [SectionStatus.PASSED] * 3 + [SectionStatus.MANUAL]


def test_a_check_without_a_result_has_failed(homework: Homework) -> None:
    sections = marked(homework, {})
    assert [s.score for s in sections.values()] == [0, 0, 0, 0]
    assert sum(s.max_score for s in sections.values()) == 20
    for section in sections.values():
        assert {check.status for check in section.checks} <= {Status.FAILED}
        assert {check.message for check in section.checks} <= {NO_RESULT}
    assert exit_status(sections) == 1


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_losing_a_result_never_gives_points(homework: Homework, data: st.DataObject) -> None:
    statuses = {check: data.draw(st.sampled_from(Status), label=check) for check in homework.checks}
    found = {
        check: CheckResult(id=check, title=check, status=status, advisory=homework.is_advisory(check))
        for check, status in statuses.items()
    }
    lost = data.draw(st.sets(st.sampled_from(homework.checks)), label="lost")
    before = marked(homework, found)
    after = marked(homework, {check: result for check, result in found.items() if check not in lost})
    for name, section in after.items():
        assert 0 <= section.score <= before[name].score <= section.max_score == before[name].max_score


@pytest.mark.parametrize("status", [*LOSING, Status.SKIPPED])
def test_one_check_that_did_not_pass_costs_the_whole_of_an_all_or_nothing_section(
    homework: Homework, status: Status
) -> None:
    sections = marked(homework, results(homework, layer__forward=status))
    assert (sections["layer"].score, sections["layer"].max_score) == (0, 10)
    assert sections["layer"].status is (SectionStatus.PARTIAL if status is Status.SKIPPED else SectionStatus.FAILED)
    assert sections["sum"].score == 4


@pytest.mark.parametrize("status", [*LOSING, Status.SKIPPED])
def test_advice_costs_nothing(homework: Homework, status: Status) -> None:
    sections = marked(homework, results(homework, layer__large_inputs=status))
    assert sections["layer"].score == 10
    assert sections["layer"].status is SectionStatus.PASSED


def test_advice_earns_nothing(homework: Homework) -> None:
    found = results(homework, layer__forward=Status.FAILED, layer__backward_input=Status.FAILED)
    assert marked(homework, found)["layer"].score == 0


def test_per_check_points_are_equal_shares(homework: Homework) -> None:
    section = marked(homework, results(homework, sum__left=Status.FAILED))["sum"]
    assert section.score == pytest.approx(8 / 3, abs=1e-6)
    assert section.status is SectionStatus.PARTIAL
    nothing = {"sum__left": Status.FAILED, "sum__right": Status.ERROR, "sum__both": Status.TIMEOUT}
    assert marked(homework, results(homework, **nothing))["sum"].status is SectionStatus.FAILED
    assert marked(homework, results(homework, **nothing))["sum"].score == 0


def test_weights_say_what_a_check_is_worth(homework: Homework) -> None:
    assert marked(homework, results(homework, product__plain=Status.FAILED))["product"].score == 3.5
    assert marked(homework, results(homework, product__chained=Status.FAILED))["product"].score == 1.5


def test_a_grader_fault_gives_no_point_and_exit_status_3(homework: Homework) -> None:
    sections = marked(homework, results(homework, sum__left=Status.GRADER_FAULT))
    assert sections["sum"].score < 4
    assert exit_status(sections) == 3
    advisory = marked(homework, results(homework, layer__large_inputs=Status.GRADER_FAULT))
    assert exit_status(advisory) == 3


def test_exit_status_is_0_with_full_marks_and_1_without(homework: Homework) -> None:
    automatic = ["layer", "sum", "product"]
    assert exit_status(marked(homework, results(homework), automatic)) == 0
    assert exit_status(marked(homework, results(homework, layer__large_inputs=Status.FAILED), automatic)) == 0
    for status in LOSING[:-1]:
        assert exit_status(marked(homework, results(homework, sum__left=status), automatic)) == 1


def test_a_manual_section_stands_with_its_points(homework: Homework) -> None:
    essay = marked(homework, results(homework))["essay"]
    assert (essay.score, essay.max_score, essay.status, essay.checks) == (0, 1, SectionStatus.MANUAL, [])


def test_choosing_a_section_leaves_the_others_out(homework: Homework) -> None:
    sections = marked(homework, results(homework), ["sum"])
    assert list(sections) == ["sum"]
    assert (sections["sum"].score, sections["sum"].max_score) == (4, 4)


def test_part_of_an_all_or_nothing_section_is_worth_nothing_and_says_so(homework: Homework) -> None:
    section = marked(homework, results(homework), ["layer.forward"])["layer"]
    assert (section.score, section.max_score, section.status) == (0, 0, SectionStatus.PARTIAL)
    assert "its points need the whole" in section.note
    assert [check.status for check in section.checks] == [Status.PASSED] + [Status.SKIPPED] * 3
    assert section.checks[1].message == "not selected by --only"
    assert exit_status({"layer": section}) == 0
    failed = marked(homework, results(homework, layer__forward=Status.FAILED), ["layer.forward"])
    assert failed["layer"].status is SectionStatus.FAILED
    assert exit_status(failed) == 1


def test_part_of_a_per_check_section_is_worth_its_checks(homework: Homework) -> None:
    section = marked(homework, results(homework), ["product.plain"])["product"]
    assert (section.score, section.max_score) == (1.5, 1.5)
    failed = marked(homework, results(homework, product__plain=Status.FAILED), ["product.plain"])["product"]
    assert (failed.score, failed.max_score) == (0, 1.5)


def test_a_flag_takes_the_points_and_leaves_what_could_have_been_had(homework: Homework) -> None:
    sections = marked(homework, results(homework), flags={"grade_layer": False, "grade_sum_left": False})
    layer, total = sections["layer"], sections["sum"]
    assert (layer.score, layer.max_score, layer.status) == (0, 10, SectionStatus.SKIPPED)
    assert {check.message for check in layer.checks} == {"grade_layer is False"}
    assert total.score == pytest.approx(8 / 3, abs=1e-6)
    assert (total.max_score, total.status) == (4, SectionStatus.PARTIAL)
    assert exit_status(sections) == 1


def test_sections_and_checks_keep_the_rubrics_order_whatever_the_results(homework: Homework) -> None:
    found = results(homework)
    turned = dict(reversed(found.items()))
    sections = marked(homework, turned)
    assert list(sections) == ["layer", "sum", "product", "essay"]
    assert [check.id for section in sections.values() for check in section.checks] == homework.checks


def test_points_are_the_same_however_often_they_are_counted(homework: Homework) -> None:
    found = results(homework, sum__left=Status.FAILED)
    assert marked(homework, found) == marked(homework, found)


def test_the_rubric_of_the_toy_homework_is_what_these_tests_think(homework: Homework, tmp_path: Path) -> None:
    assert homework.rubric.total == 20


def with_sections(folder: Path, *changes: tuple[str, str]) -> Homework:
    rubric = TOY_RUBRIC
    for old, new in changes:
        rubric = rubric.replace(old, new)
    return load_homework(str(toy_homework(folder, rubric)))


def test_what_is_marked_by_hand_costs_no_full_marks(homework: Homework) -> None:
    assert exit_status(marked(homework, results(homework))) == 0


def test_a_check_that_fails_may_still_earn_a_share_of_its_points(homework: Homework) -> None:
    found = results(homework)
    found["product.chained"] = CheckResult(id="product.chained", title="", status=Status.FAILED, share=0.4)
    section = marked(homework, found)["product"]
    assert section.score == pytest.approx(1.5 + 0.4 * 3.5)
    assert section.status is SectionStatus.PARTIAL
    assert exit_status({"product": section}) == 1


def test_extra_points_come_on_top_of_the_total(tmp_path: Path) -> None:
    bonus = ("total = 20", "total = 15"), ("points = 5\n", "points = 5\nextra = true\n")
    homework = with_sections(tmp_path, *bonus)
    everything = marked(homework, results(homework))
    assert total(everything.values()) == (19, 15)
    without = marked(homework, results(homework, product__plain=Status.SKIPPED, product__chained=Status.SKIPPED))
    assert (without["product"].extra, total(without.values())) == (True, (14, 15))
    assert exit_status(without) == 0


def test_a_section_without_its_key_is_manual_and_says_so(tmp_path: Path) -> None:
    homework = with_sections(tmp_path / "toy", ("points = 4\n", 'points = 4\nkey = "sum.csv"\n'))
    for folder in (None, tmp_path):
        section = marked(homework.with_keys(folder), results(homework))["sum"]
        assert (section.score, section.max_score, section.status) == (0, 4, SectionStatus.MANUAL)
        assert "--keys FOLDER has sum.csv" in section.note
    (tmp_path / "sum.csv").touch()
    assert marked(homework.with_keys(tmp_path), results(homework))["sum"].score == 4
