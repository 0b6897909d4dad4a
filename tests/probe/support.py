"""What these tests share: a source in a file, checked."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from graders.probe import ProbeReport, Request, probe_file
from graders.probe.bench import Bench
from graders.probe.local import LocalSession
from graders.probe.request import parse_name, parse_target
from graders.probe.run import probe_target
from tests.support import write_tree


def check_source(
    tmp_path: Path, source: str, target: str, request: Request | None = None, **options: Any
) -> ProbeReport:
    """The report on `target` of a file with this source; a request, or its fields."""
    write_tree(tmp_path, {"layer.py": source})
    options.setdefault("inputs", ((5, 3),))
    return probe_file(parse_target(f"{tmp_path / 'layer.py'}:{target}"), request or Request(**options))


def check_here(source: str, target: str, request: Request) -> ProbeReport:
    """The same without a worker, in this process: quicker, for code that is known to behave."""
    module = ModuleType("layer_of_a_test")
    sys.modules[module.__name__] = module
    try:
        exec(compile(source, module.__name__, "exec", dont_inherit=True), module.__dict__)
        wanted = parse_name(target, Path("layer.py"), target)
        return probe_target(Bench(LocalSession()), wanted, module.__name__, "layer.py", request)
    finally:
        del sys.modules[module.__name__]
