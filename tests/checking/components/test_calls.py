"""How components are called: options left out or given by place, what is right, too, networks with dicts."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.coursework.packs.pack import load_homework
from graders.coursework.record import Report
from graders.coursework.selection import select
from graders.marking.profiles import Profile
from graders.marking.run import Request, mark
from tests.support import write_tree

RUBRIC = """
    id = "calls"
    title = "Calls"
    total = 3

    [[sections]]
    id = "power"
    title = "An option left out, and one by its place"
    points = 1

    [[sections]]
    id = "loss"
    title = "A factor that is left open"
    points = 1

    [[sections]]
    id = "net"
    title = "A network whose parameters and gradients are dicts"
    points = 1
    """
COMPONENTS = """
    import torch
    from torch.nn import functional as F
    from graders.checking.components import Default, Functions, Labels, Layer

    def penalised(factor):
        return lambda x, w, reg: ((x @ w) ** 2).mean() + factor * reg * (w ** 2).sum()

    def scores(X, W1, b1, W2, reg):
        return torch.tanh(X @ W1 + b1) @ W2

    def loss(X, W1, b1, W2, y, reg):
        return F.cross_entropy(scores(X, W1, b1, W2, reg), y) + reg * (W1 ** 2).sum()

    COMPONENTS = {
        "power": Functions(
            module="work", forward="power", backward="power_back", inputs={"x": "N D"}, takes="x k options",
            torch=lambda x, k, shift: (x + shift) ** k, options={"k": [1, 2], "shift": [Default(0.5), 2.0]},
            options_as="param", may_change={"dout"}, regimes=["plain"],
        ),
        "loss": Functions(
            module="work", forward="loss", inputs={"x": "N D", "w": "D"}, torch=penalised(1.0), output="loss",
            options={"reg": [0.0, 0.3]}, gradients={"w": "forward[1]"},
            also={"most have reg, not half": penalised(0.5)},
        ),
        "net": Layer(
            name="work.Net", new={"dims": "[D 4]", "classes": "C", "reg": "reg"}, inputs={"X": "N D"},
            labels=Labels("C"),
            options={"reg": [0.0, 0.3]}, defaults={"reg": 0.0}, parameters={"W1": "D 4", "b1": "4", "W2": "4 C"},
            set_at={name: f"layer.params['{name}']" for name in ("W1", "b1", "W2")}, upstream="", output="loss",
            gradients={name: f"forward[1]['{name}']" for name in ("W1", "b1", "W2")}, initial={"b1": 0.0},
            torch=loss, forward_method="loss", backward_method="", returns="forward[0]",
            evaluation=scores, evaluation_takes="X", evaluation_returns="forward", evaluation_output="scores",
            without={"batch_size_changes"},
        ),
    }
    """
WORKED = """
    import numpy as np

    def power(x, k, param):
        shift = param.get("shift", 0.5)
        return (x + shift) ** k, (x, k, shift)

    def power_back(dout, cache):
        x, k, shift = cache
        return dout * k * (x + shift) ** (k - 1)

    def loss(x, w, reg):
        p = x @ w
        return (p ** 2).mean() + reg * (w ** 2).sum(), x.T @ p * 2 / len(x) + 2 * reg * w

    class Net:
        def __init__(self, dims, classes, reg=0.0):
            self.reg = reg
            self.params = {"W1": np.random.randn(*dims), "b1": np.zeros(dims[1])}
            self.params["W2"] = np.random.randn(dims[1], classes)

        def loss(self, X, y=None):
            W1, b1, W2 = self.params["W1"], self.params["b1"], self.params["W2"]
            h = np.tanh(X @ W1 + b1)
            s = h @ W2
            if y is None:
                return s
            p = np.exp(s - s.max(axis=1, keepdims=True))
            p /= p.sum(axis=1, keepdims=True)
            n = np.arange(len(X))
            loss = -np.log(p[n, y]).mean() + self.reg * (W1 ** 2).sum()
            p[n, y] -= 1
            d = p / len(X)
            dh = d @ W2.T * (1 - h ** 2)
            return loss, {"W1": X.T @ dh + 2 * self.reg * W1, "b1": dh.sum(axis=0), "W2": h.T @ d}
    """


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "pack", {"rubric.toml": RUBRIC, "components.py": COMPONENTS, "worked/work.py": WORKED})


def marked(pack: Path, *changes: tuple[str, str]) -> Report:
    work = pack / "worked/work.py"
    text = work.read_text()
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    work.write_text(text)
    homework = load_homework(str(pack))
    return mark(Request(pack / "worked", homework, select(homework, [], {}), Profile.QUICK))


def scores(report: Report) -> dict[str, float]:
    return {section.id: section.score for section in report.sections}


def warnings(report: Report) -> list[str]:
    return [line for section in report.sections for check in section.checks for line in check.warnings]


def test_a_right_submission_has_all_points_and_no_advice(pack: Path) -> None:
    report = marked(pack)
    assert report.score == report.max_score
    assert not warnings(report)


@pytest.mark.parametrize(
    "changes",
    [
        (
            ('param.get("shift", 0.5)', 'param.get("shift", 1.0)'),
            ("reg * (w ** 2).sum()", "0.5 * reg * (w ** 2).sum()"),
            ("+ 2 * self.reg * W1", ""),
        ),
        (('param.get("shift", 0.5)', "0.5"), ("+ 2 * reg * w", ""), ("return s\n", "return p\n")),
        (
            ("def power(x, k, param):", "def power(x, param, k):"),
            ("+ 2 * reg * w", "+ reg * w"),
            ('"b1": np.zeros', '"b1": np.ones'),
        ),
    ],
)
def test_a_mistake_costs_its_section(changes: tuple[tuple[str, str], ...], pack: Path) -> None:
    assert all(score < 1 for score in scores(marked(pack, *changes)).values())


def test_another_factor_is_right_where_loss_and_gradient_have_it(pack: Path) -> None:
    report = marked(pack, ("reg * (w ** 2).sum()", "0.5 * reg * (w ** 2).sum()"), ("+ 2 * reg * w", "+ reg * w"))
    assert report.score == report.max_score
    assert set(warnings(report)) == {"most have reg, not half"}


def test_what_may_be_written_into_gives_a_warning(pack: Path) -> None:
    report = marked(pack, ("return dout * k * (x", "dout *= k\n    return dout * (x"))
    assert report.score == report.max_score
    assert set(warnings(report)) == {"dout is written into: it belongs to whoever passed it in, so make a new array"}
