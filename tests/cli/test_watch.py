"""`gradmark watch` in a pipe: what it says after saves of every kind, what it keeps, and how it ends."""

from __future__ import annotations

import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import gradmark
from tests.support import ROOT, WORKED, copy_of_worked, heed_interrupts, replace_in

SECTIONS = "losses,batchnorm"
PATIENCE = 240.0
"""Seconds that a busy machine may take to say anything; no test depends on how many it takes."""


class Watch:
    """A watched copy of the worked submission, in a folder with the files that the program writes."""

    def __init__(self, place: Path, cache: Path, *, recordings: str = "yes") -> None:
        self.root = copy_of_worked(place / "ai702")
        self.html, self.json = place / "report.html", place / "report.json"
        command = [sys.executable, "-P", "-m", "graders", "watch", str(self.root), "--only", SECTIONS]
        command += ["--profile", "quick", "-n", "1", "--html", str(self.html), "--json", str(self.json)]
        self.process = subprocess.Popen(
            command,
            cwd=place,
            env=os.environ | {"PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(cache), "GRADMARK_RECORDINGS": recordings},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=heed_interrupts,
        )
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if not line.startswith("gradmark: no bubblewrap here"):
                self._lines.put(line.rstrip("\n"))
        self._lines.put(None)

    def line(self) -> str:
        """The next line."""
        line = self._lines.get(timeout=PATIENCE)
        assert line is not None, "it has ended"
        return line

    def block(self) -> list[str]:
        """What is said about one marking, until the empty line after it."""
        lines: list[str] = []
        while not lines or lines[-1]:
            lines.append(self.line())
        return lines[:-1]

    def save(self, name: str, old: str = "", new: str = "\n# another line\n") -> list[str]:
        """Save a change as vim does: a file beside it takes its place. What is said about that."""
        file = self.root / name
        beside = file.with_name("4913")
        shutil.copyfile(file, beside)
        if old:
            replace_in(beside, old, new)
        else:
            beside.write_text(beside.read_text() + new)
        beside.replace(file)
        return self.block()

    def interrupt(self) -> int:
        """Ctrl-C; the exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)

    def close(self) -> None:
        """End it, if it hasn't ended."""
        self.process.terminate()
        self.process.wait(PATIENCE)
        self._thread.join()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def one(tmp_path: Path, cache: Path) -> Iterator[Watch]:
    """One for a test that ends it, after its first marking."""
    made = Watch(tmp_path, cache)
    made.block()
    yield made
    made.close()


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[Watch]:
    """One for all tests that leave the files as they were: it needs some time to begin."""
    made = Watch(tmp_path_factory.mktemp("place"), cache)
    assert made.block()[-1] == "Total 30/30"
    made.save("mytorch/nn/loss.py")
    yield made
    made.close()


LOSS, NORM = "mytorch/nn/loss.py", "mytorch/nn/batchnorm.py"
WRONG = "+ dLdM / self.N", "+ dLdM"


def test_a_save_is_marked_and_results_of_what_it_does_not_touch_are_kept(watch: Watch) -> None:
    broken = watch.save(NORM, *WRONG)
    assert broken[0] == f"{NORM}: 18 checks marked"
    assert "  fails now: batchnorm.backward_input" in broken[1]
    assert "Total 10/30" in broken
    assert f"    again    gradmark grade {watch.root} --only batchnorm.backward_input --profile quick" in broken
    other = watch.save(LOSS)
    assert other[0] == f"{LOSS}: 16 checks marked"  # one that reads sources is marked each time
    assert not any("now" in line for line in other)
    assert "Total 10/30" in other
    assert "perhaps" in " ".join(other)  # a kept result has its reason
    mended = watch.save(NORM, *reversed(WRONG))
    assert mended[1].startswith("  passes now: batchnorm.backward_input")
    assert mended[-1] == "Total 30/30"


def test_the_report_that_is_written_is_the_last_one_that_was_shown(watch: Watch) -> None:
    report = json.loads(watch.json.read_text())
    assert (report["score"], report["max_score"]) == (30, 30)
    page = watch.html.read_text()
    assert "location.reload()" in page
    assert "http" not in page.replace("http-equiv", "")


def test_a_syntax_error_is_one_line_and_results_stay(watch: Watch) -> None:
    file = watch.root / LOSS
    text = file.read_text()
    file.write_text(text + "def f(:\n")
    number = text.count("\n") + 1
    assert watch.line() == f"{LOSS}, line {number}: invalid syntax (results stay as they were)"
    file.write_text(text)
    lines = watch.block()
    assert lines[0] == f"{LOSS}: 16 checks marked"
    assert lines[-1] == "Total 30/30"


def test_a_burst_of_saves_is_one_marking(watch: Watch) -> None:
    text = (watch.root / LOSS).read_text()
    for number in range(5):
        (watch.root / LOSS).write_text(f"{text}\n# {number}\n")
        (watch.root / NORM).write_text((watch.root / NORM).read_text() + f"\n# {number}\n")
    first = watch.block()
    assert first[0] == f"{NORM}, {LOSS}: 33 checks marked"
    assert watch.save(LOSS)[0] == f"{LOSS}: 16 checks marked"  # nothing came between


def test_a_file_that_is_deleted_fails_and_passes_when_it_is_there_again(watch: Watch) -> None:
    text = (watch.root / LOSS).read_text()
    (watch.root / LOSS).unlink()
    gone = watch.block()
    assert "  fails now: losses.mse_forward" in gone[1]
    (watch.root / LOSS).write_text(text)
    there = watch.block()
    assert there[1].startswith("  passes now: losses.mse_forward")
    assert there[-1] == "Total 30/30"


def test_ctrl_c_ends_it_with_the_last_report_and_its_status(one: Watch) -> None:
    assert one.interrupt() == 0
    assert "location.reload()" not in one.html.read_text()
    assert json.loads(one.json.read_text())["score"] == 30


def test_ctrl_c_is_no_success_where_the_report_is_of_older_files(one: Watch) -> None:
    (one.root / LOSS).write_text("def f(:\n")
    assert "results stay" in one.line()
    assert one.interrupt() == 130
    report = json.loads(one.json.read_text())
    assert report["environment"]["warnings"] == [f"{LOSS}, line 1: invalid syntax"]
    assert report["score"] == 30


def test_ctrl_c_before_anything_is_known_leaves_an_unfinished_report(tmp_path: Path, cache: Path) -> None:
    begun = Watch(tmp_path, cache, recordings="no")
    try:
        while not begun.json.exists():
            assert begun.process.poll() is None
        assert begun.interrupt() == 130
        assert json.loads(begun.json.read_text())["environment"]["unfinished"] is True
    finally:
        begun.close()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are found in /proc")
def test_its_helpers_end_with_it(one: Watch) -> None:
    helpers = Path(f"/proc/{one.process.pid}/task/{one.process.pid}/children").read_text().split()
    assert len(helpers) == 2
    one.process.terminate()
    assert one.process.wait(PATIENCE) == 0
    assert not any(Path("/proc", helper).exists() for helper in helpers)


def test_a_folder_that_goes_away_is_one_line(one: Watch, tmp_path: Path) -> None:
    one.root.rename(tmp_path / "elsewhere")
    assert one.line() == f"gradmark: {one.root} is gone (No such file or directory)"
    assert one.process.wait(PATIENCE) == 2


def test_what_can_not_be_watched_is_one_line(tmp_path: Path) -> None:
    flags = tmp_path / "flags.py"
    flags.write_text("DEBUG_AND_GRADE_NOTHING_flag = True\n")
    for arguments, why in (
        ([tmp_path / "nothing"], f"there is no folder {tmp_path / 'nothing'}: give the folder that you work in"),
        ([WORKED, "--flags", flags], "unknown flag DEBUG_AND_GRADE_NOTHING_flag"),
        ([WORKED, "--html", tmp_path / "no" / "a.html"], f"{tmp_path / 'no/a.html'} can't be written"),
    ):
        done = gradmark("watch", *arguments)
        assert done.returncode == 2
        assert done.stderr.startswith(f"gradmark: {why}")
        assert done.stderr.count("\n") == 1
