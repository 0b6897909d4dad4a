"""What a homework forbids: found in the source, and refused or counted at run time."""

from __future__ import annotations

from graders.checking.rules.batches import check_no_loops_in_source
from graders.checking.rules.files import check_no_new_files, check_not_renamed, check_unchanged
from graders.checking.rules.imports import check_imports, check_imports_at_run_time
from graders.checking.rules.loops import check_lines_do_not_grow, lines_executed
from graders.checking.rules.runtime import forbidden
from graders.checking.rules.source import Use, banned, uses

__all__ = [
    "Use",
    "banned",
    "check_imports",
    "check_imports_at_run_time",
    "check_lines_do_not_grow",
    "check_no_loops_in_source",
    "check_no_new_files",
    "check_not_renamed",
    "check_unchanged",
    "forbidden",
    "lines_executed",
    "uses",
]
