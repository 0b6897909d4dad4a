"""Trains a model that has params and loss(X, y), by one of the update rules of optim."""

from __future__ import print_function, division
from future import standard_library

standard_library.install_aliases()
from builtins import object
from builtins import range

import numpy as np

from . import optim


class Solver(object):
    """data has X_train, y_train, X_val, y_val."""

    def __init__(self, model, data, **kwargs):
        self.model = model
        self.X_train, self.y_train = data["X_train"], data["y_train"]
        self.X_val, self.y_val = data["X_val"], data["y_val"]
        self.update_rule = getattr(optim, kwargs.pop("update_rule", "sgd"))
        self.optim_config = kwargs.pop("optim_config", {})
        self.lr_decay = kwargs.pop("lr_decay", 1.0)
        self.batch_size = kwargs.pop("batch_size", 100)
        self.num_epochs = kwargs.pop("num_epochs", 10)
        self.verbose = kwargs.pop("verbose", True)
        self.print_every = kwargs.pop("print_every", 10)
        if kwargs:
            raise ValueError(f"unknown arguments: {', '.join(kwargs)}")
        self.loss_history, self.train_acc_history, self.val_acc_history = [], [], []
        self.best_val_acc, self.best_params = 0, {}
        self.optim_configs = {name: dict(self.optim_config) for name in model.params}

    def _step(self):
        batch = np.random.choice(self.X_train.shape[0], self.batch_size)
        loss, grads = self.model.loss(self.X_train[batch], self.y_train[batch])
        self.loss_history.append(loss)
        for name, w in self.model.params.items():
            config = self.optim_configs[name]
            self.model.params[name], self.optim_configs[name] = self.update_rule(w, grads[name], config)

    def check_accuracy(self, X, y):
        """The share of X that is classified as y says."""
        return np.mean(np.argmax(self.model.loss(X), axis=1) == y)

    def train(self):
        """Train for num_epochs, and leave the model with the parameters that were best on the validation data."""
        per_epoch = max(self.X_train.shape[0] // self.batch_size, 1)
        for step in range(self.num_epochs * per_epoch):
            self._step()
            if self.verbose and step % self.print_every == 0:
                print(f"(step {step + 1}) loss: {self.loss_history[-1]:f}")
            if (step + 1) % per_epoch == 0:
                for config in self.optim_configs.values():
                    config["learning_rate"] *= self.lr_decay
                self._look()
        self.model.params = self.best_params

    def _look(self):
        accuracy = self.check_accuracy(self.X_val, self.y_val)
        self.train_acc_history.append(self.check_accuracy(self.X_train[:1000], self.y_train[:1000]))
        self.val_acc_history.append(accuracy)
        if accuracy >= self.best_val_acc:
            self.best_val_acc = accuracy
            self.best_params = {name: w.copy() for name, w in self.model.params.items()}
