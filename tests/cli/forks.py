"""Runs `gradmark` in forks of one process that has imported what it imports, for tests that aren't about its start.

An import of PyTorch takes longer than most of what such a test asks for.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import NoReturn


def forked(
    arguments: Sequence[str], cwd: Path, timeout: float, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """`gradmark` with these arguments, as subprocess.run tells of it; TimeoutExpired after this many seconds."""
    with tempfile.TemporaryDirectory(prefix="gradmark-program-") as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        streams = (str(out), str(err))
        process = _server().Process(target=_run, args=(list(arguments), str(cwd), streams, dict(environment)))
        process.start()
        process.join(timeout)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(list(arguments), timeout)
        said = [path.read_text("utf-8") if path.exists() else "" for path in (out, err)]
        return subprocess.CompletedProcess(list(arguments), process.exitcode, *said)


@cache
def _server() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.cli.preloaded"])
    return context


def _run(arguments: list[str], cwd: str, streams: tuple[str, str], environment: dict[str, str]) -> NoReturn:
    """The program, in the fork: with standard streams, a folder and its own environment."""
    from graders.cli.app import main

    os.environ.clear()
    os.environ.update(environment)
    os.chdir(cwd)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    for number, path in enumerate(streams, 1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), number)
    sys.argv = ["gradmark", *arguments]
    status: object = 0
    try:
        main()
    except SystemExit as ended:
        status = ended.code
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(status if isinstance(status, int) else int(status is not None))
