"""Writes what `gradmark validate ID --json FILE` heard of each mutant into the homework's diagnoses.toml.

`python -m tests.approve_diagnoses FILE [MUTANT ...]` takes all mutants of the file, or those that are named. What it
writes counts as approved from then on: read the difference before it is committed.
"""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path

from tests.support import ROOT


def main(file: str, *names: str) -> None:
    """Replace the entries of the file's mutants."""
    cases = [case for case in json.loads(Path(file).read_text())["cases"] if case["kind"] == "mutant"]
    for homework in dict.fromkeys(case["homework"] for case in cases):
        folder = ROOT / "graders" / "homeworks" / homework
        path = next(iter(folder.glob("*/diagnoses.toml")), folder / "diagnoses.toml")
        known: dict[str, list[str]] = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        heard = {case["name"]: case["said"] for case in cases if case["homework"] == homework}
        known |= {name: said for name, said in heard.items() if not names or name in names}
        path.write_text("".join(_entry(name, said) for name, said in known.items()), encoding="utf-8")


def _entry(name: str, said: list[str]) -> str:
    written = [json.dumps(text, ensure_ascii=False) for text in said]
    value = "".join(f"\n    {text}," for text in written) + ("\n" if written else "")
    return f"{json.dumps(name, ensure_ascii=False)} = [{value}]\n"


if __name__ == "__main__":
    main(*sys.argv[1:])
