"""docs/security.md says about each attack what the tests hold it to."""

from __future__ import annotations

from graders.sandbox.isolation.limits import (
    FILE_MIB,
    MEMORY_MIB,
    OPEN_FILES,
    OWN_PROCESSES,
    SCRATCH_MIB,
    SHARED_PROCESSES,
)
from tests.hostile.corpus import ATTACKS
from tests.hostile.table import DOCUMENT, with_table

TEXT = DOCUMENT.read_text("utf-8")


def test_the_table_is_the_corpus() -> None:
    assert with_table(TEXT) == TEXT
    assert all(attack.title in TEXT for attack in ATTACKS)


def test_the_numbers_are_the_limits() -> None:
    numbers = {
        "memory": f"{MEMORY_MIB} MiB",
        "the writable place": f"{SCRATCH_MIB} MiB",
        "a file": f"{FILE_MIB} MiB",
        "open files": str(OPEN_FILES),
        "processes and threads": str(OWN_PROCESSES),
        "of its user": str(SHARED_PROCESSES),
    }
    for what, number in numbers.items():
        assert any(what in line and number in line for line in TEXT.splitlines()), what
