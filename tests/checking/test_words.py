"""Authors of checks import all their words from one place."""

from __future__ import annotations

import pytest

from graders import checking


@pytest.mark.parametrize("name", checking.__all__)
def test_every_word_that_is_listed_can_be_imported(name: str) -> None:
    assert getattr(checking, name) is not None


def test_the_list_is_in_order_and_a_word_that_is_not_there_is_named() -> None:
    assert checking.__all__ == sorted(checking.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        checking.nonsense  # noqa: B018 - it is asked for
