"""Packs that were read once are not read again, for as long as nothing of them or of gradmark has changed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from graders import UsageError
from graders.coursework.packs import kept as keeping_packs
from graders.coursework.packs.kept import clear, keeping, kept
from graders.coursework.packs.pack import Homework, load_homework, read_rubric
from tests.support import ROOT

FUNCTIONAL = ROOT / "docs" / "examples" / "functional"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FUNCTIONAL, tmp_path / "functional"))


def said(homework: Homework) -> tuple[object, ...]:
    titles = {check: homework.title_of(check) for check in homework.checks}
    return homework.rubric, homework.sources, titles, sorted(homework.stand_ins)


def test_a_pack_that_was_kept_is_the_same(pack: Path, tmp_path: Path) -> None:
    plain = load_homework(str(pack))
    with keeping(tmp_path / "kept"):
        first = load_homework(str(pack))
        again = load_homework(str(pack))
        assert kept(pack.resolve()) is not None
        assert read_rubric(str(pack)) == plain.rubric
    assert said(plain) == said(first) == said(again)


def test_nothing_is_kept_unless_a_folder_is_named(pack: Path, tmp_path: Path) -> None:
    load_homework(str(pack))
    assert kept(pack.resolve()) is None
    with keeping(tmp_path / "kept"):
        assert kept(pack.resolve()) is None


@pytest.mark.parametrize("name", ["rubric.toml", "components.py", "new.py"])
def test_a_pack_that_has_changed_is_read_anew(pack: Path, tmp_path: Path, name: str) -> None:
    with keeping(tmp_path / "kept"):
        load_homework(str(pack))
        with (pack / name).open("a") as file:
            file.write("\n# a word more\n")
        assert kept(pack.resolve()) is None
        (pack / "rubric.toml").write_text("id = 1")
        with pytest.raises(UsageError):
            load_homework(str(pack))


def test_another_gradmark_reads_it_anew(pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with keeping(tmp_path / "kept"):
        load_homework(str(pack))
        monkeypatch.setattr(keeping_packs, "_ours", lambda: b"another")
        assert kept(pack.resolve()) is None


@pytest.mark.parametrize("content", [b"", b"\x80", b"{}", b"\xff" * 2_000_000])
def test_what_is_damaged_is_read_anew(pack: Path, tmp_path: Path, content: bytes) -> None:
    with keeping(tmp_path / "kept"):
        plain = load_homework(str(pack))
        (file,) = (tmp_path / "kept").iterdir()
        file.write_bytes(content)
        assert said(load_homework(str(pack))) == said(plain)
        assert kept(pack.resolve()) is not None
        clear(tmp_path / "kept")
        assert kept(pack.resolve()) is None


def test_what_is_kept_of_one_pack_is_not_taken_for_another(pack: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(pack, tmp_path / "other")).resolve()
    with keeping(tmp_path / "kept"):
        load_homework(str(other))
        (file,) = (tmp_path / "kept").iterdir()
        load_homework(str(pack))
        (mine,) = set((tmp_path / "kept").iterdir()) - {file}
        shutil.copy(file, mine)
        assert kept(pack.resolve()) is None


def test_a_folder_that_cannot_be_written_costs_nothing(pack: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("no folder")
    with keeping(tmp_path / "kept"):
        assert said(load_homework(str(pack))) == said(load_homework(str(pack)))


def test_components_of_a_kept_pack_are_not_imported_before_they_are_needed(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from graders.coursework.packs.kept import keeping\n"
        "from graders.coursework.packs.pack import load_homework\n"
        f"with keeping(Path({str(tmp_path)!r})):\n"
        "    print(len(load_homework('ai702').checks), 'graders.checking.components' in sys.modules)\n"
    )
    runs = [subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True) for _ in range(2)]
    first, second = (run.stdout.split() for run in runs)
    assert first[0] == second[0]
    assert (first[1], second[1]) == ("True", "False")
