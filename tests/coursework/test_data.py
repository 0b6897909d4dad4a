"""Images from IDX files: the bundled ones, a folder's own, and one line for each thing that can be wrong with them."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from graders import UsageError
from graders.coursework import idx
from graders.coursework.data import FILES, load
from tests.idx_files import encode


def write(folder: Path, **different: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    for name, dimensions in FILES.items():
        count = 5 if name.startswith("train") else 3
        array = np.arange(count, dtype=np.uint8) if dimensions == 1 else np.ones((count, 28, 28), np.uint8)
        (folder / name).write_bytes(different.get(name.replace("-", "_"), encode(array)))
    return folder


@given(
    hnp.arrays(np.uint8, st.one_of(hnp.array_shapes(min_dims=1, max_dims=1), hnp.array_shapes(min_dims=3, max_dims=3)))
)
def test_what_is_written_can_be_read(array: np.ndarray) -> None:
    np.testing.assert_array_equal(idx.decode(encode(array), "file", array.ndim), array, strict=True)


def test_the_bundled_digits_are_real_and_complete() -> None:
    data = load(None)
    assert data.name == "bundled digits (1437 + 360 images)"
    assert not data.is_real
    assert data.train_images.shape == (1437, 28, 28)
    assert data.test_images.shape == (360, 28, 28)
    for labels in (data.train_labels, data.test_labels):
        assert np.bincount(labels, minlength=10).min() >= 25
    means = np.stack([data.train_images[data.train_labels == digit].mean(axis=0).ravel() for digit in range(10)])
    distances = ((data.test_images.reshape(360, 1, -1).astype(float) - means) ** 2).sum(axis=-1)
    assert (distances.argmin(axis=1) == data.test_labels).mean() > 0.85  # labels belong to their images


def test_a_folder_of_ones_own_is_used_and_named(tmp_path: Path) -> None:
    data = load(write(tmp_path / "mnist"))
    assert data.name == f"IDX files in {tmp_path / 'mnist'} (5 + 3 images)"
    assert data.is_real
    assert data.test_labels.tolist() == [0, 1, 2]
    assert idx.decode(data.files["train-labels-idx1-ubyte"], "", 1).tolist() == [0, 1, 2, 3, 4]


def test_files_may_be_gzipped_or_spelt_with_a_point(tmp_path: Path) -> None:
    folder = write(tmp_path / "mnist")
    images = folder / "train-images-idx3-ubyte"
    (folder / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(images.read_bytes()))
    images.unlink()
    (folder / "t10k-labels-idx1-ubyte").rename(folder / "t10k-labels.idx1-ubyte")
    assert load(folder).train_images.shape == (5, 28, 28)


def broken(**files: bytes) -> dict[str, bytes]:
    return files


WRONG = {
    "cut short": (
        broken(train_images_idx3_ubyte=encode(np.ones((5, 28, 28), np.uint8))[:-1]),
        "train-images-idx3-ubyte has 3919 bytes of data, but its header says 5 x 28 x 28: download it again",
    ),
    "empty": (broken(train_labels_idx1_ubyte=b""), "train-labels-idx1-ubyte is cut short: 0 bytes"),
    "another kind of file": (
        broken(train_labels_idx1_ubyte=b"<!DOCTYPE html>"),
        "train-labels-idx1-ubyte begins with 3c 21 44 4f, but should begin with 00 00 08 01: it is not an IDX file",
    ),
    "labels for images": (
        broken(train_images_idx3_ubyte=encode(np.ones(20, np.uint8))),
        "it is not an IDX file of images",
    ),
    "too few labels": (broken(t10k_labels_idx1_ubyte=encode(np.ones(2, np.uint8))), "3 t10k images, but 2 labels"),
    "small images": (
        broken(t10k_images_idx3_ubyte=encode(np.ones((3, 8, 8), np.uint8))),
        "t10k images are 8 x 8, but should be 28 x 28",
    ),
    "a label that is no digit": (
        broken(t10k_labels_idx1_ubyte=encode(np.full(3, 11, np.uint8))),
        "a t10k label is 11, but should be 0 to 9",
    ),
    "no images": (
        broken(
            t10k_images_idx3_ubyte=encode(np.ones((0, 28, 28), np.uint8)),
            t10k_labels_idx1_ubyte=encode(np.ones(0, np.uint8)),
        ),
        "there are no t10k images",
    ),
    "a broken gzip": (
        broken(train_labels_idx1_ubyte=b"\x1f\x8b\x08\x00 nothing"),
        "train-labels-idx1-ubyte can't be read",
    ),
}


@pytest.mark.parametrize(("files", "message"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_named_in_one_line(files: dict[str, bytes], message: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        load(write(tmp_path / "mnist", **files))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_empty_folder_is_told_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"has no train-images-idx3-ubyte .*: give the folder with the four files"):
        load(tmp_path)
