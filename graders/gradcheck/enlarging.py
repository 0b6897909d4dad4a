"""A result about blocks of entries told as one about the entries: the wrong ones of the worst block are looked for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from graders.gradcheck import messages
from graders.gradcheck.conventions import Convention
from graders.gradcheck.large import Shrunk
from graders.gradcheck.problem import Problem, one_by_one
from graders.gradcheck.result import GuardError, InputResult, Result, Verdict
from graders.gradcheck.run import Run
from graders.gradcheck.tolerances import MAX_EVALUATIONS

LOOKED_AT = 100
"""Forward evaluations that finding a wrong block may take, and half as many for the wrong entries in it."""


def in_entries(result: Result, shrunk: Shrunk, convention: Convention, localise: bool) -> Result:
    """The result with sizes, indices and wrong entries of the arrays themselves."""
    spent = result.forward_evaluations, result.backward_evaluations
    items = []
    for item in result.inputs:
        if item.name in shrunk.blocks:
            looked, cost = _looked_at(item, shrunk, convention, localise)
            items.append(looked)
            spent = spent[0] + cost[0], spent[1] + cost[1]
        else:
            items.append(item)
    text = result.message
    wrong = [item for item in items if item.verdict is Verdict.WRONG_GRADIENT]
    if result.verdict is Verdict.WRONG_GRADIENT and wrong:
        text = messages.wrong(max(wrong, key=lambda item: item.mismatch))
    return replace(
        result, message=text, inputs=tuple(items), forward_evaluations=spent[0], backward_evaluations=spent[1]
    )


def _looked_at(
    item: InputResult, shrunk: Shrunk, convention: Convention, localise: bool
) -> tuple[InputResult, tuple[int, int]]:
    """One input's result, and the evaluations that went into finding its wrong entries."""
    blocks = shrunk.blocks[item.name]
    size = blocks.size
    unseen = tuple(shrunk.index(item.name, int(blocks.entries(block)[0])) for (block,) in item.unseen)
    plain = replace(
        item, size=size, unseen=unseen, examined=0, wrong_count=0, wrong=(), ratio=None, relative_error=None, guard=None
    )
    if item.verdict is not Verdict.WRONG_GRADIENT or not localise or not item.wrong:
        return plain, (0, 0)
    entries = blocks.entries(item.wrong[0].index[0])
    forward, backward, inputs = shrunk.within(item.name, entries)
    problem = Problem(forward, one_by_one(backward), inputs, (item.name,), convention, None, {})
    try:
        run = Run(problem, np.random.default_rng(0), MAX_EVALUATIONS, localise=True, left=LOOKED_AT // 2)
        within = run.check(1, planted=False)
    except GuardError:
        return plain, (problem.forward_evaluations, problem.backward_evaluations)
    found = within[item.name]
    wrong = tuple(replace(one, index=shrunk.index(item.name, int(entries[one.index[0]]))) for one in found.wrong)
    looked = replace(
        plain,
        examined=found.examined,
        wrong_count=found.wrong_count,
        wrong=wrong,
        ratio=found.ratio,
        guard=found.guard,
    )
    return looked, (problem.forward_evaluations, problem.backward_evaluations)
