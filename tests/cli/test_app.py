"""The program as a whole: its help, what nobody has foreseen, and readers that leave."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from graders.cli.app import app, main
from tests.cli.program import gradmark
from tests.support import ROOT, WORKED, write_tree


def program(*arguments: str, **environment: str) -> subprocess.Popen[bytes]:
    """Started, with both of its outputs to read."""
    command = [sys.executable, "-P", "-m", "graders", *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, stdout=pipe, stderr=pipe)


TWICE = "is given twice: give each file that is written another name"
HELP = "gradmark grade --help says what there is"
LINES: list[tuple[list[str], str]] = [
    (["-n", "\u00b2"], "-n \u00b2: give a number of processes from 1 to 256, or auto"),
    (["-n", "9" * 5000], f"-n {'9' * 5000}: give a number of processes from 1 to 256, or auto"),
    (
        ["--profile", "fast"],
        f"invalid value for '--profile': 'fast' is not one of 'quick', 'grading', 'thorough'; {HELP}",
    ),
    (["--only", "LINEAR"], "--only LINEAR: ai702 has no such section or check; did you mean linear?"),
    (["--junit", "-"], "only --json - prints the result: give a file"),
    (["--json", ""], "give a file's name"),
    (["--json", "result", "--junit", "./result"], f"result {TWICE}"),
    (["--csv", "marks.csv", "--canvas", "marks.csv"], f"marks.csv {TWICE}"),
    (["--flags", "flags.py", "--json", "flags.py"], f"flags.py {TWICE}"),
]


def ending(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[object, str]:
    """The exit status of the program with these arguments, and what it says on standard error."""
    monkeypatch.setattr("sys.argv", ["gradmark", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    printed, said = capsys.readouterr()
    assert printed == ""
    return ended.value.code, said


@pytest.mark.parametrize(("options", "line"), LINES, ids=lambda value: str(value)[:24])
def test_options_that_cannot_be_used_are_one_line(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    options: list[str],
    line: str,
):
    write_tree(tmp_path, {"flags.py": "DEBUG_AND_GRADE_LINEAR_flag = True\n"})
    monkeypatch.chdir(tmp_path)
    code, said = ending(monkeypatch, capsys, "grade", str(WORKED), "--isolation", "process", *options)
    assert code == 2
    assert said == f"gradmark: {line}\n"


@pytest.mark.parametrize("options", [["--seed", "x"], ["--seed", "-1"], ["--max-seconds", "nan"], ["--jsn", "x"]])
def test_what_the_command_line_refuses_is_one_line_that_names_the_option(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], options: list[str]
):
    code, said = ending(monkeypatch, capsys, "grade", str(WORKED), *options)
    assert code == 2
    assert said.startswith("gradmark: ")
    assert said.endswith(f"; {HELP}\n")
    assert said.count("\n") == 1
    assert options[0] in said


def test_names_that_no_file_can_have_are_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    long, coloured = "n" * 300, "\x1b[31mred\nline"
    assert ending(monkeypatch, capsys, "grade", long) == (2, f"gradmark: {long} can't be used (File name too long)\n")
    code, said = ending(monkeypatch, capsys, "grade", coloured)
    assert (code, said) == (2, "gradmark: there is no folder \ufffd[31mred line\n")


def test_a_submission_is_not_written_over(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    handin = tmp_path / "handin.zip"
    handin.write_bytes(b"PK")
    assert ending(monkeypatch, capsys, "grade", str(handin), "--html", str(handin)) == (
        2,
        f"gradmark: {handin} {TWICE}\n",
    )
    assert handin.read_bytes() == b"PK"


def test_a_current_folder_that_was_deleted_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    code, said = ending(monkeypatch, capsys, "grade", str(WORKED))
    assert code == 2
    assert said == "gradmark: the current folder can't be used (No such file or directory): change to another one\n"


def test_a_class_is_not_written_over(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    database = tmp_path / "gradmark.sqlite"
    database.touch()
    code, said = ending(monkeypatch, capsys, "report", str(tmp_path), "--html", str(database))
    assert (code, said) == (2, f"gradmark: {database} {TWICE}\n")


def test_without_a_command_it_says_what_there_is(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    code, said = ending(monkeypatch, capsys)
    assert code == 2
    assert said.startswith("Usage: gradmark")


def test_the_list_of_commands_has_a_whole_sentence_for_each():
    commands = gradmark("--help").stdout.partition("Commands:\n")[2].splitlines()
    assert [line.split()[0] for line in commands] == list(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    assert [line for line in commands if not re.search(r"[a-z]\.$", line)] == []


def test_a_command_that_is_not_there_is_one_line():
    done = gradmark("grde")
    assert done.returncode == 2
    assert (
        done.stderr == "gradmark: no such command 'grde'; did you mean 'grade'?; gradmark --help says what there is\n"
    )


def test_what_nobody_has_foreseen_is_a_fault_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def broken(*_: object) -> None:
        raise KeyError("a mistake of ours")

    monkeypatch.setattr("graders.cli.sections.load_homework", broken)
    code, said = ending(monkeypatch, capsys, "sections", "ai702")
    assert code == 3
    assert said.endswith("gradmark: a fault in gradmark: KeyError: 'a mistake of ours'\n")


def test_a_reader_that_leaves_is_no_error():
    with program("sections", "ai702") as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 0


@pytest.mark.parametrize("closing", ["2>&-", "<&- >&- 2>&-"])
def test_closed_streams_cost_no_point(tmp_path: Path, closing: str):
    grade = [sys.executable, "-P", "-m", "graders", "grade", WORKED, "--only", "sgd", "--profile", "quick", "-n", "1"]
    command = shlex.join(map(str, [*grade, "--json", tmp_path / "report.json"]))
    done = subprocess.run(["sh", "-c", f"exec {command} {closing}"], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0
    assert json.loads((tmp_path / "report.json").read_text())["score"] == 10


def test_what_was_closed_is_open_again_before_anything_else_takes_its_number():
    text = (
        "import os, sys; out = os.fdopen(os.dup(1), 'w'); os.closerange(0, 3); sys.stdout = sys.stderr = None\n"
        "from graders.cli.printing import make_stdio_robust; make_stdio_robust(); print(os.open('.', 0) > 2, file=out)"
    )
    done = subprocess.run([sys.executable, "-c", text], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == "True\n"


def test_what_the_terminal_cannot_show_is_escaped():
    text = "from graders.cli.printing import make_stdio_robust; make_stdio_robust(); print('W\u1d40')"
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run([sys.executable, "-c", text], cwd=ROOT, env=environment, capture_output=True, check=True)
    assert done.stdout == b"W\\u1d40\n"


def test_what_lies_in_the_current_folder_is_not_imported(tmp_path: Path):
    write_tree(tmp_path, dict.fromkeys(("numpy.py", "typer.py", "msgspec.py"), "raise SystemExit('theirs')\n"))
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "graders", "--version"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("gradmark ")


def test_ctrl_c_while_it_is_still_being_imported_says_nothing():
    program_text = (
        "import sys, runpy\n"
        "class Interrupted:\n"
        "    def find_spec(self, name, *rest):\n"
        "        if name == 'graders.cli.app': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupted())\n"
        "runpy.run_module('graders', run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", program_text], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")
