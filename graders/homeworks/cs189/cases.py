"""The inputs of cs189's checks. Sizes never coincide, so that a wrong axis shows; images and kernels aren't square."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from graders.checking import Case, probabilities

SEEDS = st.integers(0, 2**32 - 1)
BATCHES = st.sampled_from([2, 5, 11])
FEATURES = st.sampled_from([3, 6, 9])
OUTPUTS = st.sampled_from([4, 7, 10])


@dataclass(frozen=True)
class MatrixCase(Case):
    """Pre-activations Z (N, C) of both signs, none of them near 0, and an upstream gradient dY."""

    N: int
    C: int
    scale: float = 1.0

    @property
    def Z(self) -> np.ndarray:
        """The input."""
        random = self.random("Z")
        drawn = random.uniform(0.05, 2.0, (self.N, self.C)) * random.choice([-1.0, 1.0], (self.N, self.C))
        return self.keep("Z", self.scale * drawn)

    @property
    def Z_with_zeros(self) -> np.ndarray:
        """The input with a third of its entries 0."""
        zero = self.random("zeros").random((self.N, self.C)) < 1 / 3
        return self.keep("Z_with_zeros", np.where(zero, 0.0, self.Z))

    @property
    def dY(self) -> np.ndarray:
        """The upstream gradient."""
        return self.array("dY", self.N, self.C)

    @property
    def Y(self) -> np.ndarray:
        """One-hot labels."""
        return self.keep("Y", np.eye(self.C)[self.random("Y").integers(0, self.C, self.N)])

    @property
    def Y_hat(self) -> np.ndarray:
        """Probabilities, none of them tiny."""
        weights = self.random("Y_hat").uniform(0.2, 2.0, (self.N, self.C))
        return self.keep("Y_hat", probabilities(weights))


def matrix_cases(batches: st.SearchStrategy[int] = BATCHES) -> st.SearchStrategy[MatrixCase]:
    """Any pre-activations of moderate size."""
    return st.builds(MatrixCase, SEEDS, batches, FEATURES | OUTPUTS, st.sampled_from([1.0, 0.3, 3.0]))


@dataclass(frozen=True)
class DenseCase(Case):
    """A layer: X (N, n_in), W (n_in, n_out), b (1, n_out), dLdY (N, n_out)."""

    N: int
    n_in: int
    n_out: int
    activation: str = "tanh"

    @property
    def X(self) -> np.ndarray:
        """Its input."""
        return self.array("X", self.N, self.n_in)

    @property
    def W(self) -> np.ndarray:
        """Its weight."""
        return self.array("W", self.n_in, self.n_out, scale=self.n_in**-0.5)

    @property
    def b(self) -> np.ndarray:
        """Its bias, never zero."""
        return self.array("b", 1, self.n_out)

    @property
    def dLdY(self) -> np.ndarray:
        """The upstream gradient."""
        return self.array("dLdY", self.N, self.n_out)


def dense_cases(batches: st.SearchStrategy[int] = BATCHES) -> st.SearchStrategy[DenseCase]:
    """Any layer; `linear` is the activation that all submissions have."""
    return st.builds(DenseCase, SEEDS, batches, FEATURES, OUTPUTS, st.just("linear"))


@dataclass(frozen=True)
class NetworkCase(Case):
    """A network that sorts N examples of n_in features into C classes; no other layer has as many outputs."""

    N: int
    n_in: int
    C: int = 8

    @property
    def X(self) -> np.ndarray:
        """Its input."""
        return self.array("X", self.N, self.n_in)


def network_cases() -> st.SearchStrategy[NetworkCase]:
    """Any network."""
    return st.builds(NetworkCase, SEEDS, BATCHES, FEATURES)


@dataclass(frozen=True)
class ConvCase(Case):
    """Images X (N, H, W, n_in) under a layer of n_out filters; `pad` is "same", "valid" or a number."""

    N: int
    size: tuple[int, int]
    kernel: tuple[int, int]
    n_in: int = 2
    n_out: int = 3
    stride: int = 1
    pad: str | int = 0

    @property
    def padding(self) -> tuple[int, int]:
        """Zeros above and below, left and right."""
        if self.pad == "same":
            return (self.kernel[0] - 1) // 2, (self.kernel[1] - 1) // 2
        return (0, 0) if isinstance(self.pad, str) else (self.pad, self.pad)

    @property
    def output(self) -> tuple[int, int]:
        """Rows and columns that come out."""
        rows, columns = (
            (size - kernel + 2 * frame) // self.stride + 1
            for size, kernel, frame in zip(self.size, self.kernel, self.padding, strict=True)
        )
        return rows, columns

    @property
    def X(self) -> np.ndarray:
        """The images; all of their values differ, by enough for finite differences."""
        count = self.N * self.size[0] * self.size[1] * self.n_in
        values = self.random("X").permutation(count) / count * 4 - 2
        return self.keep("X", values.reshape(self.N, *self.size, self.n_in))

    @property
    def X_with_ties(self) -> np.ndarray:
        """Images of three values only: every window has several maxima."""
        drawn = self.random("ties").integers(0, 3, (self.N, *self.size, self.n_in))
        return self.keep("X_with_ties", drawn - 1.0)

    @property
    def W(self) -> np.ndarray:
        """The filters."""
        return self.array("W", *self.kernel, self.n_in, self.n_out, scale=0.4)

    @property
    def b(self) -> np.ndarray:
        """The bias, never zero."""
        return self.array("b", 1, self.n_out)

    @property
    def dLdY(self) -> np.ndarray:
        """The upstream gradient of a convolution."""
        return self.array("dLdY", self.N, *self.output, self.n_out)

    @property
    def dLdP(self) -> np.ndarray:
        """The upstream gradient of pooling, which keeps the channels."""
        return self.array("dLdP", self.N, *self.output, self.n_in)


IMAGES = st.sampled_from([(6, 9), (9, 6), (7, 10), (8, 5)])
KERNELS = st.sampled_from([(3, 2), (2, 3), (1, 3), (4, 3), (3, 3)])


def conv_cases(
    *pads: str | int, strides: tuple[int, ...] = (1, 2, 3), batches: tuple[int, ...] = (1, 2, 4)
) -> st.SearchStrategy[ConvCase]:
    """Images and kernels that aren't square, strides that don't divide, one to three channels in, up to four out."""
    channels = st.sampled_from([(2, 3), (3, 2), (1, 4), (3, 1)])
    made = st.tuples(SEEDS, st.sampled_from(batches), IMAGES, KERNELS, channels, st.sampled_from(strides))
    return st.builds(
        lambda drawn, pad: ConvCase(drawn[0], drawn[1], drawn[2], drawn[3], drawn[4][0], drawn[4][1], drawn[5], pad),
        made,
        st.sampled_from(pads),
    )
