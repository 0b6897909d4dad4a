"""A file of results that lies among what students handed in: none of its marks count, and nothing is deleted for it."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
from pathlib import Path

import pytest

from graders import UsageError
from graders.classroom import ownership
from graders.classroom.scratch import clear_up, scratch
from graders.classroom.store import Store
from graders.cli.webpages import file_name
from tests.classroom.support import class_of, mark_class, results


def forget_all(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    """Be another user, who has made no store."""
    monkeypatch.setenv("XDG_STATE_HOME", str(place))


def test_marks_of_a_file_that_somebody_planted_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The student's own gradmark made it, of the same submission, with full marks in it."""
    folder = class_of(tmp_path / "class", "ada", wrong=("ada",))
    forget_all(monkeypatch, tmp_path / "student")
    assert mark_class(folder).returncode == 0
    forget_all(monkeypatch, tmp_path / "instructor")
    refused = mark_class(folder)
    assert refused.returncode == 2
    assert "was not made by your gradmark" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_who_names_the_file_vouches_for_it_from_then_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "gradmark.sqlite"
    forget_all(monkeypatch, tmp_path / "first")
    with Store(file) as store:
        identity = store.identity
    forget_all(monkeypatch, tmp_path / "second")
    with pytest.raises(UsageError, match="delete it, or name it with --db"):
        Store(file)
    with pytest.raises(UsageError, match="was not made by your gradmark"):
        Store(file, writing=False)
    with Store(file, named=True) as store:
        assert store.identity == identity
    with Store(file) as store:
        assert store.identity == identity


def test_a_file_of_an_older_version_has_to_be_named_once(tmp_path: Path) -> None:
    file = tmp_path / "gradmark.sqlite"
    Store(file).close()
    with sqlite3.connect(file) as database:
        database.executescript("DROP TABLE identity; DROP TABLE contents; PRAGMA user_version = 2;")
    with pytest.raises(UsageError, match="name it with --db"):
        Store(file)
    Store(file, named=True).close()
    with Store(file, writing=False) as store:
        assert ownership.is_ours(store.identity)


@pytest.mark.parametrize("identity", ["", "../stores", "x" * 32, "0" * 32])
def test_an_identity_that_is_made_up_is_not_ours(tmp_path: Path, identity: str) -> None:
    file = tmp_path / "gradmark.sqlite"
    Store(file).close()
    with sqlite3.connect(file) as database:
        database.execute("UPDATE identity SET id = ?", [identity])
    with pytest.raises(UsageError, match="was not made by your gradmark"):
        Store(file)


def test_where_it_cannot_be_noted_whose_it_is_the_file_has_to_be_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").write_text("no folder")
    forget_all(monkeypatch, tmp_path / "home")
    with pytest.raises(UsageError, match=r"can't be written .*: name the file with --db"):
        Store(tmp_path / "gradmark.sqlite")
    with Store(tmp_path / "named.sqlite", named=True) as store:
        assert store.names() == {}


@pytest.mark.parametrize("step", ["schema.create", "schema.bring_up", "schema.keep_identity", "ownership.remember"])
def test_a_run_that_ends_while_it_makes_the_file_leaves_none_that_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, contextlib.suppress(KeyboardInterrupt):
        patched.setattr(f"graders.classroom.{step}", killed)
        Store(tmp_path / "gradmark.sqlite").close()
    with Store(tmp_path / "gradmark.sqlite") as store:
        assert store.names() == {}
        assert ownership.is_ours(store.identity)


@pytest.mark.parametrize("kind", ["pipe", "link", "folder"])
def test_what_is_no_ordinary_file_is_not_opened(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "gradmark.sqlite"
    if kind == "pipe":
        os.mkfifo(file)
    elif kind == "link":
        file.symlink_to(tmp_path / "other.sqlite")
    else:
        file.mkdir()
    for writing in (True, False):
        with pytest.raises(UsageError, match="is not a regular file"):
            Store(file, writing=writing)
    assert not (tmp_path / "other.sqlite").exists()


def test_only_folders_of_our_own_making_are_taken_away(tmp_path: Path) -> None:
    with Store(tmp_path / "gradmark.sqlite") as store:
        innocent = tmp_path / f"gradmark-class-{'0' * 32}"
        precious = Path(tempfile.mkdtemp(prefix="precious-"))
        link = Path(tempfile.gettempdir()) / f"gradmark-class-{os.urandom(16).hex()}"
        link.symlink_to(precious)
        innocent.mkdir()
        with scratch(store) as own:
            for folder in (innocent, precious, link, link / "..", tmp_path):
                store.keep_scratch(str(folder))
            clear_up(store)
            assert not own.exists()
        assert innocent.is_dir()
        assert precious.is_dir()
        assert link.is_symlink()
        assert store.scratch() == []
        link.unlink()
        precious.rmdir()


def test_the_name_of_a_page_needs_the_store() -> None:
    assert file_name("ada", "one") == file_name("ada", "one")
    assert file_name("ada", "one") != file_name("ada", "two")
    assert file_name("ada/..", "one").startswith("ada-")


@pytest.mark.slow
def test_a_class_is_marked_twice_into_its_own_file(tmp_path: Path) -> None:
    folder = class_of(tmp_path / "class", "ada")
    assert mark_class(folder).returncode == 0
    assert mark_class(folder).returncode == 0
    assert [one.name for one in results(folder)] == ["ada"]
