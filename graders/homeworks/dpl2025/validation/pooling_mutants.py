"""Wrong submissions of question 6.4: the worked notebook with one mistake put in."""

from __future__ import annotations

from graders.marking.validation.suite import Mutant

from ...dpl.validation.notebooks import changed

QUERY = "self.query = nn.Parameter(torch.randn(feature_dim) / feature_dim**0.5)"
REPS = "torch.stack(list(group_reps))"
ORBIT = 'return torch.einsum("gij,nj->ngi", self.reps.to(h.dtype), h)'
WEIGHTS = "return torch.softmax(self.orbit(h) @ self.query.to(h.dtype), dim=1)"
POOLED = "return (self.weights(h).unsqueeze(2) * self.orbit(h)).sum(dim=1)"
TURNED_BACK = 'torch.einsum("gji,nj->ngi", self.reps.to(h.dtype), h)'
ENCODED = "return x, self.pool(x)"

MISTAKES: dict[str, tuple[str, str]] = {
    "softmax over the batch": (WEIGHTS, WEIGHTS.replace("dim=1", "dim=0")),
    "no softmax": (WEIGHTS, "return self.orbit(h) @ self.query"),
    "sigmoid for softmax": (WEIGHTS, "return torch.sigmoid(self.orbit(h) @ self.query)"),
    "logits through tanh": (WEIGHTS, "return torch.softmax(torch.tanh(self.orbit(h) @ self.query), dim=1)"),
    "logits scaled": (WEIGHTS, "return torch.softmax(self.orbit(h) @ self.query / h.shape[1] ** 0.5, dim=1)"),
    "logits negated": (WEIGHTS, "return torch.softmax(-self.orbit(h) @ self.query, dim=1)"),
    "logits of h": (WEIGHTS, "return torch.softmax((h @ self.query).unsqueeze(1).expand(-1, len(self.reps)), dim=1)"),
    "uniform weights": (WEIGHTS, "return torch.full((len(h), len(self.reps)), 1 / len(self.reps))"),
    "detached weights": (WEIGHTS, WEIGHTS + ".detach()"),
    "hard attention": (WEIGHTS, "return nn.functional.one_hot((self.orbit(h) @ self.query).argmax(1), len(self.reps))"),
    "query is a tensor": (QUERY, "self.query = torch.randn(feature_dim)"),
    "query is a buffer": (QUERY, 'self.register_buffer("query", torch.randn(feature_dim))'),
    "query is frozen": (QUERY, QUERY[:-1] + ", requires_grad=False)"),
    "query of the group's size": (QUERY, "self.query = nn.Parameter(torch.randn(len(group_reps)))"),
    "the identity only": (REPS, "torch.stack(list(group_reps)[:1])"),
    "the last of the group counts half": (REPS, "torch.stack((list(group_reps) * 2)[: 2 * len(group_reps) - 1])"),
    "group_reps ignored": (REPS, "torch.stack(group(round(feature_dim**0.5)))"),
    "images of 7x7 only": (REPS, "torch.stack(group(7))"),
    "sum of the orbit": (POOLED, "return self.orbit(h).sum(dim=1)"),
    "mean of the orbit": (POOLED, "return self.orbit(h).mean(dim=1)"),
    "largest entries of the orbit": (POOLED, "return self.orbit(h).max(dim=1).values"),
    "orbit turned back": (POOLED, POOLED.replace("self.orbit(h)", TURNED_BACK)),
    "weights times h": (POOLED, "return (self.weights(h).unsqueeze(2) * h.unsqueeze(1)).sum(dim=1)"),
    "h without attention": (POOLED, "return h"),
    "mean for sum": (POOLED, POOLED.replace("sum(dim=1)", "mean(dim=1)")),
    "one embedding for the batch": (POOLED, POOLED + ".mean(dim=0, keepdim=True)"),
    "squeezed": (POOLED, POOLED + ".squeeze(0)"),
    "orbit not turned": (ORBIT, "return h.unsqueeze(1).expand(-1, len(self.reps), -1)"),
    "encode gives h twice": (ENCODED, "return x, x"),
    "encode gives g twice": (ENCODED, "return self.pool(x), self.pool(x)"),
}

CHEAP = tuple(f"pooling.{check}" for check in ("query", "embedding", "batch_of_one", "invariance", "gradient_of_query"))
"""Checks that train nothing."""

ALL = (*CHEAP, "pooling.encoder")
MUTANTS = [Mutant(f"pooling: {name}", changed(edit), frozenset({"pooling"}), ALL) for name, edit in MISTAKES.items()]
