"""A pack's mutants.toml makes its suite; what can't be used is one line that names the entry."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from graders import UsageError
from graders.marking.validation.diagnoses import approved_of
from graders.marking.validation.pack_suite import suite_of
from tests.cli.program import gradmark
from tests.packs import CHECKS, base_pack
from tests.support import replace_in, write_tree

MUTANT = '[[mutants]]\nname = "m"\nfile = "work.py"\nold = "2 * x"\nnew = "x"\nloses = ["double"]\n'


def refusal(folder: Path) -> str:
    with pytest.raises(UsageError) as caught:
        suite_of(str(folder))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_mutants_and_variants_are_made_of_the_packs_worked_submission(tmp_path: Path) -> None:
    pack = base_pack(tmp_path / "pack")
    suite = suite_of(str(pack))
    assert [case.name for case in suite.mutants] == ["double: squared", "triple: halved"]
    assert [suite.marked(case) for case in [*suite.mutants, *suite.variants]] == [["double"], ["triple"], ["double"]]
    folder = suite.mutants[0].changes.write(str(pack), tmp_path / "made")
    assert (folder / "work.py").read_text() == CHECKS["worked/work.py"].replace("2 * x", "x**3")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (MUTANT.replace('loses = ["double"]', ""), "mutant 'm': loses no section"),
        (MUTANT.replace('"double"', '"duble"'), "mutant 'm': loses 'duble', but there is no such section"),
        (MUTANT + 'marked = ["duble"]', "mutant 'm': marked names 'duble', but there is no such check"),
        (MUTANT.replace("file =", "fiel ="), "mutant 'm': Object contains unknown field `fiel`"),
        (MUTANT.replace('"x"', "3"), "mutant 'm': Expected `str`, got `int`"),
        (MUTANT.replace("mutants", "variants"), "variant 'm': loses sections, but a variant is right"),
        ('[[variants]]\nname = "v"\n', "variant 'v': changes nothing: give it a file with old and new"),
        (MUTANT + MUTANT, "'m' is there twice"),
        ("[[mutants]\n", "mutants.toml: "),
        ('profile = "fast"\n', "Invalid enum value 'fast'"),
    ],
)
def test_an_entry_that_cannot_be_used_is_named(tmp_path: Path, text: str, words: str) -> None:
    pack = base_pack(tmp_path, files=CHECKS | {"mutants.toml": text})
    assert words in refusal(pack)
    assert refusal(pack).startswith(str(pack / "mutants.toml"))


def test_a_pack_without_mutants_has_nothing_to_validate(tmp_path: Path) -> None:
    pack = base_pack(tmp_path, files={name: text for name, text in CHECKS.items() if name != "mutants.toml"})
    assert "has neither a mutants.toml nor a module validation: there is nothing to validate" in refusal(pack)
    write_tree(pack, {"validation.py": "SUITE = []\n"})
    assert refusal(pack) == f"{pack / 'validation.py'}: SUITE should be a Suite"


def test_a_module_and_a_file_make_one_suite(tmp_path: Path) -> None:
    module = """
        from graders.marking.validation.suite import Suite, mutants

        SUITE = Suite([*mutants("work.py", "double triple", {"double: zero": ("2 * x", "0")})], [])
        """
    pack = base_pack(tmp_path, files=CHECKS | {"validation.py": module})
    suite = suite_of(str(pack))
    assert sorted(case.name for case in suite.mutants) == ["double: squared", "double: zero", "triple: halved"]


def test_a_pack_has_the_cases_of_what_it_extends_where_their_sections_are_left(tmp_path: Path) -> None:
    base_pack(tmp_path / "base")
    own = 'extends = "../base"\ntotal = 2\nwithout = ["triple"]\n'
    other = MUTANT.replace('"m"', '"double: squared"').replace('"x"', '"x * x * x"')
    folder = write_tree(tmp_path / "own", {"rubric.toml": own, "mutants.toml": other})
    suite = suite_of(str(folder))
    assert [(case.name, case.changes.edits[0].new) for case in suite.mutants] == [("double: squared", "x * x * x")]
    assert [case.name for case in suite.variants] == ["double: added"]


def test_approved_diagnoses_are_the_packs_and_then_those_of_what_it_extends(tmp_path: Path) -> None:
    base_pack(tmp_path / "base", files=CHECKS | {"diagnoses.toml": 'a = ["base"]\nb = ["base"]\n'})
    folder = write_tree(tmp_path / "own", {"rubric.toml": 'extends = "../base"\n', "diagnoses.toml": 'a = ["own"]\n'})
    assert approved_of(str(folder)) == {"a": ["own"], "b": ["base"]}
    write_tree(folder, {"diagnoses.toml": "a = 3\n"})
    with pytest.raises(UsageError, match=r"own/diagnoses\.toml: Expected `array`, got `int`"):
        approved_of(str(folder))


def test_a_folder_is_validated_and_what_no_longer_fits_is_named(tmp_path: Path) -> None:
    pack = base_pack(tmp_path / "my pack.2")
    done = gradmark("validate", pack, "-n", "1")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    assert re.search(r"my pack\.2: mutants killed 2/2, wrong sections 0, .* variants 1/1", done.stdout), done.stdout
    replace_in(pack / "worked/work.py", "2 * x", "x + x")
    done = gradmark("validate", pack, "-n", "1", "--name", "squared")
    assert done.returncode == 2
    assert "found 0 times, but should be once [work.py]: '2 * x'" in done.stderr
