"""Reads MNIST's IDX files; a file that the folder lacks is downloaded first."""

import gzip
import os
import struct
import urllib.request

import numpy as np

URL = "http://yann.lecun.com/exdb/mnist/"
IMAGES_MAGIC, LABELS_MAGIC = 2051, 2049


def load_train_data(folder, max_n_examples=-1):
    """Training images (n_examples, 28, 28) with values from 0 to 255, and their labels (n_examples,)."""
    return _load(folder, "train", max_n_examples)


def load_test_data(folder, max_n_examples=-1):
    """Test images (n_examples, 28, 28) with values from 0 to 255, and their labels (n_examples,)."""
    return _load(folder, "t10k", max_n_examples)


def _load(folder, prefix, max_n_examples):
    X = read_images(os.path.join(folder, prefix + "-images-idx3-ubyte"), max_n_examples)
    y = read_labels(os.path.join(folder, prefix + "-labels-idx1-ubyte"), max_n_examples=max_n_examples)
    if len(X) != len(y):
        raise ValueError(f"{folder}: {len(X)} images, but {len(y)} labels")
    return X, y


def read_images(path, max_n_examples=-1):
    """Images as an array (n_examples, n_rows, n_columns) of bytes; -1 reads all."""
    content = _content(path)
    magic, n_images, n_rows, n_columns = _header(">IIII", content, path)
    if magic != IMAGES_MAGIC or len(content) != 16 + n_images * n_rows * n_columns:
        raise ValueError(f"{path} is not a complete IDX file of images")
    images = np.frombuffer(content, dtype=np.uint8, offset=16).reshape(n_images, n_rows, n_columns)
    return _first(images, max_n_examples)


def read_labels(path, n_classes=10, max_n_examples=-1):
    """Labels as an array (n_examples,) of integers below n_classes; -1 reads all."""
    content = _content(path)
    magic, n_labels = _header(">II", content, path)
    if magic != LABELS_MAGIC or len(content) != 8 + n_labels:
        raise ValueError(f"{path} is not a complete IDX file of labels")
    labels = np.frombuffer(content, dtype=np.uint8, offset=8)
    if n_labels and labels.max() >= n_classes:
        raise ValueError(f"{path} has the label {labels.max()}, but there are {n_classes} classes")
    return _first(labels, max_n_examples).astype(np.int64)


def _header(layout, content, path):
    if len(content) < struct.calcsize(layout):
        raise ValueError(f"{path} is not a complete IDX file")
    return struct.unpack_from(layout, content)


def _first(array, max_n_examples):
    return array if max_n_examples < 0 else array[:max_n_examples]


def _content(path):
    if not os.path.exists(path):
        _download(path)
    with open(path, "rb") as file:
        return file.read()


def _download(path):
    address = URL + os.path.basename(path) + ".gz"
    try:
        with urllib.request.urlopen(address) as answer:
            content = gzip.decompress(answer.read())
    except OSError as error:
        raise FileNotFoundError(f"there is no {path}, and {address} can't be read ({error})") from None
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)
