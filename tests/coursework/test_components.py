"""A pack's components: sections without checks have their standard ones, own checks come first, slips are one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders import UsageError
from graders.coursework.packs.loading import all_problems
from graders.coursework.packs.pack import load_homework, read_rubric
from tests.packs import scores_of
from tests.support import write_tree

RUBRIC = """
    id = "small"
    title = "Small"
    total = 3

    [[sections]]
    id = "double"
    title = "Double"
    points = 3
    {more}
"""
COMPONENTS = """
    from graders.checking.components import Functions

    COMPONENTS = {{
        "double": Functions(module="work.layers", forward="double", backward="double_back", inputs={{"x": "N D"}},
                            torch=lambda x: 2 * x, {more}),
    }}
"""


def pack(folder: Path, rubric: str = "", component: str = "", **files: str) -> Path:
    content = {"rubric.toml": RUBRIC.format(more=rubric), "components.py": COMPONENTS.format(more=component)}
    return write_tree(folder, content | files)


def test_a_section_without_checks_has_the_standard_ones(tmp_path: Path) -> None:
    homework = load_homework(str(pack(tmp_path, component='advisory={"shapes"}, without={"batch_of_one"}')))
    (section,) = homework.sections
    assert section.checks == [
        "double.forward",
        "double.backward_x",
        "double.inputs_unchanged",
        "double.finite_differences",
    ]
    assert section.advisory == ["double.shapes"]
    assert homework.title_of("double.backward_x") == "double_back returns dx, the gradient with respect to x."
    assert (homework.modules, homework.files) == (["work.layers"], ["work/layers.py"])


def test_a_section_that_lists_checks_has_those(tmp_path: Path) -> None:
    homework = load_homework(str(pack(tmp_path, rubric='checks = ["double.forward"]')))
    assert homework.checks == ["double.forward"]


def test_an_own_check_takes_the_place_of_a_standard_one(tmp_path: Path) -> None:
    text = """
        from graders.checking import section

        @section("double")
        def test_forward(student):
            \"""Ours.\"""
    """
    homework = load_homework(str(pack(tmp_path, **{"checks/test_double.py": text})))
    assert homework.title_of("double.forward") == "Ours."
    assert homework.sources["double.forward"].file.name == "test_double.py"


def test_a_rubric_is_read_with_its_components(tmp_path: Path) -> None:
    assert read_rubric(str(pack(tmp_path))).files == ["work/layers.py"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("COMPONENT = {}", r"components\.py: COMPONENTS should be a dict of components"),
        ("COMPONENTS = {'double': 3}", r"COMPONENTS\['double'\] is of type int, but should be a component"),
        ("COMPONENTS = {", r"components\.py, line 1: SyntaxError"),
        ("raise ValueError(3)", r"components\.py, line 1: ValueError: 3"),
    ],
)
def test_what_is_no_component_is_one_line(text: str, said: str, tmp_path: Path) -> None:
    folder = pack(tmp_path, **{"components.py": text})
    with pytest.raises(UsageError, match=said):
        load_homework(str(folder))
    assert len(all_problems(str(folder))) == 1


@pytest.mark.parametrize(
    ("component", "said"),
    [
        ('gradients={"x": "nowhere"}', "'nowhere' is no place: say forward, backward, layer"),
        ('gradients={"w": "backward"}', "gradients names 'w', but there is only x"),
        ('divided_by_batch={"w"}', "divided_by_batch names 'w', but there is only x"),
        ('takes="x y"', "takes names 'y', but there is only x, options"),
        ('backward_takes="dy"', "backward_takes names 'dy', but there is only dout, x, out, cache, options"),
        ('without={"forwards"}', "without names 'forwards', but there is only forward, backward_x"),
        ('regimes=("odd",)', "regimes names 'odd', but there is only plain, "),
        ('kinds={"x": "even"}', "kinds names 'even', but there is only probabilities, positive"),
        ("forwards=3", "unexpected keyword argument 'forwards'"),
    ],
)
def test_a_slip_in_a_component_is_one_line(component: str, said: str, tmp_path: Path) -> None:
    folder = pack(tmp_path, component=component)
    with pytest.raises(UsageError, match=said):
        load_homework(str(folder))
    assert len(all_problems(str(folder))) == 1


def test_a_function_of_pytorch_that_cant_be_called_is_told_before_anything_is_marked(tmp_path: Path) -> None:
    folder = pack(tmp_path, component='options={"stride": [1]}')
    (line,) = all_problems(str(folder))
    assert "COMPONENTS['double']: what is right can't be computed: TypeError" in line
    assert "'stride'" in line


def test_a_rubric_without_files_and_components_is_told(tmp_path: Path) -> None:
    folder = write_tree(tmp_path, {"rubric.toml": RUBRIC.format(more='policy = "manual"')})
    assert any("modules names no file that a submission consists of" in line for line in all_problems(str(folder)))


RIGHT = "def double(x):\n    return 2 * x, None\n\n\ndef double_back(dout, cache):\n    return 2 * dout\n"


def test_what_is_optional_is_asked_where_it_is_there(tmp_path: Path) -> None:
    """Nothing of it, or something: what is there is asked for the rest."""
    folder = pack(tmp_path / "pack", component="optional=True")
    whole, without, half, wrong = (
        write_tree(tmp_path / name, {"work/layers.py": text})
        for name, text in (
            ("whole", RIGHT),
            ("without", "ONE = 1\n"),
            ("half", "def double(x):\n    return 2 * x, None\n"),
            ("wrong", RIGHT.replace("2 * dout", "3 * dout")),
        )
    )
    assert scores_of(folder, whole) == scores_of(folder, without) == {"double": 3}
    assert all(0 < scores_of(folder, one)["double"] < 3 for one in (half, wrong))
