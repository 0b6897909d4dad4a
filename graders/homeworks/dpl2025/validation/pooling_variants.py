"""Right submissions of question 6.4, written otherwise than the worked notebook."""

from __future__ import annotations

from graders.marking.validation.suite import Variant

from ...dpl.validation.notebooks import changed
from .pooling_mutants import ALL, ORBIT, POOLED, QUERY, REPS, WEIGHTS

REWRITTEN: dict[str, list[tuple[str, str]]] = {
    "h times rho, which for a group gives the same": [(ORBIT, "return torch.stack([h @ rho for rho in self.reps], 1)")],
    "a loop": [(ORBIT, "return torch.stack([h @ rho.T for rho in self.reps], dim=1)")],
    "matmul that broadcasts": [(ORBIT, "return torch.matmul(h.unsqueeze(0), self.reps.mT).transpose(0, 1)")],
    "columns": [(ORBIT, "return torch.stack([(rho @ h.T).T for rho in self.reps], dim=1)")],
    "query of zeros": [(QUERY, "self.query = nn.Parameter(torch.zeros(feature_dim))")],
    "query of ones": [(QUERY, "self.query = nn.Parameter(torch.ones(feature_dim))")],
    "query is a column": [
        (QUERY, "self.query = nn.Parameter(torch.randn(feature_dim, 1))"),
        (WEIGHTS, "return torch.softmax((self.orbit(h) @ self.query).squeeze(2), dim=1)"),
    ],
    "query by another name": [
        (QUERY, "self.q = nn.Parameter(torch.randn(feature_dim))"),
        (WEIGHTS, "return torch.softmax(self.orbit(h) @ self.q, dim=1)"),
    ],
    "softmax by hand": [
        (WEIGHTS, "e = torch.exp(self.orbit(h) @ self.query)\n        return e / e.sum(dim=1, keepdim=True)"),
    ],
    "bmm": [(POOLED, "return torch.bmm(self.weights(h).unsqueeze(1), self.orbit(h)).squeeze(1)")],
    "einsum": [(POOLED, 'return torch.einsum("ng,ngk->nk", self.weights(h), self.orbit(h))')],
    "the group backwards": [(REPS, "torch.stack(list(group_reps)[::-1])")],
}

VARIANTS = [Variant(f"pooling: {name}", changed(*edits), ALL) for name, edits in REWRITTEN.items()]
