"""Runs in the worker: trains the submission's two networks on the files in `data`, or runs its training file.

`train FILE EPOCHS RATE BATCH custom|both` leaves what came of it in the module gradmark_training; `main FILE` runs
FILE as a script.
torchvision and tqdm, which starter code imports and the worker lacks, have stand-ins that know what it uses.
"""
# mypy: ignore-errors
# ruff: noqa: ARG002, D101, D102, D103, PTH100, PTH118, PTH123 - stand-ins have the signatures of what they stand for

import importlib.machinery
import importlib.util
import inspect
import os
import runpy
import sys
import types

import numpy as np
import torch


def read_idx(path):
    with open(path, "rb") as file:
        content = file.read()
    shape = np.frombuffer(content, dtype=">u4", count=content[3], offset=4).astype(int)
    return np.frombuffer(content, dtype=np.uint8, offset=4 + 4 * content[3]).reshape(shape)


class StandInData(torch.utils.data.Dataset):
    def __init__(self, root, train=True, transform=None, target_transform=None, download=False):
        kind = "train" if train else "t10k"
        self.data = torch.tensor(read_idx(os.path.join("data", f"{kind}-images-idx3-ubyte")))
        self.targets = torch.tensor(read_idx(os.path.join("data", f"{kind}-labels-idx1-ubyte")).astype(np.int64))
        self.transform, self.target_transform = transform, target_transform

    def __len__(self):
        return len(self.data)

    def __getitem__(self, index):
        image, label = self.data[index].numpy(), int(self.targets[index])
        image = self.transform(image) if self.transform else image
        return image, self.target_transform(label) if self.target_transform else label


class Compose:
    def __init__(self, transforms):
        self.transforms = transforms

    def __call__(self, value):
        for transform in self.transforms:
            value = transform(value)
        return value


class ToTensor:
    def __call__(self, image):
        array = np.asarray(image)
        scaled = array / 255 if array.dtype == np.uint8 else array
        return torch.tensor(scaled, dtype=torch.float32).reshape(1, *array.shape)


class Normalize:
    def __init__(self, mean, std, inplace=False):
        self.mean, self.std = (torch.tensor(values).reshape(-1, 1, 1) for values in (mean, std))

    def __call__(self, image):
        return (image - self.mean) / self.std


class Lambda:
    def __init__(self, function):
        self.function = function

    def __call__(self, value):
        return self.function(value)


class Progress:
    """tqdm without its bar: iterates, and takes any other call."""

    def __init__(self, iterable=(), *_, **__):
        self.iterable = iterable

    def __iter__(self):
        return iter(self.iterable)

    def __len__(self):
        return len(self.iterable)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def __getattr__(self, name):
        return lambda *_, **__: None


def stand_in(name, **attributes):
    if name not in sys.modules:
        sys.modules[name] = types.ModuleType(name)
        sys.modules[name].__spec__ = importlib.machinery.ModuleSpec(name, None)
        vars(sys.modules[name]).update(attributes)
    return sys.modules[name]


def install_stand_ins(text):
    if "torchvision" in text and importlib.util.find_spec("torchvision") is None:
        datasets = stand_in("torchvision.datasets", FashionMNIST=StandInData, MNIST=StandInData)
        known = {"Compose": Compose, "ToTensor": ToTensor, "Normalize": Normalize, "Lambda": Lambda}
        transforms = stand_in("torchvision.transforms", **known)
        stand_in("torchvision", datasets=datasets, transforms=transforms, __path__=[])
    if "tqdm" in text and importlib.util.find_spec("tqdm") is None:
        for name in ("tqdm.auto", "tqdm.notebook"):
            stand_in(name, tqdm=Progress, trange=lambda n, *_, **__: Progress(range(n)))
        stand_in("tqdm", tqdm=Progress, trange=lambda n, *_, **__: Progress(range(n)), __path__=[])
    make = torch.utils.data.DataLoader.__init__

    def in_this_process(self, *positional, **keywords):
        keywords.update(num_workers=0, pin_memory=False)
        for name in ("prefetch_factor", "persistent_workers"):
            keywords.pop(name, None)
        make(self, *positional, **keywords)

    torch.utils.data.DataLoader.__init__ = in_this_process


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
    return float(np.asarray(value)) if np.size(value) == 1 else float("nan")


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
    custom = trained(module.CustomMLPFashionMNIST, data, epochs, rate, True)
    both = which == "both"
    pytorch = trained(module.PytorchMLPFashionMNIST, data, epochs, rate, False) if both else False
    sys.modules["gradmark_training"] = types.SimpleNamespace(custom=custom, pytorch=pytorch)


with open(sys.argv[2], encoding="utf-8") as source:
    install_stand_ins(source.read())
if sys.argv[1] == "main":
    sys.argv = sys.argv[2:]
    runpy.run_path(sys.argv[0], run_name="__main__")
else:
    train(sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5]), sys.argv[6])
