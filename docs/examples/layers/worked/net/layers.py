import numpy as np


class Linear:
    def __init__(self, in_features, out_features):
        self.W = np.zeros((out_features, in_features))
        self.b = np.zeros((out_features, 1))

    def forward(self, A):
        self.A = A
        return A @ self.W.T + self.b.T

    def backward(self, dLdZ):
        self.dLdW = dLdZ.T @ self.A / len(self.A)
        self.dLdb = dLdZ.mean(axis=0, keepdims=True).T
        return dLdZ @ self.W


class Sigmoid:
    def forward(self, Z):
        small = np.exp(-np.abs(Z))
        self.A = np.where(Z > 0, 1, small) / (1 + small)
        return self.A

    def backward(self):
        return self.A * (1 - self.A)


class CrossEntropyLoss:
    def forward(self, A, Y):
        shifted = A - A.max(axis=1, keepdims=True)
        logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        self.Y, self.softmax = Y, np.exp(logs)
        return -(Y * logs).sum() / len(A)

    def backward(self):
        return self.softmax - self.Y


class BatchNorm:
    def __init__(self, features):
        self.params = {"gamma": np.ones(features), "beta": np.zeros(features)}
        self.grads = {}
        self.running_mean = np.zeros(features)
        self.running_var = np.ones(features)

    def forward(self, x, training=True):
        if not training:
            normal = (x - self.running_mean) / np.sqrt(self.running_var + 1e-5)
            return self.params["gamma"] * normal + self.params["beta"]
        mean, variance = x.mean(axis=0), x.var(axis=0)
        self.std = np.sqrt(variance + 1e-5)
        self.normal = (x - mean) / self.std
        self.running_mean = 0.9 * self.running_mean + 0.1 * mean
        self.running_var = 0.9 * self.running_var + 0.1 * variance
        return self.params["gamma"] * self.normal + self.params["beta"]

    def backward(self, dout):
        self.grads["gamma"] = (dout * self.normal).sum(axis=0)
        self.grads["beta"] = dout.sum(axis=0)
        slope = dout * self.params["gamma"]
        through = slope.mean(axis=0) + self.normal * (slope * self.normal).mean(axis=0)
        return (slope - through) / self.std
