"""A wrong guess ends in "not understood", never in a pass with part of the gradients unseen."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders import UsageError
from graders.probe import Request
from tests.probe.support import check_here, check_source

MSE = """
import numpy as np
class MSE:
    def forward(self, a, b):
        self.a, self.b = a, b
        return np.mean((a - b) ** 2)
    def backward(self):
        return 2 * (self.b - self.a) / self.a.size
"""


def test_a_gradient_of_the_other_sign_is_not_taken_for_that_of_the_other_argument() -> None:
    named = (
        MSE.replace("a, b)", "y_pred, y_true)")
        .replace("= a, b", "= y_pred, y_true")
        .replace("(a - b)", "(y_pred - y_true)")
    )
    assert check_here(named, "MSE", Request(inputs=((5, 3), (5, 3)))).verdict == "wrong gradient"
    assert check_here(named, "MSE", Request(inputs=((5, 3),))).verdict == "wrong gradient"


def test_where_no_name_tells_whose_gradient_it_is_it_is_asked() -> None:
    with pytest.raises(UsageError, match="is right for b and wrong for a: if it is meant for that, --wrt b"):
        check_here(MSE, "MSE", Request(inputs=((5, 3), (5, 3))))
    assert check_here(MSE, "MSE", Request(inputs=((5, 3), (5, 3)), wrt=("b",))).verdict == "pass"
    wrong = MSE.replace("2 * (self", "1.9 * (self")
    assert check_here(wrong, "MSE", Request(inputs=((5, 3), (5, 3)))).verdict == "wrong gradient"


def test_a_list_that_nothing_confirms_is_not_understood() -> None:
    source = """
import numpy as np
class Layer:
    def forward(self, x):
        self.x = x
        return np.asarray(x) * 2
    def backward(self, d):
        return d
"""
    with pytest.raises(UsageError, match=r"layer\.forward has no argument for --input 5,3; it takes x"):
        check_here(source, "Layer", Request(inputs=((5, 3), (5, 3))))


STEPS = """
import numpy as np
class Layer:
    def __init__(self):
        self.W = np.ones((3, 2))
    def forward(self, x):
        self.x = x
        return x @ self.W
    def backward(self, d, lr):
        dx = d @ self.W.T
        g = self.x.T @ d
        self.W = self.W - {step}
        return dx
"""


@pytest.mark.parametrize("step", ["lr * np.sign(g)", "lr * (g + self.W)", "lr * g * 1.001"])
def test_a_step_that_is_not_the_gradient_is_wrong(step: str) -> None:
    report = check_here(STEPS.format(step=step), "Layer", Request(inputs=((5, 3),)))
    assert (report.verdict, report.inputs[0].verdict, report.inputs[1].verdict) == (
        "wrong gradient",
        "pass",
        "wrong gradient",
    )


def test_a_step_that_does_not_follow_the_rate_is_not_understood() -> None:
    with pytest.raises(UsageError, match="changes W, and not by a learning rate times a gradient"):
        check_here(STEPS.format(step="0.1 * g"), "Layer", Request(inputs=((5, 3),)))


def test_a_number_among_the_parameters_needs_its_gradient() -> None:
    source = """
import numpy as np
class Layer:
    def __init__(self):
        self.w, self.b = np.ones(3), 0.5
    def forward(self, x):
        self.x = x
        return x @ self.w + self.b
    def backward(self, d):
        self.dw = self.x.T @ d
        return np.outer(d, self.w)
"""
    report = check_here(source, "Layer", Request(inputs=((5, 3),)))
    assert report.verdict == "missing gradient"
    assert "no gradient of b" in report.message


def test_a_forward_pass_that_forgets_its_return_is_no_way_to_keep_answers() -> None:
    source = """
class Layer:
    def forward(self, x):
        self.out = x * 2
    def backward(self, d):
        return 2 * d
"""
    assert check_here(source, "Layer", Request(inputs=((5, 3),))).verdict == "returned nothing"


ADDS = """
import numpy as np
class Layer:
    def __init__(self):
        self.W, self.dW = np.ones((3, 2)), np.zeros((3, 2))
    def forward(self, x):
        self.x = x
        return x @ self.W
    def backward(self, d):
        self.dW += {added}
        return d @ self.W.T
