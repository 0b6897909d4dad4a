import numpy as np


class Adam:
    """One step for every layer of a model that has parameters W and b, with gradients dW and db."""

    def __init__(self, model, lr, beta1=0.9, beta2=0.999, eps=1e-8):
        self.layers = [layer for layer in model.layers if hasattr(layer, "W")]
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.t = 0
        self.m = [{name: np.zeros_like(getattr(layer, name)) for name in "Wb"} for layer in self.layers]
        self.v = [{name: np.zeros_like(getattr(layer, name)) for name in "Wb"} for layer in self.layers]

    def step(self):
        # BEGIN SOLUTION
        self.t += 1
        for layer, m, v in zip(self.layers, self.m, self.v):
            for name in "Wb":
                g = getattr(layer, "d" + name)
                m[name] = self.beta1 * m[name] + (1 - self.beta1) * g
                v[name] = self.beta2 * v[name] + (1 - self.beta2) * g**2
                m_hat = m[name] / (1 - self.beta1**self.t)
                v_hat = v[name] / (1 - self.beta2**self.t)
                new = getattr(layer, name) - self.lr * m_hat / (np.sqrt(v_hat) + self.eps)
                setattr(layer, name, new)
        # END SOLUTION
