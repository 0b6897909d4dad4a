"""`gradmark validate`: one mutant and one variant through the command; bad input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from graders.marking.validation.changes import Edit
from tests.cli.program import gradmark


def test_a_mutant_and_its_variants_are_marked_and_counted(tmp_path: Path):
    done = gradmark("validate", "ai702", "--name", "dLdW transposed", "--json", "-")
    assert done.returncode == 0, done.stdout + done.stderr
    record = json.loads(done.stdout)
    (homework,) = record["homeworks"]
    assert record["right"]
    assert (homework["mutants"], homework["killed"], homework["wrong_sections"]) == (1, 1, 0)
    (case,) = record["cases"]
    assert case["fails"] == ["linear", "mlp0", "mlp1", "mlp4"]
    assert "is the transpose of what it should be" in case["said"][0]


def test_without_json_there_is_a_line_for_each_homework_and_reasons_may_be_left_out():
    done = gradmark("validate", "ai702", "--name", "relu: absolute value", "--marks-only")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("ai702: mutants killed 1/1, wrong sections 0, named first 0/0,")
    assert "misled 0" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nothing"], "there is no homework 'nothing': give one of a4, ai702"),
        (["ai702", "--name", "no such mutant"], "no mutant or variant has 'no such mutant' in its name"),
        (["ai702", "--json", "missing/out.json"], "missing/out.json can't be written"),
        (["ai702", "-n", "0"], "give a number of processes"),
    ],
)
def test_bad_input_is_one_line(arguments: list[str], words: str):
    done = gradmark("validate", *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_an_edit_that_no_longer_fits_ends_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    from graders.cli.app import main
    from graders.marking.validation.changes import Changes
    from graders.marking.validation.suite import Mutant, Suite

    gone = Suite(
        [Mutant("gone", Changes((Edit("mytorch/nn/linear.py", "no such line", "x"),)), frozenset({"linear"}))], []
    )
    monkeypatch.setattr("graders.marking.validation.run.suite_of", lambda homework: gone)
    monkeypatch.setattr("sys.argv", ["gradmark", "validate", "ai702", "-n", "1"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "found 0 times, but should be once [mytorch/nn/linear.py]" in capsys.readouterr().err
