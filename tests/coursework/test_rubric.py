"""A rubric is used if it adds up; if not, one line names the row."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from graders import UsageError
from graders.coursework.packs.pack import homework_ids, load_homework
from graders.coursework.rubric import Policy, module_of, selects
from tests.support import TOY_CHECKS, TOY_RUBRIC, toy_homework


def test_a_rubric_that_adds_up_is_loaded(tmp_path: Path) -> None:
    homework = load_homework(str(toy_homework(tmp_path)))
    assert homework.id == "toy"
    assert [section.id for section in homework.sections] == ["layer", "sum", "product", "essay"]
    assert homework.checks[:4] == [
        "layer.forward",
        "layer.backward_input",
        "layer.backward_weight",
        "layer.large_inputs",
    ]
    assert homework.title_of("sum.left") == "The left one."
    assert homework.is_advisory("layer.large_inputs")
    assert not homework.is_advisory("layer.forward")
    assert homework.files == ["toy/layer.py", "layer.py"]
    assert homework.modules == ["toy.layer", "layer", "toy"]


def test_a_name_is_located_in_its_files_and_then_in_its_package(tmp_path: Path) -> None:
    homework = load_homework(str(toy_homework(tmp_path)))
    candidates, files = homework.locate("toy", "Layer")
    assert candidates == [("toy.layer", "Layer"), ("layer", "Layer"), ("toy", "Layer")]
    assert files == "toy/layer.py or layer.py"
    assert homework.locate("other.place", "Thing") == ([("other.place", "Thing")], "other.place")


BROKEN = {
    "a total that is off": (
        "total = 20",
        "total = 21",
        "total is 21, but the sections add up to 20 (layer 10 + sum 4 + product 5 + essay 1)",
    ),
    "a total that is no number": ("total = 20", "total = nan", "total is nan"),
    "negative points": ("points = 4", "points = -4", "section 'sum': points are -4, but should be 0 or more"),
    "infinite points": ("points = 4", "points = inf", "section 'sum': points are inf"),
    "points that are nan": ("points = 4", "points = nan", "section 'sum': points are nan"),
    "a check without a function": (
        '"sum.left", ',
        '"sum.left", "sum.middle", ',
        "section 'sum': check 'sum.middle' has no function",
    ),
    "a check of another section": (
        '["sum.left", ',
        '["layer.forward", "sum.left", ',
        "section 'sum': check 'layer.forward' should be called sum.",
    ),
    "a check listed twice": ('"sum.left", ', '"sum.left", "sum.left", ', "check 'sum.left' is listed twice"),
    "a check that counts and advises": ("layer.large_inputs", "layer.forward", "check 'layer.forward' is listed twice"),
    "a function in no section": ('"sum.left", ', "", "check 'sum.left' in test_toy.py is in no section"),
    "a section listed twice": ('id = "product"', 'id = "sum"', "'sum'"),
    "no checks": ('checks = ["sum.left", "sum.right", "sum.both"]', "checks = []", "section 'sum': has no checks"),
    "a manual section with checks": (
        '"per-check"\nchecks = ["sum.left"',
        '"manual"\nchecks = ["sum.left"',
        "section 'sum': a manual section has no checks",
    ),
    "weights that are off": (
        '"product.plain" = 1.5',
        '"product.plain" = 2.5',
        "section 'product': weights add up to 6, but should add up to its points, 5",
    ),
    "weights that miss a check": (
        '"product.plain" = 1.5, ',
        "",
        "section 'product': weights must name exactly its checks",
    ),
    "weights of another check": (
        '"product.plain" = 1.5',
        '"sum.left" = 1.5',
        "section 'product': weights must name exactly its checks",
    ),
    "a negative weight": (
        '"product.plain" = 1.5, "product.chained" = 3.5',
        '"product.plain" = -1, "product.chained" = 6',
        "section 'product': weights must be 0 or more",
    ),
    "a flag of no component": ('grade_layer = "layer"', 'grade_layer = "lair"', "flag 'grade_layer' names 'lair'"),
    "a small package that there isn't": (
        "total = 20",
        'total = 20\nlight = ["tqdm", "scipy"]',
        "light: there is no small 'scipy', only future, pandas, past, sklearn, torchvision, tqdm",
    ),
    "practice with points": (
        'title = "A sum"',
        'title = "A sum"\npractice = ["toy.Layer"]',
        "section 'sum': is practice, so its points should be 0, not 4",
    ),
    "practice that is extra": (
        "points = 4",
        'points = 0\nextra = true\npractice = ["toy.Layer"]',
        "section 'sum': is practice, which is worth nothing: it can't be extra",
    ),
    "practice by hand": (
        "points = 4",
        'points = 0\nkey = "sums.csv"\npractice = ["toy.Layer"]',
        "section 'sum': is practice, which the program marks: it can be neither manual nor have a key",
    ),
    "practice of nothing that there is": (
        "points = 4",
        'points = 0\npractice = ["toy.Lair"]',
        "section 'sum': practice names 'toy.Lair', which modules doesn't have",
    ),
    "practice that is no list": ("points = 4", "points = 0\npractice = true", "section 'sum': "),
    "a dialect of no manner": (
        "total = 20",
        'total = 20\ndialects = [{ title = "Another year", manners = ["loud"] }]',
        "loud",
    ),
    "an unknown policy": ('policy = "manual"', 'policy = "random"', "random"),
    "an unknown key": ('title = "A sum"', 'title = "A sum"\nbonus = 3', "bonus"),
    "points in words": ("points = 4", 'points = "four"', "points"),
    "a missing title": ('title = "A sum"\n', "", "title"),
    "no TOML": ("total = 20", "total = = 20", "line 3"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_rubric_that_does_not_add_up_is_an_error_that_names_the_row(tmp_path: Path, what: str) -> None:
    old, new, words = BROKEN[what]
    assert old in TOY_RUBRIC
    folder = toy_homework(tmp_path, TOY_RUBRIC.replace(old, new))
    with pytest.raises(UsageError) as caught:
        load_homework(str(folder))
    message = str(caught.value)
    assert words in message
    assert message.startswith(str(folder / "rubric.toml"))
    assert "\n" not in message


def test_bytes_that_are_no_text_are_an_error(tmp_path: Path) -> None:
    folder = toy_homework(tmp_path)
    (folder / "rubric.toml").write_bytes(b"id = '\xff'\n")
    with pytest.raises(UsageError, match=re.escape("rubric.toml")):
        load_homework(str(folder))


def test_a_check_without_a_docstring_is_an_error(tmp_path: Path) -> None:
    folder = toy_homework(tmp_path, checks=TOY_CHECKS.replace('"""The left one."""', "pass"))
    with pytest.raises(UsageError, match=r"check 'sum\.left' has no docstring"):
        load_homework(str(folder))


def test_checks_that_do_not_parse_are_an_error_that_names_the_file(tmp_path: Path) -> None:
    folder = toy_homework(tmp_path, checks=TOY_CHECKS + "def broken(:\n")
    with pytest.raises(UsageError, match=r"test_toy\.py: the checks can't be read"):
        load_homework(str(folder))


def test_loading_a_rubric_runs_no_check_file(tmp_path: Path) -> None:
    load_homework(str(toy_homework(tmp_path, checks=TOY_CHECKS + "\nraise SystemExit(3)\n")))


def test_a_homework_that_is_not_there_lists_those_that_are(tmp_path: Path) -> None:
    for name in ("nonsense", str(tmp_path)):
        with pytest.raises(UsageError, match=r"there is no homework .*: give one of a4, ai702"):
            load_homework(name)


def test_every_homework_that_comes_with_gradmark_adds_up() -> None:
    assert "ai702" in homework_ids()
    for name in homework_ids():
        homework = load_homework(name)
        assert homework.id == name
        counting = [section.points for section in homework.sections if not section.extra]
        assert math.fsum(counting) == pytest.approx(homework.rubric.total)
        assert all(homework.title_of(check) for check in homework.checks)


def test_ai702_has_the_points_of_its_handout() -> None:
    homework = load_homework("ai702")
    points = {section.id: section.points for section in homework.sections}
    wanted = {
        "linear": 15,
        "activations": 10,
        "mlp0": 10,
        "mlp1": 10,
        "mlp4": 15,
        "losses": 10,
        "sgd": 10,
        "batchnorm": 20,
    }
    assert points == wanted
    assert {section.policy for section in homework.sections} == {Policy.ALL_OR_NOTHING}


def test_a_selector_takes_in_a_section_a_component_or_a_check() -> None:
    for selector in ("linear", "linear.backward", "linear.backward_bias"):
        assert selects(selector, "linear.backward_bias")
    for selector in ("lin", "linear.back", "linear.", "linear.backward_", "", "bias", "linear2"):
        assert not selects(selector, "linear.backward_bias")


def test_a_module_is_named_as_python_names_it() -> None:
    assert module_of("mytorch/nn/linear.py") == "mytorch.nn.linear"
