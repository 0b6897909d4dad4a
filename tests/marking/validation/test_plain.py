"""A pack's mutants.toml makes its suite; what can't be used is one line that names the entry."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from graders import UsageError
from graders.marking.validation.diagnoses import approved_of, is_read
from graders.marking.validation.pack_suite import suite_of
from tests.cli.program import gradmark
from tests.packs import CHECKS, base_pack
from tests.support import replace_in, write_tree

MUTANT = '[[mutants]]\nname = "m"\nfile = "work.py"\nold = "2 * x"\nnew = "x"\nloses = ["double"]\n'
EACH = '[[mutants]]\nfile = "work.py"\nloses = ["double"]\n[mutants.each]\n"m" = ["2 * x", "x"]\n'


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
        (EACH.replace('"x"]', '"x", "y"]'), "mutant 'm': 'm' should be pairs of old and new"),
        (
            EACH.replace('"double"]\n', '"double"]\nname = "n"\n'),
            "with each it has a file, and neither a name nor edits",
        ),
        (EACH + '"n" = ["x", "y"]\n' + MUTANT, "'m' is there twice"),
        ("[[mutants]\n", "mutants.toml: "),
        ('profile = "fast"\n', "Invalid enum value 'fast'"),
    ],
)
def test_an_entry_that_cannot_be_used_is_named(tmp_path: Path, text: str, words: str) -> None:
    pack = base_pack(tmp_path, files=CHECKS | {"mutants.toml": text})
    assert words in refusal(pack)
    assert refusal(pack).startswith(str(pack / "mutants.toml"))


def written(pack: Path, name: str, folder: Path) -> dict[str, str]:
    """The files of the case of this name."""
    suite = suite_of(str(pack))
    (case,) = [case for case in [*suite.mutants, *suite.variants] if case.name == name]
    made = case.changes.write(str(pack), folder)
    return {path.name: path.read_text() for path in made.rglob("*.*")}


def test_several_cases_of_a_file_are_said_together(tmp_path: Path) -> None:
    text = EACH + '"n" = ["2 * x", "3 * x", "def double", "double = None\\n\\n\\ndef other"]\n'
    pack = base_pack(tmp_path / "pack", files=CHECKS | {"mutants.toml": text})
    suite = suite_of(str(pack))
    assert [(case.name, suite.marked(case)) for case in suite.mutants] == [("m", ["double"]), ("n", ["double"])]
    assert "double = None\n\n\ndef other" in written(pack, "n", tmp_path / "made")["work.py"]


def test_what_may_stand_anywhere_is_replaced_everywhere(tmp_path: Path) -> None:
    text = '[[variants]]\nname = "v"\nfile = "work.py"\nold = "x"\nnew = "z"\neverywhere = true\n'
    pack = base_pack(tmp_path / "pack", files=CHECKS | {"mutants.toml": text})
    assert "x" not in written(pack, "v", tmp_path / "made")["work.py"]


def test_cases_that_say_nothing_else_are_marked_as_the_file_says(tmp_path: Path) -> None:
    pack = base_pack(tmp_path, files=CHECKS | {"mutants.toml": 'marked = ["double", "triple"]\n' + EACH})
    suite = suite_of(str(pack))
    assert suite.marked(suite.mutants[0]) == ["double", "triple"]


LAYERS = """
    class Left:
        def forward(self):
            # BEGIN SOLUTION
            x = 1
            return x
            # END SOLUTION


    class Kept:
        def forward(self):
            # BEGIN SOLUTION
            return 2
            # END SOLUTION
    """


@pytest.mark.parametrize(
    ("how", "there", "gone"),
    [
        ('body = "y = 3\\nreturn y"', "        y = 3\n        return y\n", "x = 1"),
        ("deleted = true", "class Kept", "class Left"),
    ],
)
def test_a_class_may_be_left_as_starter_code_has_it(tmp_path: Path, how: str, there: str, gone: str) -> None:
    text = f'[[variants]]\nname = "v"\n[variants.left]\nfile = "layers.py"\nclasses = ["Left"]\n{how}\n'
    pack = base_pack(tmp_path / "pack", files=CHECKS | {"mutants.toml": text, "worked/layers.py": LAYERS})
    found = written(pack, "v", tmp_path / "made")["layers.py"]
    assert there in found
    assert gone not in found
    assert "return 2" in found


NOTEBOOK = '{"cells": [{"cell_type": "code", "source": ["x"], "outputs": [{"output_type": "stream"}]}]}'


@pytest.mark.parametrize(
    ("how", "outputs"),
    [
        ('cleared = ["a.ipynb"]', [[]]),
        (
            'shows = { "a.ipynb" = [{ output_type = "other" }] }',
            [[{"output_type": "stream"}, {"output_type": "other"}], []],
        ),
    ],
)
def test_a_notebook_may_show_nothing_or_more(tmp_path: Path, how: str, outputs: list[object]) -> None:
    text = f'[[variants]]\nname = "v"\n{how}\n'
    pack = base_pack(tmp_path / "pack", files=CHECKS | {"mutants.toml": text, "worked/a.ipynb": NOTEBOOK})
    cells = json.loads(written(pack, "v", tmp_path / "made")["a.ipynb"])["cells"]
    assert [cell.get("outputs", []) for cell in cells] == outputs


def test_a_file_may_have_the_line_endings_of_windows(tmp_path: Path) -> None:
    pack = base_pack(
        tmp_path / "pack", files=CHECKS | {"mutants.toml": '[[variants]]\nname = "v"\ncrlf = ["work.py"]\n'}
    )
    (case,) = suite_of(str(pack)).variants
    content = (case.changes.write(str(pack), tmp_path / "made") / "work.py").read_bytes()
    assert content.count(b"\r\n") == content.count(b"\n") > 0


def test_a_class_that_is_not_there_cannot_be_left(tmp_path: Path) -> None:
    text = '[[variants]]\nname = "v"\nleft = { file = "work.py", classes = ["Left"], body = "pass" }\n'
    pack = base_pack(tmp_path / "pack", files=CHECKS | {"mutants.toml": text})
    with pytest.raises(ValueError, match="there is no class Left in the worked submission"):
        written(pack, "v", tmp_path / "made")


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


def test_a_pack_with_a_worked_submission_of_its_own_has_its_own_cases_alone(tmp_path: Path) -> None:
    module = """
        from graders.marking.validation.suite import Suite, mutants

        SUITE = Suite([*mutants("work.py", "double triple", {"double: zero": ("2 * x", "0")})], [])
        """
    base_pack(tmp_path / "base", files=CHECKS | {"validation.py": module})
    own = {"rubric.toml": 'extends = "../base"\n', "worked/work.py": "def double(x):\n    return x + x\n"}
    folder = write_tree(tmp_path / "own", own)
    assert "there is nothing to validate" in refusal(folder)
    write_tree(folder, {"mutants.toml": MUTANT.replace("2 * x", "x + x")})
    assert [case.name for case in suite_of(str(folder)).mutants] == ["m"]


def test_a_pack_may_leave_the_cases_of_what_it_extends_to_that(tmp_path: Path) -> None:
    base_pack(tmp_path / "base")
    own = {"rubric.toml": 'extends = "../base"\n', "mutants.toml": f"inherits = false\n{MUTANT}"}
    folder = write_tree(tmp_path / "own", own)
    assert [case.name for case in suite_of(str(folder)).mutants] == ["m"]
    write_tree(folder, {"mutants.toml": MUTANT})
    assert len(suite_of(str(folder)).mutants) == 3


def test_a_worked_file_is_copied_to_another_place(tmp_path: Path) -> None:
    text = '[[variants]]\nname = "v"\nremoved = ["work.py"]\ncopied = { "old/work.py" = "work.py" }\n'
    pack = base_pack(tmp_path / "pack", files=CHECKS | {"mutants.toml": text})
    folder = suite_of(str(pack)).variants[0].changes.write(str(pack), tmp_path / "made")
    assert (folder / "old/work.py").read_text() == CHECKS["worked/work.py"]
    assert not (folder / "work.py").exists()


def test_approved_diagnoses_are_the_packs_and_then_those_of_what_it_extends(tmp_path: Path) -> None:
    base_pack(tmp_path / "base", files=CHECKS | {"diagnoses.toml": 'a = ["base"]\nb = ["base"]\n'})
    folder = write_tree(tmp_path / "own", {"rubric.toml": 'extends = "../base"\n', "diagnoses.toml": 'a = ["own"]\n'})
    assert approved_of(str(folder)) == {"a": ["own"], "b": ["base"]}
    assert is_read(str(folder))
    (folder / "diagnoses.toml").unlink()
    assert not is_read(str(folder)), "what it adds to the base's mutants is read later"
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
