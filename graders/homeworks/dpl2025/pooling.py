"""Question 6.4: cases of G-invariant attention pooling, and the student's module with a query of ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st
from torch import Tensor

from graders.checking import Case, CheckFailed, Remote, Student, measured, read_flag, read_items, read_whole
from reference.autodiff import gradient
from reference.equivariance import attention_pool

from ..dpl.cases import SEEDS
from ..dpl.equivariance import rotate


@dataclass(frozen=True)
class PoolCase(Case):
    """B vectorised images of features, and the cyclic group of this order, of any order in its list."""

    side: int
    B: int
    order: int = 4
    scale: float = 1.0

    @property
    def k(self) -> int:
        """The number of features."""
        return self.side**2

    @property
    def h(self) -> np.ndarray:
        """Features (B, k)."""
        return self.array("h", self.B, self.k, scale=self.scale, dtype="float32")

    @property
    def q(self) -> np.ndarray:
        """The query (k,), such that the logits are of the order of `scale`."""
        return self.array("q", self.k, scale=self.k**-0.5, dtype="float32")

    @property
    def reps(self) -> list[np.ndarray]:
        """The matrices ρ(g), shuffled."""
        turns = self.random("order of the group").permutation(range(0, 4, 4 // self.order))
        return [
            self.keep(f"rho_{90 * turn}", rotate(np.eye(self.k, dtype=np.float32), int(turn)).T.copy())
            for turn in turns
        ]


def pool_cases(batches: Sequence[int] = (1, 3, 5), orders: Sequence[int] = (1, 2, 4)) -> st.SearchStrategy[PoolCase]:
    """Even and odd sides; batches never have the group's size."""
    return st.builds(PoolCase, SEEDS, st.sampled_from([3, 4, 7]), st.sampled_from(batches), st.sampled_from(orders))


@measured
def pooled(q: Tensor, h: Tensor, reps: Sequence[Tensor]) -> dict[str, Any]:
    """The embedding g, the attention weights, and the gradient of ½ Σ g² for q and for h."""
    q, h = q.detach().requires_grad_(), h.detach().requires_grad_()
    found = attention_pool(q, h, reps)
    dq, dh = gradient((found.g**2).sum() / 2, [q, h])
    return {"g": found.g.detach(), "alpha": found.alpha.detach(), "dq": dq, "dh": dh}


def module(student: Student, case: PoolCase) -> Remote:
    """GInvariantAttentionPool of the case's group."""
    found: Remote = student("notebook").GInvariantAttentionPool(case.k, [student.tensor(rho) for rho in case.reps])
    return found


def query(student: Student, pool: Remote, case: PoolCase) -> Remote:
    """The learnable query: the only trainable parameter with an entry for each feature."""
    parameters = read_items(student("builtins").list(pool.parameters()))
    found = [one for one in parameters if read_whole(one.numel()) == case.k and read_flag(one.requires_grad)]
    if len(found) != 1:
        raise CheckFailed(
            f"it has {len(found)} learnable parameters of {case.k} entries, but should have one: the query",
            "Make self.query an nn.Parameter of feature_dim entries.",
        )
    return found[0]


def with_query(student: Student, case: PoolCase) -> tuple[Remote, Remote]:
    """The module with the case's query, and that query."""
    pool = module(student, case)
    parameter = query(student, pool, case)
    parameter.data.copy_(student.tensor(case.q).view_as(parameter))
    return pool, parameter
