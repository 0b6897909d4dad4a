"""The map of a gradient's errors."""

from __future__ import annotations

import numpy as np

from graders.reports import heatmap


def test_levels_run_from_right_to_all_wrong() -> None:
    assert [heatmap.level(x) for x in (0.0, 1e-12, 1e-8, 1e-4, 1e-1, 1.0, 100.0)] == [0, 1, 1, 5, 8, 8, 8]
    assert heatmap.level(float("nan")) is None


def test_a_matrix_is_one_character_for_each_entry() -> None:
    errors = [[0.0, 1.0, None], [1e-4, 0.0, 0.0]]
    assert [heatmap.characters(band) for band in heatmap.bands(errors, 40)] == [[".@?", "*.."]]


def test_a_vector_is_one_row_and_a_stack_stands_side_by_side() -> None:
    assert [heatmap.characters(band) for band in heatmap.bands([0.0, 1.0], 40)] == [[".@"]]
    stack = np.zeros((3, 2, 2))
    stack[1] = 1.0
    assert heatmap.characters(heatmap.bands(stack, 8)[0]) == ["[0]  [1]", "..   @@", "..   @@"]
    assert heatmap.left_out(stack) == ""


def test_what_is_too_large_shows_the_worst_of_several_entries() -> None:
    errors = np.zeros((200, 300))
    errors[150, 200] = 1.0
    ((panel,),) = heatmap.bands(errors, 60)
    assert panel.errors.shape[0] <= heatmap.MAX_ROWS
    assert panel.errors.shape[1] <= 60
    assert panel.errors.max() == 1.0


def test_matrices_of_which_nothing_is_known_are_left_out() -> None:
    stack = np.full((3, 2, 2), np.nan)
    stack[2, 0, 0] = 1.0
    assert [[panel.label for panel in band] for band in heatmap.bands(stack, 40)] == [["[2]"]]
    assert heatmap.left_out(stack) == "the other 2 were not looked at"


def test_half_blocks_show_two_rows_to_a_line() -> None:
    lines = heatmap.half_blocks(heatmap.bands([[0.0], [1.0], [None]], 40)[0])
    assert [line.plain.rstrip() for line in lines] == ["▀", "▀"]
    assert " on " in str(lines[0].spans[0].style)
    assert " on " not in str(lines[1].spans[0].style)
