"""Packs that extend others and include shared folders: what they say together, and what they mark."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders import UsageError
from graders.coursework.packs.loading import all_problems
from graders.coursework.packs.pack import load_homework
from tests.packs import CHECKS, RUBRIC, base_pack, scores_of
from tests.support import write_tree

OWN = 'extends = "../base"\nid = "own"\n'


def own_pack(root: Path, rubric: str = OWN, **files: str) -> Path:
    """A pack that extends the base one beside it."""
    base_pack(root / "base")
    return write_tree(root / "own", {"rubric.toml": rubric, **files})


def refusal(folder: Path) -> str:
    with pytest.raises(UsageError) as caught:
        load_homework(str(folder))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_pack_says_what_the_extended_one_says_but_for_what_it_names(tmp_path: Path) -> None:
    rubric = OWN + 'total = 4\nversion = "2"\n\n[[sections]]\nid = "double"\npoints = 3\n'
    own = load_homework(str(own_pack(tmp_path, rubric)))
    assert (own.id, own.rubric.title, own.rubric.total) == ("own", "A base", 4)
    assert [(section.id, section.title, section.points) for section in own.sections] == [
        ("double", "Doubling", 3),
        ("triple", "Tripling", 1),
    ]
    assert own.checks == ["double.value", "triple.value"]
    assert own.files == ["work.py"]
    assert own.worked == tmp_path / "base/worked"


def test_tables_are_merged_and_new_sections_come_last(tmp_path: Path) -> None:
    rubric = OWN + (
        'total = 5\n[modules.work]\nhalf = ["work.py"]\n[[sections]]\nid = "half"\ntitle = "Halving"\npoints = 2\n'
        'policy = "manual"\n'
    )
    own = load_homework(str(own_pack(tmp_path, rubric)))
    assert list(own.rubric.modules["work"]) == ["double", "triple", "half"]
    assert [section.id for section in own.sections] == ["double", "triple", "half"]


def test_sections_can_be_left_out_with_the_flags_that_turn_them_on(tmp_path: Path) -> None:
    own = load_homework(str(own_pack(tmp_path, OWN + 'total = 2\nwithout = ["triple"]\n')))
    assert own.checks == ["double.value"]
    assert own.rubric.flags == {}
    folder = own_pack(tmp_path / "b", OWN + 'without = ["tripel"]\n')
    assert refusal(folder) == (
        f"{folder / 'rubric.toml'}: without names 'tripel', but what it extends has no such section"
    )


def test_an_own_module_takes_the_bases_place_in_the_bases_checks_too(tmp_path: Path) -> None:
    oracle = """
        from ..base import oracle
        from ..base.oracle import triple

        def double(x):
            return oracle.double(x) + 1
        """
    own = own_pack(tmp_path, OWN, **{"oracle.py": oracle})
    assert scores_of(tmp_path / "base", tmp_path / "base/worked") == {"double": 2, "triple": 1}
    assert scores_of(own, tmp_path / "base/worked") == {"double": 0, "triple": 1}


def test_a_module_below_an_own_one_sees_only_what_is_below(tmp_path: Path) -> None:
    own = own_pack(
        tmp_path, OWN, **{"numbers.py": "TWO, THREE = 20, 30\n", "oracle.py": "from ..base.oracle import *\n"}
    )
    assert scores_of(own, tmp_path / "base/worked") == {"double": 2, "triple": 1}
    (own / "oracle.py").unlink()
    assert scores_of(own, tmp_path / "base/worked") == {"double": 0, "triple": 0}


def test_an_own_file_of_checks_or_an_own_check_takes_the_bases_place(tmp_path: Path) -> None:
    check = '''
        from graders.checking import section

        @section("double")
        def test_value(student):
            """Anything goes."""
        '''
    same_file = own_pack(tmp_path / "a", OWN, **{"checks/test_double.py": check})
    same_check = own_pack(tmp_path / "b", OWN, **{"checks/test_other.py": check})
    wrong = write_tree(tmp_path / "wrong", {"work.py": "def double(x):\n    return 0\n"})
    for pack in (same_file, same_check):
        assert load_homework(str(pack)).title_of("double.value") == "Anything goes."
        assert scores_of(pack, wrong) == {"double": 2, "triple": 0}


def test_packs_extend_packs_that_extend_others(tmp_path: Path) -> None:
    own_pack(tmp_path, OWN, **{"numbers.py": "TWO, THREE = 2, 33\n"})
    top = write_tree(tmp_path / "my top.1", {"rubric.toml": 'extends = "../own"\ntitle = "Top"\n'})
    homework = load_homework(str(top))
    assert (homework.id, homework.rubric.title) == ("own", "Top")
    assert [layer.folder.name for layer in homework.layers] == ["my top.1", "own", "base"]
    assert scores_of(top, tmp_path / "base/worked") == {"double": 2, "triple": 0}


def test_a_bundled_homework_is_extended_by_its_id(tmp_path: Path) -> None:
    rubric = 'extends = "ai702"\nid = "ai703"\ntotal = 90\nwithout = ["losses"]\n'
    homework = load_homework(str(write_tree(tmp_path / "x", {"rubric.toml": rubric})))
    assert "losses" not in [section.id for section in homework.sections]
    assert homework.worked == load_homework("ai702").worked
    assert not homework.bundled
    assert "Linear" in str(homework.stand_ins)


def test_titles_of_checks_that_are_left_out_are_left_out_with_them(tmp_path: Path) -> None:
    titled = '[titles]\n"double.value" = "Twice."\n"triple.value" = "Thrice."\n'
    middle = own_pack(tmp_path, OWN + titled)
    left = write_tree(tmp_path / "left", {"rubric.toml": 'extends = "../own"\ntotal = 2\nwithout = ["triple"]\n'})
    assert load_homework(str(middle)).title_of("triple.value") == "Thrice."
    assert load_homework(str(left)).rubric.titles == {"double.value": "Twice."}


@pytest.mark.parametrize("name", ["triple.value", "double.valeu"])
def test_an_own_title_of_a_check_that_is_in_no_section_is_one_line(tmp_path: Path, name: str) -> None:
    own_pack(tmp_path, OWN + '[titles]\n"triple.value" = "Thrice."\n')
    rubric = f'extends = "../own"\ntotal = 2\nwithout = ["triple"]\n[titles]\n"{name}" = "Mine."\n'
    folder = write_tree(tmp_path / "left", {"rubric.toml": rubric})
    assert refusal(folder) == f"{folder / 'rubric.toml'}: titles names {name!r}, which is in no section"


def test_a_circle_is_one_line(tmp_path: Path) -> None:
    a = write_tree(tmp_path / "a", {"rubric.toml": 'extends = "../b"\n'})
    write_tree(tmp_path / "b", {"rubric.toml": 'extends = "../a"\n'})
    assert f"extends goes round in a circle: {a} -> {tmp_path / 'b'} -> {a}" in refusal(a)


def test_what_cannot_be_extended_is_one_line(tmp_path: Path) -> None:
    for name, words in [
        ("../gone", "extends names '../gone', but there is no homework '../gone'"),
        ("nonsense", "extends names 'nonsense', but there is no homework 'nonsense': give one of a4, ai702"),
    ]:
        folder = write_tree(tmp_path / "x", {"rubric.toml": f'extends = "{name}"\n'})
        assert words in refusal(folder)


def shared_pack(root: Path, rubric: str = "", include: str = "../shared/checks", **files: str) -> Path:
    """A pack with one own check, and one that it includes."""
    shared = {name: text for name, text in CHECKS.items() if "double" not in name and "worked" not in name}
    write_tree(root / "shared", shared)
    own = {
        "checks/test_double.py": CHECKS["checks/test_double.py"],
        "oracle.py": "from ..shared.oracle import double\n",
    }
    text = RUBRIC.replace('id = "base"', f'id = "with"\ninclude = ["{include}"]\n{rubric}')
    return write_tree(root / "with", {"rubric.toml": text, **own, **files})


def test_included_checks_can_be_listed_and_the_modules_beside_them_imported(tmp_path: Path) -> None:
    folder = shared_pack(tmp_path)
    worked = write_tree(tmp_path / "work", {"work.py": CHECKS["worked/work.py"]})
    assert all_problems(str(folder)) == []
    assert scores_of(folder, worked) == {"double": 2, "triple": 1}


def test_unlisted_checks_of_an_included_folder_are_no_problem_and_own_ones_are(tmp_path: Path) -> None:
    more = '''
        from graders.checking import section

        @section("more")
        def test_unlisted(student):
            """Nobody lists it."""
        '''
    folder = shared_pack(tmp_path)
    write_tree(tmp_path / "shared", {"checks/test_more.py": more})
    assert all_problems(str(folder)) == []
    write_tree(folder, {"checks/test_more.py": more})
    assert "check 'more.unlisted' in test_more.py is in no section" in refusal(folder)


def test_a_folder_of_modules_is_included_without_its_checks(tmp_path: Path) -> None:
    folder = shared_pack(tmp_path, include="../shared")
    assert "section 'triple': check 'triple.value' has no function in checks/" in refusal(folder)


def test_a_shared_check_may_have_another_title(tmp_path: Path) -> None:
    folder = shared_pack(tmp_path, 'titles = { "triple.value" = "As equation 7 says." }')
    assert load_homework(str(folder)).title_of("triple.value") == "As equation 7 says."
    folder = shared_pack(tmp_path / "b", 'titles = { "triple.valve" = "?" }')
    assert "titles names 'triple.valve', which is in no section" in refusal(folder)


@pytest.mark.parametrize(
    ("include", "words"),
    [
        ("../gone", "include names '../gone', but there is no folder"),
        ("../my shared/checks", "'my shared' is no name that Python can import: give that folder one of letters"),
        ("../other/shared/checks", "it extends or includes two folders called shared"),
    ],
)
def test_what_cannot_be_included_is_one_line(tmp_path: Path, include: str, words: str) -> None:
    write_tree(tmp_path, {"my shared/checks/x.py": "", "other/shared/checks/x.py": ""})
    folder = shared_pack(tmp_path, include=f'../shared/checks", "{include}')
    assert words in refusal(folder)


@pytest.mark.parametrize(
    ("requires", "words"),
    [
        (">=99", "requires gradmark >=99, but this is "),
        ("new", "requires is 'new', but should be versions of gradmark, >=0.1 say"),
    ],
)
def test_a_pack_for_another_gradmark_says_what_to_do(tmp_path: Path, requires: str, words: str) -> None:
    folder = base_pack(tmp_path, f'requires = "{requires}"\n' + RUBRIC)
    assert words in refusal(folder)
    load_homework(str(base_pack(tmp_path / "b", 'requires = ">=0.1"\n' + RUBRIC)))


def test_an_entry_of_a_wrong_kind_names_its_section_in_what_is_merged(tmp_path: Path) -> None:
    folder = own_pack(tmp_path, OWN + '[[sections]]\nid = "triple"\npoints = "two"\n')
    assert "section 'triple': Expected `float`, got `str`" in refusal(folder)


ADVICE = '''
from graders.checking import section

@section("double")
def test_neatly(student):
    """Neatly."""

@section("double")
def test_twice(student):
    """Twice."""
'''


def test_what_was_advice_in_one_pack_counts_in_another_year_of_it(tmp_path: Path) -> None:
    """`also` goes on from year to year, and each check counts once."""
    first = OWN + '[[sections]]\nid = "double"\nadvisory = ["double.neatly"]\nalso = ["double.twice", "double.value"]\n'
    own_pack(tmp_path, first, **{"checks/test_neatly.py": ADVICE})
    second = 'extends = "../own"\nid = "next"\n[[sections]]\nid = "double"\nalso = ["double.neatly"]\n'
    write_tree(tmp_path / "next", {"rubric.toml": second})
    own, following = (load_homework(str(tmp_path / name)).sections[0] for name in ("own", "next"))
    assert (own.checks, own.advisory) == (["double.value", "double.twice"], ["double.neatly"])
    assert (following.checks, following.advisory) == (["double.value", "double.twice", "double.neatly"], [])


def test_what_counts_also_has_to_be_there(tmp_path: Path) -> None:
    folder = own_pack(tmp_path, OWN + '[[sections]]\nid = "double"\nalso = ["double.neat"]\n')
    assert "section 'double': check 'double.neat' has no function in checks/" in refusal(folder)
