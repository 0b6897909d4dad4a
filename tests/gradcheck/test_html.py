"""A result in a notebook: its verdict, entries and map, escaped, without scripts and addresses."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import numpy as np
import pytest

from graders.gradcheck import check_function
from graders.gradcheck.error_levels import COLOURS, UNKNOWN
from graders.gradcheck.html import MAX_CELLS, MAX_PANELS, Entry, Row, fragment
from graders.probe import probe_object
from graders.probe.record import ProbeReport

HOSTILE = "<script>alert(1)</script><img src=//example.org onerror='x'>&\"'"


class Elements(HTMLParser):
    """The elements of a page and their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes.update(name for name, _ in attrs)


def asks_for_nothing(page: str) -> bool:
    """Whether it holds only what shows a table and a picture."""
    found = Elements(page)
    shown = {"div", "style", "p", "b", "table", "thead", "tbody", "tr", "th", "td", "svg", "path"}
    drawn = {"class", "width", "height", "viewbox", "role", "aria-label", "fill", "d"}
    return found.names <= shown and found.attributes <= drawn and "url(" not in page and "@import" not in page


def test_a_wrong_gradient_is_shown_with_its_entries_and_a_map() -> None:
    def wrong(x: np.ndarray, dout: np.ndarray) -> np.ndarray:
        gradient = dout * np.cos(x)
        gradient[1, 2] *= 2
        return gradient

    result = check_function(np.sin, wrong, np.linspace(-1, 1, 12).reshape(3, 4), names=["angle"])
    page = result._repr_html_()
    assert asks_for_nothing(page)
    assert "<b class='wrong'>wrong gradient</b>" in page
    assert "<td>[1, 2]</td>" in page
    assert "wrong entries of the gradient of angle, worst first" in page
    assert page.count("M2 1h1v1h-1z") == 1
    assert "viewBox='0 0 4 3'" in page


def test_a_right_gradient_has_neither_entries_nor_map() -> None:
    page = check_function(np.sin, lambda x, dout: dout * np.cos(x), np.linspace(-1, 1, 5))._repr_html_()
    assert asks_for_nothing(page)
    assert "<b class='pass'>pass</b>" in page
    assert "<svg" not in page
    assert "wrong entries" not in page


def test_a_layer_that_was_recognised_is_shown_with_what_was_taken_for_what() -> None:
    class Scale:
        def forward(self, x: np.ndarray) -> np.ndarray:
            return 3 * x

        def backward(self, dout: np.ndarray) -> np.ndarray:
            return 2 * dout

    report = probe_object(Scale(), (2, 3))
    page = report._repr_html_()
    assert asks_for_nothing(page)
    assert report.taken_for in page
    assert "<td>(2, 3)</td>" in page
    assert "<svg" in page


@pytest.mark.parametrize("field", ["target", "verdict", "message", "hint", "taken_for"])
def test_words_of_the_code_under_test_are_escaped(field: str) -> None:
    plain = {"target": "t", "verdict": "error", "message": "", "dtype": "float64", "seed": 0}
    page = ProbeReport(**{**plain, field: HOSTILE})._repr_html_()  # type: ignore[arg-type]
    assert asks_for_nothing(page)
    assert "&lt;script&gt;" in page


def test_names_and_numbers_of_rows_are_escaped_and_may_be_missing() -> None:
    row = Row(HOSTILE, HOSTILE, HOSTILE, None, float("nan"), 1.0, [Entry((0,), float("nan"), 1.0)], np.array([np.nan]))
    page = fragment("error", [HOSTILE], [row])
    assert asks_for_nothing(page)
    assert "<td>-</td><td>-</td><td>100%</td>" in page
    assert UNKNOWN in page


def test_large_maps_are_folded_and_keep_what_is_worst() -> None:
    errors = np.zeros((9, 500, 70))
    errors[7, 499, 69] = 1.0
    page = fragment("wrong gradient", [], [Row("x", "", "wrong gradient", None, None, None, (), errors)])
    assert page.count("<svg") == MAX_PANELS
    assert page.count(COLOURS[8]) == 1
    sizes = [tuple(map(int, size)) for size in re.findall(r"viewBox='0 0 (\d+) (\d+)'", page)]
    assert all(width <= MAX_CELLS and height <= MAX_CELLS for width, height in sizes)
    assert len(page) < 300_000
