"""Every format of the list: it goes where its option says, shows what it promises, and no text changes its structure.

A new format fails here until tests/reports/formats.py has a reader of it. `python -m tests.reports.test_formats` writes
the fields of all formats into fixtures/schemas/fields.json again, where one was added on purpose.
"""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest
from msgspec.structs import replace

from graders.cli.output_options import OutputOptions
from graders.cli.outputs import Outputs
from graders.coursework.packs.pack import load_homework
from graders.coursework.record import Look, Report, Status
from graders.reports.formats import FORMATS, Format, Shown, Target
from tests.reports.formats import READERS, RUNNER, written
from tests.reports.records import FORMULA, HOSTILE_TEXTS, RECORDS, SCRIPT, check, report, section
from tests.support import ROOT

FIELDS = ROOT / "fixtures" / "schemas" / "fields.json"
FILES = [one for one in FORMATS if one.target in (Target.FILE, Target.BOOK)]
every_format = pytest.mark.parametrize("form", FORMATS, ids=[one.id for one in FORMATS])
WORDS = {
    Shown.SUBMISSION: "thesubmission",
    Shown.SECTION: "thesection",
    Shown.POINTS: "2.125",
    Shown.MESSAGE: "themessage",
    Shown.REASON: "thediagnosis",
    Shown.OUTPUT: "theoutput",
}
HARMLESS = ("one line", "one line\n    of several\nlines")
ATTACKS = HOSTILE_TEXTS | {
    "long": "x" * 100_000,
    "no characters": "\ufffe \uffff",
    "script": SCRIPT,
    "attribute": "\"><img src=x onerror=alert(1)> ' onmouseover='alert(1)",
    "quotes": '"a", \'b\', \\"c\\" & </title> \\',
    "lines": "one\ntwo\r\nthree\rfour\u2028five\vsix",
    "markdown": "# a\n[b](javascript:c) ![d](e) **f** `g` | h |",
    "formula": FORMULA,
}


def telling(words: dict[Shown, str], title: str = "The section") -> Report:
    """A record with these texts in the parts that a format may show."""
    failed = check(
        "thesection.backward",
        Status.FAILED,
        message=words[Shown.MESSAGE],
        hint=words[Shown.REASON],
        diagnosis=[words[Shown.REASON]],
        output=words[Shown.OUTPUT],
        look_at=[Look(file="mytorch/nn/linear.py", line=12, sure=True)],
    )
    marked = section("thesection", float(WORDS[Shown.POINTS]), 5.0, "partial", failed)
    return report(replace(marked, title=title), submission=words[Shown.SUBMISSION])


def attacked(text: str) -> Report:
    """A record with this text wherever the student may choose one; the path of a folder has a limit on every system."""
    return telling({**dict.fromkeys(Shown, text), Shown.SUBMISSION: text[:4096]}, title=text)


def test_each_format_has_a_reader_and_an_option_of_its_name() -> None:
    named = [one.id for one in FORMATS]
    assert len(set(named)) == len(named)
    assert set(READERS) == set(named)
    options = {one.name for one in fields(OutputOptions) if not one.name.startswith("gradescope_")}
    assert options == {one.id for one in FORMATS if one.target is not Target.STEP}


def test_the_page_about_reports_has_every_option() -> None:
    page = (ROOT / "docs/reports.md").read_text(encoding="utf-8")
    rows = "".join(re.findall(r"^\| `--.*$", page, re.MULTILINE))
    assert set(re.findall(r"`--(\w+)", rows)) == {one.id for one in FORMATS if one.target is not Target.STEP}


@every_format
def test_a_format_shows_the_parts_of_a_record_that_it_promises_and_no_others(form: Format) -> None:
    shape, text = READERS[form.id](written(form, telling(WORDS)))
    found = {part for part, word in WORDS.items() if word in text + "".join(shape)}
    hundredths = {Shown.POINTS} if form.id == "classroom50" and "\n212\n" in text else set()
    assert found | hundredths == form.shows


@every_format
def test_a_format_has_the_fields_that_it_had(form: Format) -> None:
    shape, _ = READERS[form.id](written(form, telling(WORDS)))
    assert sorted(shape) == json.loads(FIELDS.read_text(encoding="utf-8"))[form.id]


@every_format
@pytest.mark.parametrize("name", ATTACKS)
def test_no_text_of_a_student_changes_the_structure_of_a_report(form: Format, name: str) -> None:
    plain = {part for text in HARMLESS for part in READERS[form.id](written(form, attacked(text)))[0]}
    shape, _ = READERS[form.id](written(form, attacked(ATTACKS[name])))
    assert shape <= plain


@every_format
@pytest.mark.parametrize("name", RECORDS)
def test_every_record_is_what_the_platform_reads(form: Format, name: str) -> None:
    READERS[form.id](written(form, RECORDS[name]))


def test_each_option_writes_its_own_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in RUNNER.items():
        monkeypatch.setenv(name, value)
    places = {one.id: tmp_path / f"as {one.id}" for one in FILES}
    asked = OutputOptions(**{name: str(path) if name == "json" else path for name, path in places.items()})
    Outputs(asked).write(telling(WORDS), load_homework("ai702"))
    for name, path in places.items():
        refused = [other for other in places if other != name and not _reads(other, path.read_bytes())]
        assert _reads(name, path.read_bytes())
        assert refused == [other for other in places if other != name]


def _reads(name: str, content: bytes) -> bool:
    try:
        READERS[name](content)
    except Exception:
        return False
    return True


def main() -> None:
    """Write the fields of all formats again."""
    found = {one.id: sorted(READERS[one.id](written(one, telling(WORDS)))[0]) for one in FORMATS}
    FIELDS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
