"""Copies are found however they are disguised, independent solutions are not."""

from __future__ import annotations

import random
from itertools import combinations
from textwrap import dedent

import pytest

from graders.classroom.similarity.compare import COMMON_COUNT, FEWEST, LEAST, MAX_PAIRS, Code, compare
from graders.coursework.pair import Pair
from tests.classroom.similarity.disguise import disguised, in_one_file
from tests.classroom.similarity.independent import ADA, BOB, EVE, SOLUTIONS
from tests.classroom.similarity.support import code, starter, worked

NN = "mytorch/nn/"


def independent() -> list[Code]:
    return [*(code(name, files) for name, files in SOLUTIONS.items()), code("worked", worked())]


def names(pairs: list[Pair]) -> list[tuple[str, str]]:
    return [(pair.first, pair.second) for pair in pairs]


def dedented(files: dict[str, str]) -> dict[str, str]:
    return {file: dedent(text) for file, text in files.items()}


def test_independent_solutions_are_no_pairs() -> None:
    assert compare(independent(), starter()) == []
    assert compare(independent()) == []


def test_independent_solutions_are_far_from_the_bound() -> None:
    assert all(pair.share < LEAST / 2 for pair in compare(independent(), starter(), 0.0))


@pytest.mark.parametrize("name", SOLUTIONS)
def test_a_disguised_copy_is_found(name: str) -> None:
    copy = {file: disguised(text) for file, text in dedented(SOLUTIONS[name]).items()}
    pairs = compare([*independent(), code("copy", copy)], starter())
    assert names(pairs) == [(name, "copy")]
    assert pairs[0].share > 0.9


def test_a_copy_in_another_file_is_found() -> None:
    copy = in_one_file(dedented(ADA))
    (pair,) = compare([*independent(), code("copy", copy)], starter())
    assert (pair.first, pair.second) == ("ada", "copy")
    assert pair.share == 1
    assert {passage.second_file for passage in pair.passages} == {"everything.py"}


@pytest.mark.parametrize("copied", ["linear", "loss", "batchnorm"])
@pytest.mark.parametrize(("files", "name"), [(BOB, "bob"), (EVE, "eve")])
def test_one_copied_component_is_found(copied: str, files: dict[str, str], name: str) -> None:
    file = f"{NN}{copied}.py"
    taken = files | {file: worked()[file]}
    pairs = compare([code("ada", ADA), code(name, taken), code("worked", worked())], starter())
    assert names(pairs) == [(name, "worked")]
    assert (pairs[0].passages[0].first_file, pairs[0].passages[0].second_file) == (file, file)


def test_passages_name_the_lines_that_are_alike() -> None:
    body = "\n".join(f"    y = y * x[{number}] + np.exp(x) / (1 - y) ** {number}" for number in range(12))
    one = f"import numpy as np\n\ndef a(x, y):\n{body}\n    return y\n"
    other = f'"""Mine."""\n\n\nprint("hello")\n\n\ndef b(u, v):\n    # so\n{body}\n    return v - 1\n'
    (pair,) = compare([code("one", {"one.py": one}), code("other", {"lib/other.py": other})])
    (passage,) = pair.passages
    assert (passage.first_file, passage.second_file) == ("one.py", "lib/other.py")
    assert passage.first_lines == (3, 16)
    assert passage.second_lines == (7, 21)


def test_the_starter_code_counts_for_nobody() -> None:
    handed_out = [
        code("one", {"a.py": worked()[f"{NN}batchnorm.py"]}),
        code("two", {"a.py": worked()[f"{NN}batchnorm.py"]}),
    ]
    assert names(compare(handed_out)) == [("one", "two")]
    assert compare(handed_out, handed_out[0].texts) == []


def test_what_a_large_part_of_the_class_has_is_taken_for_forced() -> None:
    file = f"{NN}batchnorm.py"
    few = [code(f"student {number}", {"a.py": worked()[file]}) for number in range(COMMON_COUNT)]
    assert len(compare(few)) == COMMON_COUNT * (COMMON_COUNT - 1) // 2
    assert compare([*few, code("one more", {"a.py": worked()[file]})]) == []


def test_versions_of_one_student_are_no_pair() -> None:
    one, same = code("1", ADA, "ada@x"), code("2", ADA, "ada@x", "bob@x")
    assert compare([one, same]) == []
    assert names(compare([one, same, code("3", ADA, "eve@x")])) == [("1", "3"), ("2", "3")]


def test_pairs_come_by_share_and_are_bounded() -> None:
    chosen = random.Random(0)
    lines = [
        f"    y = {' + '.join(chosen.choices(['np.exp(x)', 'x[0]', 'len(x)', '-x', 'x / 2'], k=6))}" for _ in range(300)
    ]
    sources = {number: "def f(x):\n" + "\n".join(lines[number : number + 100]) for number in range(0, 200, 4)}
    codes = [code(f"{number:03}", {"a.py": source}) for number, source in sources.items()]
    pairs = compare(codes, (), 0.0)
    shares = [pair.share for pair in pairs]
    assert shares == sorted(shares, reverse=True)
    assert 0 < len(pairs) <= MAX_PAIRS


def test_a_share_of_next_to_nothing_says_nothing() -> None:
    short = "def f(x):\n    return np.exp(x[0] * 2 - 1) + np.log(x[1] / 3 + 4) ** 2 - len(x) * sum(x)\n"
    codes = [code("one", {"a.py": short}), code("two", {"a.py": short})]
    assert 0 < len(codes[0].places) < FEWEST
    assert compare(codes) == []


def test_nothing_is_compared_with_nothing() -> None:
    assert compare([]) == []
    assert compare([code("one", {}), code("two", {"a.py": ""}), code("three", {"a.py": "x = 1"})]) == []


def test_each_two_of_three_copies_are_a_pair() -> None:
    three = [code(name, ADA) for name in "abc"]
    assert names(compare(three)) == list(combinations("abc", 2))