"""


def test_gradients_that_add_up_are_right_in_value_and_said_to() -> None:
    report = check_here(ADDS.format(added="self.x.T @ d"), "Layer", Request(inputs=((5, 3),)))
    assert report.verdict == "gradients add up"
    assert report.exit_status == 1
    assert report.message.startswith("The gradient of W adds up from call to call; what each call adds is right.")
    assert [item.verdict for item in report.inputs] == ["pass", "pass"]


def test_gradients_that_add_up_wrongly_are_wrong() -> None:
    report = check_here(ADDS.format(added="self.x.T @ d / 2"), "Layer", Request(inputs=((5, 3),)))
    assert report.verdict == "wrong gradient"
    assert report.message.endswith("The gradient of W adds up from call to call too.")


@pytest.mark.parametrize(("sign", "verdict"), [("+=", "gradients add up"), ("=", "pass")])
def test_gradients_add_up_in_a_layer_whose_state_goes_on_too(sign: str, verdict: str) -> None:
    source = f"""
import numpy as np
class Recurrent:
    def __init__(self):
        self.W, self.dW, self.h = np.ones((3, 3)) / 3, np.zeros((3, 3)), np.zeros((4, 3))
    def forward(self, x):
        self.before = self.h
        self.h = np.tanh(x + self.before @ self.W)
        return self.h
    def backward(self, d):
        d = d * (1 - self.h ** 2)
        self.dW {sign} self.before.T @ d
        return d
"""
    assert check_here(source, "Recurrent", Request(inputs=((4, 3),))).verdict == verdict


def test_labels_that_no_form_fits_are_not_understood() -> None:
    source = """
class Loss:
    def forward(self, x, y):
        return x.sum() + sum({"cat": 1, "dog": 2}[word] for word in y)
    def backward(self):
        return 1
"""
    with pytest.raises(UsageError, match=r"Is y not labels\? See --labels, --int and --arg"):
        check_here(source, "Loss", Request(inputs=((5, 3),)))


def test_outputs_beside_the_first_are_said_to_be_left_out() -> None:
    source = """
import numpy as np
class Attention:
    def forward(self, x):
        self.x, self.weights = x, np.exp(-x)
        return self.weights * x, self.weights
    def backward(self, d):
        return d * self.weights * (1 - self.x)
"""
    report = check_here(source, "Attention", Request(inputs=((4, 3),)))
    assert report.verdict == "pass"
    assert report.taken_for.endswith("backward(d) returns the gradient of x of the first of 2 outputs")


def test_labels_of_zero_that_mean_nothing_certify_nothing() -> None:
    source = """
import numpy as np
class Margin:
    def forward(self, s, y):
        self.s, self.y = s, y
        return np.maximum(0, 1 - y * s).sum()
    def backward(self):
        return np.where(self.y * self.s < 1, -np.abs(self.y), 0.0)
"""
    report = check_here(source, "Margin", Request(inputs=((9,),)))
    assert report.verdict == "wrong gradient"
    assert "signs, -1 and 1" in report.taken_for
    right = source.replace("-np.abs(self.y)", "-self.y")
    assert check_here(right, "Margin", Request(inputs=((9,),))).verdict == "pass"


def test_the_other_argument_of_a_derivative_is_a_remark_and_no_pass() -> None:
    source = """
import numpy as np
def sigmoid(x):
    return 1 / (1 + np.exp(-x))
def sigmoid_prime(x):
    return x * (1 - x)
"""
    report = check_here(source, "sigmoid", Request(inputs=((5, 3),)))
    assert report.verdict == "wrong gradient"
    assert report.hint == "It would be right if x were the output of the forward pass."


def test_a_factor_is_called_the_batch_size_only_if_it_follows_it() -> None:
    source = """
import numpy as np
class Layer:
    def forward(self, x):
        self.x = x
        return x ** 2
    def backward(self, d):
        return {factor} * 2 * self.x * d
"""
    by_size = check_here(source.format(factor="len(d)"), "Layer", Request(inputs=((2, 3),)))
    assert "--times-batch x" in by_size.hint
    assert check_here(source.format(factor="2"), "Layer", Request(inputs=((2, 3),))).hint == ""
    assert check_here(source.format(factor="d.shape[1]"), "Layer", Request(inputs=((2, 3),))).hint == ""


def test_what_is_random_in_spite_of_all_is_said_to_be_so(tmp_path: Path) -> None:
    source = """
import os
class Layer:
    def forward(self, x):
        self.k = 1 + int.from_bytes(os.urandom(6)) / 1e12
        return x * self.k
    def backward(self, d):
        return d * self.k
"""
    assert check_source(tmp_path, source, "Layer").verdict == "non-deterministic"
