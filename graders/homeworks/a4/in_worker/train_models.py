"""Runs in the worker: trains the submission's two networks on the files in `data`, or runs its training file.

`train FILE EPOCHS RATE BATCH custom|pytorch` leaves what came of it in the module gradmark_training; `main FILE` runs
FILE as a script.
"""
# mypy: ignore-errors
# ruff: noqa: D103, PTH100

import importlib.util
import inspect
import os
import runpy
import sys
import types

import numpy as np
import torch


def load_in_this_process():
    """Data loaders take no processes of their own here."""
    make = torch.utils.data.DataLoader.__init__

    def made(self, *positional, **keywords):
        keywords.update(num_workers=0, pin_memory=False)
        for name in ("prefetch_factor", "persistent_workers"):
            keywords.pop(name, None)
        make(self, *positional, **keywords)

    torch.utils.data.DataLoader.__init__ = made


def loaded(file):
    name = file.removesuffix(".py")
    spec = importlib.util.spec_from_file_location(name, os.path.abspath(file))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def takes(function, names):
    """The first of these parameters that it has, or None."""
    parameters = inspect.signature(function).parameters
    return next((name for name in names if name in parameters), None)


def made_data(module, batch_size):
    name = takes(module.FashionMNIST, ("batch_size", "batchsize", "bs"))
    return module.FashionMNIST(**({name: batch_size} if name else {}))


def outputs(model, loader, custom):
    """What the model gives for each example of a loader, and the examples' labels."""
    given, labels = [], []
    with torch.no_grad():
        for images, numbers in loader:
            y = of_custom(model, images) if custom else model(images)
            given.append(np.asarray(y, dtype=np.float64))
            labels.append(np.asarray(numbers))
    return np.concatenate(given), np.concatenate(labels)


def of_custom(model, images):
    """The custom network takes arrays or tensors, flattened or as they come: whatever its own train gives it."""
    tensor = torch.as_tensor(images)
    flat = tensor.reshape(len(tensor), -1)
    for form in (flat.numpy(), flat, tensor.numpy()):
        try:
            return model.forward(form)
        except (AttributeError, TypeError, ValueError):
            continue
    return model.forward(tensor)


def number(value):
    """A number, a tensor or an array that holds one; NaN for anything else."""
    if isinstance(value, torch.Tensor):
        value = value.detach().cpu().numpy()
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        return float("nan")
    return float(array.reshape(())) if array.size == 1 else float("nan")


def trained(make, data, epochs, rate, custom):
    model = make()
    name = takes(model.train, ("lr", "learning_rate", "rate", "alpha"))
    loaders = {part: getattr(data, f"{part}_loader") for part in ("train", "val", "test")}
    before = outputs(model, loaders["train"], custom)
    returned = []
    for _ in range(epochs):
        result = model.train(data, **({name: rate} if name else {}))
        pair = result if isinstance(result, tuple | list) and len(result) == 2 else ()
        returned.append([number(value) for value in pair])
    after = {part: outputs(model, loader, custom) for part, loader in loaders.items()}
    found = {"before": before[0], "before_labels": before[1], "returned": returned}
    for part, (values, labels) in after.items():
        found[part] = values
        found[f"{part}_labels"] = labels
    found["test_accuracy"] = number(model.test(data))
    found["has_rate"] = name is not None
    return found


def train(file, epochs, rate, batch_size, which):
    np.random.seed(1)
    torch.manual_seed(1)
    module = loaded(file)
    data = made_data(module, batch_size)
    custom = which == "custom"
    make = module.CustomMLPFashionMNIST if custom else module.PytorchMLPFashionMNIST
    found = trained(make, data, epochs, rate, custom)
    sys.modules["gradmark_training"] = types.SimpleNamespace(found=found)


load_in_this_process()
if sys.argv[1] == "main":
    sys.argv = sys.argv[2:]
    runpy.run_path(sys.argv[0], run_name="__main__")
else:
    train(sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5]), sys.argv[6])
