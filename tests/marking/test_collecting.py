"""A pack's checks are collected, and nothing of what is about the pack."""

from __future__ import annotations

from pathlib import Path

from tests.packs import base_pack, scores_of
from tests.support import write_tree


def test_tests_in_the_folders_about_a_pack_are_not_looked_at(tmp_path: Path) -> None:
    """A home folder may have anything in it: here files that nobody can import."""
    pack = base_pack(tmp_path / "inner" / "pack")
    broken = "raise SystemExit('not a check')\n"
    write_tree(tmp_path, {"test_mine.py": broken, "inner/test_ours.py": broken, "inner/pack/test_draft.py": broken})
    assert scores_of(pack, pack / "worked") == {"double": 2, "triple": 1}
