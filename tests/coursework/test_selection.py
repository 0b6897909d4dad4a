"""`--only` narrows a run down, flags take components out."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders import UsageError
from graders.coursework.packs.pack import Homework, load_homework
from graders.coursework.selection import select
from tests.support import toy_homework


@pytest.fixture
def homework(tmp_path: Path) -> Homework:
    return load_homework(str(toy_homework(tmp_path)))


def test_without_a_choice_everything_runs_in_the_rubrics_order(homework: Homework) -> None:
    selection = select(homework, [], {})
    assert selection.running(homework) == homework.checks
    assert selection.sections == {"layer", "sum", "product", "essay"}


def test_a_section_takes_in_its_checks_and_its_advice(homework: Homework) -> None:
    selection = select(homework, ["layer"], {})
    assert selection.running(homework) == [
        "layer.forward",
        "layer.backward_input",
        "layer.backward_weight",
        "layer.large_inputs",
    ]
    assert selection.sections == {"layer"}
    assert selection.why_not("sum.left") == "not selected by --only"


def test_single_checks_and_components_can_be_chosen_across_sections(homework: Homework) -> None:
    selection = select(homework, ["product.plain", "layer.backward"], {})
    assert selection.running(homework) == ["layer.backward_input", "layer.backward_weight", "product.plain"]
    assert selection.sections == {"layer", "product"}


def test_a_manual_section_can_be_chosen(homework: Homework) -> None:
    selection = select(homework, ["essay"], {})
    assert selection.sections == {"essay"}
    assert selection.running(homework) == []


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("layr", "did you mean layer?"),
        ("product.plane", "did you mean product.plain?"),
        ("layer.forwards", "did you mean layer.forward?"),
        ("Sum", "did you mean sum?"),
        ("zzzz", "its sections are layer, sum, product, essay"),
        ("layer.", "did you mean layer?"),
    ],
)
def test_an_unknown_choice_is_told_what_may_be_meant(homework: Homework, wrong: str, meant: str) -> None:
    with pytest.raises(UsageError) as caught:
        select(homework, ["sum", wrong], {})
    assert str(caught.value).startswith(f"--only {wrong}: toy has no such section or check")
    assert meant in str(caught.value)


def test_a_flag_that_is_false_takes_its_component_out(homework: Homework) -> None:
    selection = select(homework, [], {"grade_layer": False, "grade_sum_left": True})
    assert selection.running(homework) == ["sum.left", "sum.right", "sum.both", "product.plain", "product.chained"]
    assert selection.sections == {"layer", "sum", "product", "essay"}
    assert selection.why_not("layer.forward") == "grade_layer is False"


def test_flags_and_choices_go_together(homework: Homework) -> None:
    selection = select(homework, ["sum"], {"grade_sum_left": False, "grade_layer": True})
    assert selection.running(homework) == ["sum.right", "sum.both"]


def test_an_unknown_flag_is_told_what_may_be_meant(homework: Homework) -> None:
    with pytest.raises(UsageError, match=r"unknown flag grade_laier; did you mean grade_layer\?"):
        select(homework, [], {"grade_laier": True})
    with pytest.raises(UsageError, match=r"^unknown flag zzz$"):
        select(homework, [], {"zzz": False})


def test_every_check_of_ai702_that_counts_has_a_flag() -> None:
    ai702 = load_homework("ai702")
    assert select(ai702, [], dict.fromkeys(ai702.rubric.flags, False)).running(ai702) == []


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("mlp", ["mlp0", "mlp1", "mlp4"]),
        ("mlp.backward", ["mlp0.backward", "mlp1.backward", "mlp4.backward"]),
        ("Linear layer", ["linear"]),
        ("linear LAYER", ["linear"]),
        ("Linear", ["linear"]),
        ("batch", ["batchnorm"]),
        ("init", ["linear.init", "batchnorm.init"]),
    ],
)
def test_a_beginning_a_title_and_a_check_s_own_name_mean_all_that_they_fit(word: str, meaning: list[str]) -> None:
    ai702 = load_homework("ai702")
    selection = select(ai702, [word], {})
    assert selection.taken_for == {word: meaning}
    assert selection.checks == select(ai702, meaning, {}).checks


def test_relu_finds_the_checks_of_relu_among_the_activations() -> None:
    ai702 = load_homework("ai702")
    found = select(ai702, ["relu"], {})
    assert found.sections == {"activations"}
    assert found.checks == {check for check in ai702.checks if check.startswith("activations.relu_")}


def test_a_name_means_itself_whatever_else_begins_so(homework: Homework) -> None:
    selection = select(homework, ["sum", "layer.backward"], {})
    assert selection.taken_for == {}
    assert selection.sections == {"sum", "layer"}


@pytest.mark.parametrize("word", ["l", ".", "--", "_", "layer..forward", "", " "])
def test_what_is_no_word_means_nothing(homework: Homework, word: str) -> None:
    with pytest.raises(UsageError, match="has no such section or check"):
        select(homework, [word], {})


def test_a_typo_in_a_check_s_own_name_is_told_what_may_be_meant() -> None:
    with pytest.raises(UsageError, match=r"^--debug rleu: ai702 has no such section or check; did you mean relu\?$"):
        select(load_homework("ai702"), ["rleu"], {}, "--debug")
