"""Wrong submissions of ai702: the worked one with one mistake put in, and the sections that must lose for it.

A section loses exactly if it contains the mistake or is marked through it: the MLPs are made of the student's own
Linear and ReLU, everything else stands alone (SGD is marked on a stand-in for the model).
"""

from __future__ import annotations

from graders.marking.validation.suite import mutants

LINEAR = "mytorch/nn/linear.py"
ACTIVATION = "mytorch/nn/activation.py"
LOSS = "mytorch/nn/loss.py"
BATCHNORM = "mytorch/nn/batchnorm.py"
SGD = "mytorch/optim/sgd.py"
MLP = "mytorch/models/mlp.py"


# The lines of the worked submission that mistakes are made in, by what they are.

Z = "return A @ self.W.T + self.b.T  # broadcasting copies the row bᵀ (1, C_out) to all N rows"
KEEP_A = "self.A = A\n"
KEEP_N = "self.N = A.shape[0]"
LINEAR_W, LINEAR_B = "self.W = np.zeros((out_features, in_features))", "self.b = np.zeros((out_features, 1))"
LINEAR_dLdA = "dLdA = dLdZ @ dZdA.T"
LINEAR_dLdW, LINEAR_dLdb = "dLdW = dLdZ.T @ dZdW", "dLdb = dLdZ.T @ dZdb"
STORE_dLdW, STORE_dLdb = "self.dLdW = dLdW / self.N", "self.dLdb = dLdb / self.N"

LINEAR_MUTANTS = [
    *mutants(
        LINEAR,
        "linear mlp0 mlp1 mlp4",
        {
            # forward
            "linear: bias forgotten": (Z, "return A @ self.W.T"),
            "linear: bias averaged": (Z, "return A @ self.W.T + self.b.mean()"),
            "linear: bias of the first output for all": (Z, "return A @ self.W.T + self.b[0]"),
            "linear: bias subtracted": (Z, "return A @ self.W.T - self.b.T"),
            "linear: bias as a column": (Z, "return A @ self.W.T + self.b"),
            "linear: W reshaped instead of transposed": (Z, "return A @ self.W.reshape(self.W.shape[::-1]) + self.b.T"),
            "linear: Z transposed": (Z, "return (A @ self.W.T + self.b.T).T"),
            "linear: Z rounded": (Z, "return np.round(A @ self.W.T + self.b.T, 3)"),
            "linear: Z cut to integers": (Z, "return (A @ self.W.T + self.b.T).astype(int)"),
            "linear: Z in half precision": (Z, "return (A @ self.W.T + self.b.T).astype(np.float16)"),
            "linear: forward returns nothing": (Z, "A @ self.W.T + self.b.T"),
            "linear: W copied when the layer is made": [
                (LINEAR_B, LINEAR_B + "\n        self.weight = self.W"),
                (Z, "return A @ self.weight.T + self.b.T"),
            ],
            "linear: W overwritten in forward": (Z, "self.W = self.W / np.linalg.norm(self.W)\n        " + Z),
            "linear: A overwritten in forward": (
                Z,
                "Z = A @ self.W.T + self.b.T\n        A -= A.mean(axis=0)\n        return Z",
            ),
            # what forward keeps
            "linear: A of the first forward kept": (KEEP_A, 'self.A = getattr(self, "A", A)\n'),
            "linear: N of the first forward kept": (KEEP_N, 'self.N = getattr(self, "N", A.shape[0])'),
            "linear: N is the number of features": (KEEP_N, "self.N = A.shape[1]"),
            "linear: N is a constant": (KEEP_N, "self.N = 16"),
            "linear: A squeezed, for a batch of one": (KEEP_A, "self.A = np.squeeze(A)\n"),
            # backward
            "linear: dLdW not divided by N": (STORE_dLdW, "self.dLdW = dLdW"),
            "linear: dLdW divided by N twice": (STORE_dLdW, "self.dLdW = dLdW / self.N / self.N"),
            "linear: dLdW divided by the number of inputs": (STORE_dLdW, "self.dLdW = dLdW / self.A.shape[1]"),
            "linear: dLdW divided by the size of dLdZ": (STORE_dLdW, "self.dLdW = dLdW / dLdZ.size"),
            "linear: dLdW transposed": (LINEAR_dLdW, "dLdW = dZdW.T @ dLdZ"),
            "linear: dLdW reshaped from its transpose": (LINEAR_dLdW, "dLdW = (dZdW.T @ dLdZ).reshape(self.W.shape)"),
            "linear: dLdW with the wrong sign": (LINEAR_dLdW, "dLdW = -dLdZ.T @ dZdW"),
            "linear: dLdW of the first example only": (LINEAR_dLdW, "dLdW = dLdZ[:1].T @ dZdW[:1]"),
            "linear: dLdW clipped": (STORE_dLdW, "self.dLdW = np.clip(dLdW / self.N, -1, 1)"),
            "linear: dLdW in half precision": (STORE_dLdW, "self.dLdW = (dLdW / self.N).astype(np.float16)"),
            "linear: dLdW cut to integers": (STORE_dLdW, "self.dLdW = dLdW.astype(int) // self.N"),
            "linear: dLdW accumulates": (STORE_dLdW, 'self.dLdW = getattr(self, "dLdW", 0) + dLdW / self.N'),
            "linear: dLdW rounded to four digits": (STORE_dLdW, "self.dLdW = np.round(dLdW / self.N, 4)"),
            "linear: dLdW clipped at 1": (STORE_dLdW, "self.dLdW = np.clip(dLdW / self.N, -1, 1)"),
            "linear: dLdW divided by its norm": (STORE_dLdW, "self.dLdW = dLdW / np.linalg.norm(dLdW)"),
            "linear: dLdW with a hundredth of W": (STORE_dLdW, "self.dLdW = dLdW / self.N + 0.01 * self.W"),
            "linear: dLdW of the last example": (LINEAR_dLdW, "dLdW = dLdZ[-1:].T @ dZdW[-1:]"),
            "linear: dLdW with weight decay": (STORE_dLdW, "self.dLdW = dLdW / self.N + 1e-3 * self.W"),
            "linear: dLdW in an attribute of another name": (STORE_dLdW, "self.dW = dLdW / self.N"),
            "linear: dLdb not divided by N": (STORE_dLdb, "self.dLdb = dLdb"),
            "linear: dLdb (C,)": (LINEAR_dLdb, "dLdb = np.sum(dLdZ, axis=0)"),
            "linear: dLdb (1, C)": (LINEAR_dLdb, "dLdb = np.sum(dLdZ, axis=0, keepdims=True)"),
            "linear: dLdb summed over the outputs": (LINEAR_dLdb, "dLdb = np.sum(dLdZ, axis=1, keepdims=True)"),
            "linear: dLdb collapsed to a number": (LINEAR_dLdb, "dLdb = np.sum(dLdZ)"),
            "linear: dLdb the same for all outputs": (LINEAR_dLdb, "dLdb = np.full(self.b.shape, np.sum(dLdZ))"),
            "linear: dLdb not computed": (LINEAR_dLdb, "dLdb = np.zeros(self.b.shape)"),
            "linear: dLdb accumulates": (STORE_dLdb, 'self.dLdb = getattr(self, "dLdb", 0) + dLdb / self.N'),
            "linear: dLdb in integers": (STORE_dLdb, "self.dLdb = (dLdb / self.N).astype(int)"),
            "linear: backward updates W": (STORE_dLdW, STORE_dLdW + "\n        self.W = self.W - 0.1 * self.dLdW"),
            "linear: backward updates b in place": (STORE_dLdb, STORE_dLdb + "\n        self.b -= 0.1 * self.dLdb"),
        },
    ),
    *mutants(
        LINEAR,
        "linear mlp1 mlp4",
        {
            "linear: A kept for all layers in common": [
                (KEEP_A, "Linear.kept = A\n"),
                ("dZdW = self.A ", "dZdW = Linear.kept "),
            ],
        },
    ),
    *mutants(
        LINEAR,
        "linear",
        {
            "linear: W random at first": (LINEAR_W, "self.W = np.random.randn(out_features, in_features)"),
            "linear: W tiny at first": (LINEAR_W, "self.W = np.full((out_features, in_features), 1e-6)"),
            "linear: b ones at first": (LINEAR_B, "self.b = np.ones((out_features, 1))"),
            # where it starts is Linear's own matter: the MLPs are given W and b
            "linear: W is (in, out)": (LINEAR_W, "self.W = np.zeros((in_features, out_features))"),
            "linear: b is (1, out)": (LINEAR_B, "self.b = np.zeros((1, out_features))"),
            "linear: b is (out,)": (LINEAR_B, "self.b = np.zeros(out_features)"),
        },
        marked="linear mlp0 mlp1 mlp4",
    ),
    *mutants(
        LINEAR,
        "linear mlp1 mlp4",
        {
            "linear: W of the first forward kept for backward": [
                (KEEP_N, KEEP_N + '\n        self.W0 = getattr(self, "W0", self.W)'),
                ("dZdA = self.W.T", "dZdA = self.W0.T"),
            ],
            "linear: dLdA divided by N": (LINEAR_dLdA, "dLdA = dLdZ @ dZdA.T / self.N"),
            "linear: dLdA not computed": (LINEAR_dLdA, "dLdA = np.zeros_like(self.A)"),
            "linear: dLdA with W reshaped": (LINEAR_dLdA, "dLdA = dLdZ @ self.W.reshape(dZdA.shape).T"),
            "linear: dLdA averaged over the batch": (LINEAR_dLdA, "dLdA = (dLdZ @ dZdA.T).mean(axis=0, keepdims=True)"),
            "linear: dLdA not returned": ("        return dLdA\n", ""),
            "linear: dLdW returned for dLdA": ("        return dLdA\n", "        return dLdW\n"),
        },
    ),
    *mutants(
        LINEAR,
        "linear",
        {
            "linear: dLdZ overwritten in backward": [
                (LINEAR_dLdW, "dLdZ /= self.N\n        " + LINEAR_dLdW),
                (STORE_dLdW, "self.dLdW = dLdW"),
                (STORE_dLdb, "self.dLdb = dLdb"),
            ],
        },
    ),
]

SIGMOID = "self.A = np.where(Z >= 0, 1, decay) / (1 + decay)"
SIGMOID_SLOPE = "return self.A - self.A * self.A"
TANH = "self.A = np.tanh(Z)  # the quotient of equation 14 would be inf / inf for large Z"
TANH_SLOPE = "return 1 - self.A * self.A"
RELU = "self.A = np.maximum(Z, 0)"
RELU_SLOPE = "return (self.A > 0).astype(self.A.dtype)  # 0 at the kink"
IDENTITY_SLOPE = "return np.ones_like(self.A)"
KEEP_Z = "self.Z = Z\n        "

ACTIVATION_MUTANTS = [
    *mutants(
        ACTIVATION,
        "activations",
        {
            "sigmoid: sign of Z": (SIGMOID, "self.A = 1 / (1 + np.exp(Z))"),
            "sigmoid: tanh instead": (SIGMOID, "self.A = np.tanh(Z)"),
            "sigmoid: half of it": (SIGMOID, "self.A = 1 / (2 + np.exp(-Z))"),
            "sigmoid: Z clipped to 1": (SIGMOID, "self.A = 1 / (1 + np.exp(-np.clip(Z, -1, 1)))"),
            "sigmoid: Z clipped to 10": (SIGMOID, "self.A = 1 / (1 + np.exp(-np.clip(Z, -10, 10)))"),
            "sigmoid: hard": (SIGMOID, "self.A = np.clip(Z / 4 + 0.5, 0, 1)"),
            "sigmoid: normalised by rows": (SIGMOID, "self.A = np.exp(Z) / np.sum(np.exp(Z), axis=1, keepdims=True)"),
            "sigmoid: rounded": (SIGMOID, "self.A = np.round(1 / (1 + np.exp(-Z)), 4)"),
            "sigmoid: cut to integers": (SIGMOID, "self.A = (1 / (1 + np.exp(-Z)) > 0.5).astype(int)"),
            "sigmoid: Z overwritten": (SIGMOID, SIGMOID + "\n        Z[...] = self.A"),
            "sigmoid: A of the first forward kept": (SIGMOID, 'self.A = getattr(self, "A", 1 / (1 + np.exp(-Z)))'),
            "sigmoid: first A kept for backward": [
                (SIGMOID, SIGMOID + '\n        self.kept = getattr(self, "kept", self.A)'),
                (SIGMOID_SLOPE, "return self.kept - self.kept * self.kept"),
            ],
            "sigmoid: derivative in terms of Z": [
                (SIGMOID, KEEP_Z + SIGMOID),
                (SIGMOID_SLOPE, "return self.Z - self.Z * self.Z"),
            ],
            "sigmoid: derivative A + A²": (SIGMOID_SLOPE, "return self.A + self.A * self.A"),
            "sigmoid: derivative A² - A": (SIGMOID_SLOPE, "return self.A * self.A - self.A"),
            "sigmoid: derivative of tanh": (SIGMOID_SLOPE, "return 1 - self.A * self.A"),
            "sigmoid: derivative as a matrix product": (SIGMOID_SLOPE, "return self.A @ (1 - self.A).T"),
            "sigmoid: derivative averaged": (SIGMOID_SLOPE, "return np.mean(self.A - self.A * self.A, axis=0)"),
            "sigmoid: derivative averaged, rows kept": (
                SIGMOID_SLOPE,
                "return np.mean(self.A - self.A * self.A, axis=0, keepdims=True)",
            ),
            "sigmoid: squeezed, for a batch of one": (SIGMOID_SLOPE, "return np.squeeze(self.A - self.A * self.A)"),
            "sigmoid: overwrites its output in backward": (
                SIGMOID_SLOPE,
                "self.A *= 1 - self.A\n        return self.A",
            ),
            "tanh: sigmoid instead": (TANH, "self.A = 1 / (1 + np.exp(-Z))"),
            "tanh: of half of Z": (TANH, "self.A = np.tanh(Z / 2)"),
            "tanh: sinh": (TANH, "self.A = (np.exp(Z) - np.exp(-Z)) / 2"),
            "tanh: sign in the denominator": (TANH, "self.A = (np.exp(Z) + np.exp(-Z)) / (np.exp(Z) - np.exp(-Z))"),
            "tanh: Z overwritten": (TANH, "np.tanh(Z, out=Z)\n        self.A = Z"),
            "tanh: Z clipped to 3": (TANH, "self.A = np.tanh(np.clip(Z, -3, 3))"),
            "tanh: one step of its series": (TANH, "self.A = Z - Z**3 / 3"),
            "tanh: first A kept for backward": [
                (TANH, TANH + '\n        self.kept = getattr(self, "kept", self.A)'),
                (TANH_SLOPE, "return 1 - self.kept * self.kept"),
            ],
            "tanh: derivative 1 - A": (TANH_SLOPE, "return 1 - self.A"),
            "tanh: derivative 1 + A²": (TANH_SLOPE, "return 1 + self.A * self.A"),
            "tanh: derivative A² - 1": (TANH_SLOPE, "return self.A * self.A - 1"),
            "tanh: derivative of sigmoid": (TANH_SLOPE, "return self.A - self.A * self.A"),
            "tanh: derivative in terms of Z": [(TANH, KEEP_Z + TANH), (TANH_SLOPE, "return 1 - self.Z * self.Z")],
            "tanh: derivative at A": (TANH_SLOPE, "return 1 - np.tanh(self.A) ** 2"),
            "tanh: derivative by a matrix product": (TANH_SLOPE, "return 1 - self.A @ self.A.T"),
            "relu: derivative 1 at 0": [
                (RELU, KEEP_Z + RELU),
                (RELU_SLOPE, "return (self.Z >= 0).astype(float)"),
            ],
            "relu: derivative 1/2 at 0": [
                (RELU, KEEP_Z + RELU),
                (RELU_SLOPE, "return np.heaviside(self.Z, 0.5)"),
            ],
        },
    ),
    *mutants(
        ACTIVATION,
        "activations mlp1 mlp4",
        {
            "relu: A kept for all layers in common": [
                (RELU, RELU + "\n        ReLU.kept = self.A"),
                (RELU_SLOPE, "return (ReLU.kept > 0).astype(float)"),
            ],
        },
    ),
    *mutants(
        ACTIVATION,
        "activations mlp0 mlp1 mlp4",
        {
            "relu: leak of 1e-2": (RELU, "self.A = np.where(Z > 0, Z, 1e-2 * Z)"),
            "relu: leak of 1e-3": (RELU, "self.A = np.where(Z > 0, Z, 1e-3 * Z)"),
            "relu: leak of 1e-4": (RELU, "self.A = np.where(Z > 0, Z, 1e-4 * Z)"),
            "relu: leak of 1e-4 in the derivative": (RELU_SLOPE, "return np.where(self.A > 0, 1.0, 1e-4)"),
            "relu: nothing happens": (RELU, "self.A = Z"),
            "relu: absolute value": (RELU, "self.A = np.abs(Z)"),
            "relu: keeps what is negative": (RELU, "self.A = np.minimum(Z, 0)"),
            "relu: threshold 0.01": (RELU, "self.A = np.where(Z > 0.01, Z, 0)"),
            "relu: at least 1e-3": (RELU, "self.A = np.maximum(Z, 1e-3)"),
            "relu: at most 1": (RELU, "self.A = np.clip(Z, 0, 1)"),
            "relu: softplus": (RELU, "self.A = np.logaddexp(0, Z)"),
            "relu: cut to integers": (RELU, "self.A = np.maximum(Z, 0).astype(int)"),
            "relu: maximum of the batch": (RELU, "self.A = np.maximum(Z, 0).max(axis=0, keepdims=True)"),
            "relu: first A kept for backward": [
                (RELU, RELU + '\n        self.kept = getattr(self, "kept", self.A)'),
                (RELU_SLOPE, "return (self.kept > 0).astype(float)"),
            ],
            "relu: derivative 1 everywhere": (RELU_SLOPE, "return (self.A >= 0).astype(float)"),
            "relu: derivative 0 where open": (RELU_SLOPE, "return (self.A <= 0).astype(float)"),
            "relu: derivative is the output": (RELU_SLOPE, "return self.A"),
            "relu: derivative only where Z exceeds 1": (RELU_SLOPE, "return (self.A > 1).astype(float)"),
            "relu: derivative by rows": (RELU_SLOPE, "return (self.A > 0).astype(float).mean(axis=1, keepdims=True)"),
            "relu: backward returns nothing": (RELU_SLOPE, "(self.A > 0).astype(float)"),
        },
    ),
    *mutants(
        ACTIVATION,
        "activations",
        {
            "relu: Z overwritten": (RELU, "Z[Z < 0] = 0\n        self.A = Z"),
            "relu: overwrites its output in backward": (
                RELU_SLOPE,
                "self.A[self.A > 0] = 1\n        return self.A",
            ),
        },
    ),
]

SUMMED = "return SSE / (2 * N * C)"
MSE_SLOPE = "return (self.A - self.Y) / (N * C)"
SHIFTED = "shifted = A - A.max(axis=1, keepdims=True)"
TOTAL = "total = exponentials.sum(axis=1, keepdims=True)"
ENTROPY = "crossentropy = -np.sum(Y * log_softmax, axis=1)  # (N,)"
MEAN_ENTROPY = "return np.sum(crossentropy) / N"
ENTROPY_SLOPE = "return self.softmax - self.Y"
SOFTMAX = "self.softmax = exponentials / total"

LOSS_MUTANTS = mutants(
    LOSS,
    "losses",
    {
        "mse: without the 2": (SUMMED, "return SSE / (N * C)"),
        "mse: sum": (SUMMED, "return SSE / 2"),
        "mse: divided by N only": (SUMMED, "return SSE / (2 * N)"),
        "mse: divided by C only": (SUMMED, "return SSE / (2 * C)"),
        "mse: root": (SUMMED, "return np.sqrt(SSE / (2 * N * C))"),
        "mse: absolute error": ("SE = (A - Y) ** 2", "SE = np.abs(A - Y)"),
        "mse: one number for each example": (SUMMED, "return SE.sum(axis=1) / (2 * N * C)"),
        "mse: cut to an integer": (SUMMED, "return SSE // (2 * N * C)"),
        "mse: forward returns nothing": (SUMMED, "self.loss = SSE / (2 * N * C)"),
        "mse: A overwritten": ("SE = (A - Y) ** 2", "A -= Y\n        SE = A**2\n        self.A = A + Y"),
        "mse: accumulates": (
            SUMMED,
            'self.total = getattr(self, "total", 0) + SSE / (2 * N * C)\n        return self.total',
        ),
        "mse: gradient with a 2": (MSE_SLOPE, "return 2 * (self.A - self.Y) / (N * C)"),
        "mse: gradient right for two classes only": (MSE_SLOPE, "return (self.A - self.Y) / (2 * N)"),
        "mse: gradient divided by N only": (MSE_SLOPE, "return (self.A - self.Y) / N"),
        "mse: gradient not divided": (MSE_SLOPE, "return self.A - self.Y"),
        "mse: gradient with the wrong sign": (MSE_SLOPE, "return (self.Y - self.A) / (N * C)"),
        "mse: gradient collapsed to a number": (MSE_SLOPE, "return np.sum(self.A - self.Y) / (N * C)"),
        "mse: gradient collapsed to a row": (
            MSE_SLOPE,
            "return np.sum(self.A - self.Y, axis=0, keepdims=True) / (N * C)",
        ),
        "mse: gradient of the loss itself": (MSE_SLOPE, "return (self.A - self.Y) ** 2 / (2 * N * C)"),
        "mse: N of the first forward": [
            ("SE = (A - Y) ** 2", 'SE = (A - Y) ** 2\n        self.N = getattr(self, "N", N)'),
            (MSE_SLOPE, "return (self.A - self.Y) / (self.N * C)"),
        ],
        "mse: targets of the first forward": [
            ("SE = (A - Y) ** 2", 'SE = (A - Y) ** 2\n        self.labels = getattr(self, "labels", Y)'),
            (MSE_SLOPE, "return (self.A - self.labels) / (N * C)"),
        ],
        "cross-entropy: sum instead of mean": (MEAN_ENTROPY, "return np.sum(crossentropy)"),
        "cross-entropy: mean over N C": (MEAN_ENTROPY, "return np.sum(crossentropy) / (N * A.shape[1])"),
        "cross-entropy: one number for each example": (MEAN_ENTROPY, "return crossentropy / N"),
        "cross-entropy: sign": (MEAN_ENTROPY, "return -np.sum(crossentropy) / N"),
        "cross-entropy: logarithm to base 2": (MEAN_ENTROPY, "return np.sum(crossentropy) / N / np.log(2)"),
        "cross-entropy: logarithm guarded by 1e-5": (
            ENTROPY,
            "crossentropy = -np.sum(Y * np.log(self.softmax + 1e-5), axis=1)",
        ),
        "cross-entropy: logarithm guarded by 1e-3": (
            ENTROPY,
            "crossentropy = -np.sum(Y * np.log(self.softmax + 1e-3), axis=1)",
        ),
        "cross-entropy: probabilities clipped at 0.01": (
            ENTROPY,
            "crossentropy = -np.sum(Y * np.log(np.clip(self.softmax, 0.01, 0.99)), axis=1)",
        ),
        "cross-entropy: softmax over the batch": [
            (SHIFTED, "shifted = A - A.max(axis=0, keepdims=True)"),
            (TOTAL, "total = exponentials.sum(axis=0, keepdims=True)"),
        ],
        "cross-entropy: softmax over all entries": (TOTAL, "total = exponentials.sum()"),
        "cross-entropy: divided by the sums of columns": (TOTAL, "total = exponentials.sum(axis=0)"),
        "cross-entropy: likeliest class for the label": (ENTROPY, "crossentropy = -log_softmax.max(axis=1)"),
        "cross-entropy: no logarithm": (ENTROPY, "crossentropy = -np.sum(Y * self.softmax, axis=1)"),
        "cross-entropy: gradient without labels": (ENTROPY_SLOPE, "return self.softmax * (1 - self.softmax)"),
        "cross-entropy: no softmax": (SOFTMAX, "self.softmax = A"),
        "cross-entropy: sigmoid for softmax": [
            (SOFTMAX, "self.softmax = 1 / (1 + np.exp(-A))"),
            (ENTROPY, "crossentropy = -np.sum(Y * np.log(self.softmax), axis=1)"),
        ],
        "cross-entropy: binary": (
            ENTROPY,
            "crossentropy = -np.sum(Y * log_softmax + (1 - Y) * np.log(1 - self.softmax), axis=1)",
        ),
        "cross-entropy: shifted exponentials over unshifted sum": (
            TOTAL,
            "total = np.exp(A).sum(axis=1, keepdims=True)",
        ),
        "cross-entropy: largest label only": (
            ENTROPY,
            "crossentropy = -log_softmax[np.arange(N), Y.argmax(axis=1)]",
        ),
        "cross-entropy: labels and logits swapped": (
            ENTROPY,
            "crossentropy = -np.sum(self.softmax * np.log(Y + 1e-12), axis=1)",
        ),
        "cross-entropy: entropy of the targets subtracted": (
            ENTROPY,
            "crossentropy = np.sum(Y * (np.log(Y + 1e-300) - log_softmax), axis=1)",
        ),
        "cross-entropy: A shifted in place": (SHIFTED, "A -= A.max(axis=1, keepdims=True)\n        shifted = A"),
        "cross-entropy: A overwritten by exponentials": (
            "exponentials = np.exp(shifted)",
            "exponentials = np.exp(shifted)\n        A[...] = exponentials",
        ),
        "cross-entropy: gradient divided by N": (ENTROPY_SLOPE, "return (self.softmax - self.Y) / self.A.shape[0]"),
        "cross-entropy: gradient divided by C": (ENTROPY_SLOPE, "return (self.softmax - self.Y) / self.A.shape[1]"),
        "cross-entropy: gradient with the wrong sign": (ENTROPY_SLOPE, "return self.Y - self.softmax"),
        "cross-entropy: gradient of the logits": (ENTROPY_SLOPE, "return self.A - self.Y"),
        "cross-entropy: gradient at the label only": (ENTROPY_SLOPE, "return (self.softmax - self.Y) * self.Y"),
        "cross-entropy: gradient collapsed to a row": (ENTROPY_SLOPE, "return np.sum(self.softmax - self.Y, axis=0)"),
        "cross-entropy: gradient for hard labels only": (
            ENTROPY_SLOPE,
            "return self.softmax - np.eye(self.Y.shape[1])[self.Y.argmax(axis=1)]",
        ),
        "cross-entropy: gradient with respect to the probabilities": (ENTROPY_SLOPE, "return -self.Y / self.softmax"),
        "cross-entropy: gradient in half precision": (
            ENTROPY_SLOPE,
            "return (self.softmax - self.Y).astype(np.float16)",
        ),
        "cross-entropy: softmax of the first forward": (
            SOFTMAX,
            'self.softmax = getattr(self, "softmax", exponentials / total)',
        ),
        "cross-entropy: squeezed, for a batch of one": (ENTROPY_SLOPE, "return np.squeeze(self.softmax - self.Y)"),
    },
)

SLOPE_W, SLOPE_B = "layer.W = layer.W - self.lr * layer.dLdW", "layer.b = layer.b - self.lr * layer.dLdb"
VELOCITY_W = "self.v_W[i] = self.mu * self.v_W[i] + layer.dLdW"
VELOCITY_B = "self.v_b[i] = self.mu * self.v_b[i] + layer.dLdb"
MOVE_W, MOVE_B = "layer.W = layer.W - self.lr * self.v_W[i]", "layer.b = layer.b - self.lr * self.v_b[i]"
RATE, MOMENTUM = "self.lr = lr", "self.mu = momentum"
EACH = "for i, layer in enumerate(self.l):"
ZERO_VELOCITY_W = "self.v_W = [np.zeros(layer.W.shape) for layer in self.l]"
ZERO_VELOCITY_B = "self.v_b = [np.zeros(layer.b.shape) for layer in self.l]"

SGD_MUTANTS = mutants(
    SGD,
    "sgd",
    {
        "sgd: W up the slope": (SLOPE_W, "layer.W = layer.W + self.lr * layer.dLdW"),
        "sgd: b up the slope": (SLOPE_B, "layer.b = layer.b + self.lr * layer.dLdb"),
        "sgd: b not updated": (SLOPE_B, "pass"),
        "sgd: W not updated": (SLOPE_W, "pass"),
        "sgd: b updated with dLdW": (SLOPE_B, "layer.b = layer.b - self.lr * layer.dLdW.mean(axis=1, keepdims=True)"),
        "sgd: learning rate forgotten": (SLOPE_W, "layer.W = layer.W - layer.dLdW"),
        "sgd: b flattened": (SLOPE_B, "layer.b = (layer.b - self.lr * layer.dLdb).ravel()"),
        "sgd: b a row": (SLOPE_B, "layer.b = (layer.b - self.lr * layer.dLdb).T"),
        "sgd: W scaled": (SLOPE_W, "layer.W = layer.W * (1 - self.lr * layer.dLdW)"),
        "sgd: weight decay": (SLOPE_W, "layer.W = layer.W - self.lr * (layer.dLdW + 1e-4 * layer.W)"),
        "sgd: gradient clipped": (SLOPE_W, "layer.W = layer.W - self.lr * np.clip(layer.dLdW, -1, 1)"),
        "sgd: gradient normalised": (SLOPE_W, "layer.W = layer.W - self.lr * layer.dLdW / np.linalg.norm(layer.dLdW)"),
        "sgd: sign of the gradient": (SLOPE_W, "layer.W = layer.W - self.lr * np.sign(layer.dLdW)"),
        "sgd: W in half precision": (SLOPE_W, "layer.W = (layer.W - self.lr * layer.dLdW).astype(np.float16)"),
        "sgd: W kept from the start": [
            (RATE, RATE + "\n        self.W0 = [layer.W for layer in self.l]"),
            (SLOPE_W, "layer.W = self.W0[i] - self.lr * layer.dLdW"),
        ],
        "sgd: gradients of the first step": [
            (RATE, RATE + "\n        self.first = {}"),
            (SLOPE_W, "layer.W = layer.W - self.lr * self.first.setdefault(i, layer.dLdW)"),
        ],
        "sgd: gradients accumulate without momentum": (
            SLOPE_W,
            "self.v_W[i] += layer.dLdW\n                layer.W = layer.W - self.lr * self.v_W[i]",
        ),
        "sgd: W is the step alone": (SLOPE_W, "layer.W = self.lr * layer.dLdW"),
        "sgd: W is the step alone, negative": (SLOPE_W, "layer.W = -self.lr * layer.dLdW"),
        "sgd: first layer only": (EACH, "for i, layer in enumerate(self.l[:1]):"),
        "sgd: last layer left out": (EACH, "for i, layer in enumerate(self.l[: max(1, self.L - 1)]):"),
        "sgd: last layer only": (EACH, "for i, layer in list(enumerate(self.l))[-1:]:"),
        "sgd: the first layer's gradient for all of its shape": (
            SLOPE_W,
            "layer.W = layer.W - self.lr * (self.l[0].dLdW if self.l[0].dLdW.shape == layer.W.shape else layer.dLdW)",
        ),
        "sgd: learning rate of the start": [
            (RATE, RATE + "\n        self.rate = lr"),
            (SLOPE_W, SLOPE_W.replace("lr", "rate")),
        ],
        "sgd: default learning rate": ("lr=0.1, momentum=0", "lr=0.01, momentum=0"),
        "sgd: default momentum": ("lr=0.1, momentum=0", "lr=0.1, momentum=0.9"),
        "sgd: learning rate decays": ("# END SOLUTION", "self.lr *= 0.99\n        # END SOLUTION"),
        "sgd: gradient scaled in place": (
            SLOPE_W,
            "layer.dLdW *= self.lr\n                layer.W = layer.W - layer.dLdW",
        ),
        "sgd: gradient cleared in place": (SLOPE_W, SLOPE_W + "\n                layer.dLdW[...] = 0"),
        "sgd: momentum ignored": (MOMENTUM, "self.mu = 0"),
        "sgd: momentum is 0.9 whatever is asked": (VELOCITY_W, "self.v_W[i] = 0.9 * self.v_W[i] + layer.dLdW"),
        "sgd: velocity forgets": (VELOCITY_W, "self.v_W[i] = layer.dLdW"),
        "sgd: velocity without momentum": (VELOCITY_W, "self.v_W[i] = self.v_W[i] + layer.dLdW"),
        "sgd: velocity of b without momentum": (VELOCITY_B, "self.v_b[i] = self.v_b[i] + layer.dLdb"),
        "sgd: momentum on the gradient": (VELOCITY_W, "self.v_W[i] = self.v_W[i] + self.mu * layer.dLdW"),
        "sgd: dampened": (VELOCITY_W, "self.v_W[i] = self.mu * self.v_W[i] + (1 - self.mu) * layer.dLdW"),
        "sgd: velocity with the wrong sign": [
            (VELOCITY_W, "self.v_W[i] = self.mu * self.v_W[i] - layer.dLdW"),
        ],
        "sgd: learning rate folded into the velocity": [
            (VELOCITY_W, "self.v_W[i] = self.mu * self.v_W[i] + self.lr * layer.dLdW"),
            (VELOCITY_B, "self.v_b[i] = self.mu * self.v_b[i] + self.lr * layer.dLdb"),
            (MOVE_W, "layer.W = layer.W - self.v_W[i]"),
            (MOVE_B, "layer.b = layer.b - self.v_b[i]"),
        ],
        "sgd: momentum updates b with dLdW": (
            VELOCITY_B,
            "self.v_b[i] = self.mu * self.v_b[i] + layer.dLdW.sum(axis=1, keepdims=True)",
        ),
        "sgd: b moved by W's velocity": (
            MOVE_B,
            "layer.b = layer.b - self.lr * self.v_W[i].mean(axis=1, keepdims=True)",
        ),
        "sgd: b moved without its velocity": (MOVE_B, "layer.b = layer.b - self.lr * layer.dLdb"),
        "sgd: moved by the velocity before": [
            (VELOCITY_W, "before = self.v_W[i]\n                " + VELOCITY_W),
            (MOVE_W, "layer.W = layer.W - self.lr * before"),
        ],
        "sgd: Nesterov": (MOVE_W, "layer.W = layer.W - self.lr * (layer.dLdW + self.mu * self.v_W[i])"),
        "sgd: velocity reset at every step": (EACH, ZERO_VELOCITY_W + "\n        " + EACH),
        "sgd: one velocity for all layers": [
            (VELOCITY_W, "self.v_W[0] = np.resize(self.mu * self.v_W[0], layer.W.shape) + layer.dLdW"),
            (MOVE_W, "layer.W = layer.W - self.lr * self.v_W[0]"),
        ],
        "sgd: velocity starts at the gradient": (
            ZERO_VELOCITY_W,
            "self.v_W = [layer.dLdW for layer in self.l]",
        ),
        "sgd: momentum for the first layer only": (
            VELOCITY_W,
            "self.v_W[i] = (self.mu if i == 0 else 0) * self.v_W[i] + layer.dLdW",
        ),
        "sgd: gradient overwritten by the velocity": (
            VELOCITY_W,
            VELOCITY_W + "\n                layer.dLdW[...] = self.v_W[i]",
        ),
        "sgd: velocity shares the gradient's array": (
            VELOCITY_W,
            "if i not in self.__dict__:\n"
            "                    self.__dict__[i] = self.v_W[i] = layer.dLdW\n"
            "                else:\n"
            "                    self.v_W[i] *= self.mu\n"
            "                    self.v_W[i] += layer.dLdW",
        ),
        "sgd: moved twice": (MOVE_W, MOVE_W + "\n                " + MOVE_W),
    },
)

EVAL = "self.NZ = (Z - self.running_M) / np.sqrt(self.running_V + self.eps)"
TRAIN = "self.NZ = (Z - self.M) / np.sqrt(self.V + self.eps)"
MEAN, VARIANCE = "self.M = np.mean(Z, axis=0, keepdims=True)", "self.V = np.var(Z, axis=0, keepdims=True)"
RUNNING_M = "self.running_M = self.alpha * self.running_M + (1 - self.alpha) * self.M"
RUNNING_V = "self.running_V = self.alpha * self.running_V + (1 - self.alpha) * self.V"
BN_KEEP_Z, BN_KEEP_N = "self.Z = Z\n", "self.N = Z.shape[0]"
OUTPUT = "self.BZ = self.BW * self.NZ + self.Bb"
SHIFT = "self.dLdBb = np.sum(dLdBZ, axis=0, keepdims=True)"
SCALE = "self.dLdBW = np.sum(dLdBZ * self.NZ, axis=0, keepdims=True)"
INVERSE = "inverse_std = 1 / np.sqrt(self.V + self.eps)"
DLDNZ = "dLdNZ = dLdBZ * self.BW"
DLDV = "dLdV = -0.5 * np.sum(dLdNZ * deviation, axis=0, keepdims=True) * inverse_std**3"
DLDM = "dLdM = -np.sum(dLdNZ, axis=0, keepdims=True) * inverse_std"
DLDZ = "return dLdNZ * inverse_std + dLdV * (2 / self.N) * deviation + dLdM / self.N"
EPS = "self.eps = 1e-8"

BATCHNORM_MUTANTS = mutants(
    BATCHNORM,
    "batchnorm",
    {
        # construction
        "batchnorm: scale starts at 0": (
            "self.BW = np.ones((1, num_features))",
            "self.BW = np.zeros((1, num_features))",
        ),
        "batchnorm: running statistics start as the prose has them": [
            ("self.running_M = np.zeros((1, num_features))", "self.running_M = np.ones((1, num_features))"),
            ("self.running_V = np.ones((1, num_features))", "self.running_V = np.zeros((1, num_features))"),
        ],
        "batchnorm: alpha is 0.1 unless given": ("alpha=0.9", "alpha=0.1"),
        "batchnorm: alpha is always 0.9": ("self.alpha = alpha", "self.alpha = 0.9"),
        "batchnorm: parameters are columns": [
            ("self.BW = np.ones((1, num_features))", "self.BW = np.ones((num_features, 1))"),
            ("self.Bb = np.zeros((1, num_features))", "self.Bb = np.zeros((num_features, 1))"),
        ],
        # forward, training
        "batchnorm: eps 1e-5": (EPS, "self.eps = 1e-5"),
        "batchnorm: eps 1e-7": (EPS, "self.eps = 1e-7"),
        "batchnorm: eps 1e-9": (EPS, "self.eps = 1e-9"),
        "batchnorm: eps missing": (EPS, "self.eps = 0"),
        "batchnorm: eps with the wrong sign": (EPS, "self.eps = -1e-8"),
        "batchnorm: eps with the wrong sign in training": (TRAIN, TRAIN.replace("+ self.eps", "- self.eps")),
        "batchnorm: eps with the wrong sign in backward": (INVERSE, INVERSE.replace("+ self.eps", "- self.eps")),
        "batchnorm: eps outside the root": (TRAIN, "self.NZ = (Z - self.M) / (np.sqrt(self.V) + self.eps)"),
        "batchnorm: eps missing in training": (TRAIN, "self.NZ = (Z - self.M) / np.sqrt(self.V)"),
        "batchnorm: variance instead of deviation": (TRAIN, "self.NZ = (Z - self.M) / (self.V + self.eps)"),
        "batchnorm: only the mean divided": (TRAIN, "self.NZ = Z - self.M / np.sqrt(self.V + self.eps)"),
        "batchnorm: mean not subtracted": (TRAIN, "self.NZ = Z / np.sqrt(self.V + self.eps)"),
        "batchnorm: trains with running statistics": (TRAIN, EVAL),
        "batchnorm: variance with ddof=1": (VARIANCE, "self.V = np.var(Z, axis=0, keepdims=True, ddof=1)"),
        "batchnorm: variance around 0": (VARIANCE, "self.V = np.mean(Z**2, axis=0, keepdims=True)"),
        "batchnorm: standard deviation for variance": (VARIANCE, "self.V = np.std(Z, axis=0, keepdims=True)"),
        "batchnorm: statistics over features": [
            (MEAN, "self.M = np.mean(Z, axis=1, keepdims=True)"),
            (VARIANCE, "self.V = np.var(Z, axis=1, keepdims=True)"),
        ],
        "batchnorm: statistics over everything": [
            (MEAN, "self.M = np.full((1, Z.shape[1]), np.mean(Z))"),
            (VARIANCE, "self.V = np.full((1, Z.shape[1]), np.var(Z))"),
        ],
        "batchnorm: mean is a median": (MEAN, "self.M = np.median(Z, axis=0, keepdims=True)"),
        "batchnorm: scale forgotten": (OUTPUT, "self.BZ = self.NZ + self.Bb"),
        "batchnorm: shift forgotten": (OUTPUT, "self.BZ = self.BW * self.NZ"),
        "batchnorm: scale and shift swapped": (OUTPUT, "self.BZ = self.Bb * self.NZ + self.BW"),
        "batchnorm: scale applied to the shift too": (OUTPUT, "self.BZ = self.BW * (self.NZ + self.Bb)"),
        "batchnorm: in half precision": (OUTPUT, "self.BZ = (self.BW * self.NZ + self.Bb).astype(np.float16)"),
        "batchnorm: normalised output returned": ("return self.BZ", "return self.NZ"),
        "batchnorm: Z overwritten": (
            TRAIN,
            "Z -= self.M\n            self.NZ = Z / np.sqrt(self.V + self.eps)\n            self.M = self.M * 1",
        ),
        "batchnorm: a batch of one passes through": (
            "        if eval:\n",
            "        if len(Z) == 1:\n            return Z\n        if eval:\n",
        ),
        # running statistics
        "batchnorm: running mean mixes with itself": (RUNNING_M, RUNNING_M.replace("self.M", "self.running_M")),
        "batchnorm: running variance mixes with itself": (RUNNING_V, RUNNING_V.replace("self.V", "self.running_V")),
        "batchnorm: momentum the wrong way round": [
            (RUNNING_M, "self.running_M = (1 - self.alpha) * self.running_M + self.alpha * self.M"),
            (RUNNING_V, "self.running_V = (1 - self.alpha) * self.running_V + self.alpha * self.V"),
        ],
        "batchnorm: running variance unbiased": (
            RUNNING_V,
            RUNNING_V.replace("self.V", "np.var(Z, axis=0, keepdims=True, ddof=1)"),
        ),
        "batchnorm: running deviation": (RUNNING_V, RUNNING_V.replace("self.V", "np.sqrt(self.V)")),
        "batchnorm: running mean never updated": (RUNNING_M, "pass"),
        "batchnorm: running variance never updated": (RUNNING_V, "pass"),
        "batchnorm: running statistics are the last batch's": [
            (RUNNING_M, "self.running_M = self.M"),
            (RUNNING_V, "self.running_V = self.V"),
        ],
        "batchnorm: running mean without the weight of the new": (
            RUNNING_M,
            "self.running_M = self.alpha * self.running_M + self.M",
        ),
        "batchnorm: running variance with the new running mean": (
            RUNNING_V,
            RUNNING_V.replace("self.V", "np.mean((Z - self.running_M) ** 2, axis=0, keepdims=True)"),
        ),
        "batchnorm: running variance with the old running mean": [
            (RUNNING_M, "before = self.running_M\n            " + RUNNING_M),
            (RUNNING_V, RUNNING_V.replace("self.V", "np.mean((Z - before) ** 2, axis=0, keepdims=True)")),
        ],
        "batchnorm: running mean piles up": (RUNNING_M, RUNNING_M.replace("self.alpha * self", "self", 1)),
        "batchnorm: running variance takes the mean": (RUNNING_V, RUNNING_V.replace("self.V", "self.M")),
        "batchnorm: running statistics updated twice": (RUNNING_M, RUNNING_M + "\n            " + RUNNING_M),
        "batchnorm: running statistics updated once only": (
            RUNNING_M,
            'if not hasattr(self, "seen"):\n                self.seen = True\n                ' + RUNNING_M,
        ),
        "batchnorm: running mean collapsed to a number": (RUNNING_M, RUNNING_M.replace("self.M", "np.mean(Z)")),
        "batchnorm: running statistics updated in eval too": (
            EVAL,
            EVAL + "\n            " + RUNNING_M.replace("self.M", "np.mean(Z, axis=0, keepdims=True)"),
        ),
        "batchnorm: running variance updated in eval too": (
            EVAL,
            EVAL + "\n            " + RUNNING_V.replace("self.V", "np.var(Z, axis=0, keepdims=True)"),
        ),
        "batchnorm: running statistics updated in backward": (SHIFT, SHIFT + "\n        " + RUNNING_M),
        # eval
        "batchnorm: eval is the default": ("eval=False", "eval=True"),
        "batchnorm: stays in eval": (
            "        if eval:\n",
            '        self.stays = eval or getattr(self, "stays", False)\n        if self.stays:\n',
        ),
        "batchnorm: eval ignored": ("        if eval:\n", "        if False:\n"),
        "batchnorm: eval with the batch's statistics": (
            EVAL,
            "self.NZ = (Z - Z.mean(axis=0)) / np.sqrt(Z.var(axis=0) + self.eps)",
        ),
        "batchnorm: eval with the batch's mean": (
            EVAL,
            "self.NZ = (Z - Z.mean(axis=0)) / np.sqrt(self.running_V + self.eps)",
        ),
        "batchnorm: eval with the batch's variance": (
            EVAL,
            "self.NZ = (Z - self.running_M) / np.sqrt(Z.var(axis=0) + self.eps)",
        ),
        "batchnorm: eval with the last training batch": (EVAL, TRAIN),
        "batchnorm: eval divides only part": (
            EVAL,
            "self.NZ = Z - self.running_M / np.sqrt(self.running_V + self.eps)",
        ),
        "batchnorm: eval without eps": (EVAL, "self.NZ = (Z - self.running_M) / np.sqrt(self.running_V)"),
        "batchnorm: eval with eps outside the root": (
            EVAL,
            "self.NZ = (Z - self.running_M) / (np.sqrt(self.running_V) + self.eps)",
        ),
        "batchnorm: eval with eps 1e-5": (EVAL, "self.NZ = (Z - self.running_M) / np.sqrt(self.running_V + 1e-5)"),
        "batchnorm: eval divides by the variance": (
            EVAL,
            "self.NZ = (Z - self.running_M) / (self.running_V + self.eps)",
        ),
        "batchnorm: eval scales Z itself": (EVAL, EVAL + "\n            return self.BW * Z + self.Bb"),
        "batchnorm: eval without scale and shift": (EVAL, EVAL + "\n            return self.NZ"),
        # backward
        "batchnorm: dLdBW and dLdBb swapped": [
            (SHIFT, SHIFT.replace("dLdBb", "dLdBW")),
            (SCALE, SCALE.replace("dLdBW", "dLdBb")),
        ],
        "batchnorm: dLdBb collapsed to a number": (SHIFT, "self.dLdBb = np.sum(dLdBZ)"),
        "batchnorm: dLdBb the same for all features": (SHIFT, "self.dLdBb = np.full(self.Bb.shape, np.sum(dLdBZ))"),
        "batchnorm: dLdBb averaged": (SHIFT, "self.dLdBb = np.mean(dLdBZ, axis=0, keepdims=True)"),
        "batchnorm: dLdBb summed over features": (SHIFT, "self.dLdBb = np.sum(dLdBZ, axis=1, keepdims=True)"),
        "batchnorm: dLdBb accumulates": (SHIFT, "self.dLdBb = self.dLdBb + np.sum(dLdBZ, axis=0, keepdims=True)"),
        "batchnorm: dLdBb (C, 1)": (SHIFT, "self.dLdBb = np.sum(dLdBZ, axis=0, keepdims=True).T"),
        "batchnorm: dLdBb not summed": (SHIFT, "self.dLdBb = dLdBZ"),
        "batchnorm: dLdBb cut to integers": (SHIFT, "self.dLdBb = np.sum(dLdBZ, axis=0, keepdims=True).astype(int)"),
        "batchnorm: dLdBW collapsed to a number": (SCALE, "self.dLdBW = np.sum(dLdBZ * self.NZ)"),
        "batchnorm: dLdBW not summed": (SCALE, "self.dLdBW = dLdBZ * self.NZ"),
        "batchnorm: dLdBW averaged": (SCALE, "self.dLdBW = np.mean(dLdBZ * self.NZ, axis=0, keepdims=True)"),
        "batchnorm: dLdBW with Z": (SCALE, "self.dLdBW = np.sum(dLdBZ * self.Z, axis=0, keepdims=True)"),
        "batchnorm: dLdBW with the output": (SCALE, "self.dLdBW = np.sum(dLdBZ * self.BZ, axis=0, keepdims=True)"),
        "batchnorm: dLdBW with the deviation": (SCALE, SCALE.replace("self.NZ", "(self.Z - self.M)")),
        "batchnorm: dLdBW accumulates": (
            SCALE,
            "self.dLdBW = self.dLdBW + np.sum(dLdBZ * self.NZ, axis=0, keepdims=True)",
        ),
        "batchnorm: dLdBZ overwritten": (DLDNZ, "dLdBZ *= self.BW\n        dLdNZ = dLdBZ"),
        "batchnorm: BW overwritten": (DLDNZ, DLDNZ + "\n        self.BW = self.BW - 0.1 * self.dLdBW"),
        "batchnorm: dLdZ without the mean's path": (
            DLDZ,
            "return dLdNZ * inverse_std + dLdV * (2 / self.N) * deviation",
        ),
        "batchnorm: dLdZ without the variance's path": (DLDZ, "return dLdNZ * inverse_std + dLdM / self.N"),
        "batchnorm: dLdZ without either path": (DLDZ, "return dLdNZ * inverse_std"),
        "batchnorm: dLdZ without the direct path": (DLDZ, "return dLdV * (2 / self.N) * deviation + dLdM / self.N"),
        "batchnorm: dLdZ without scale": (DLDNZ, "dLdNZ = dLdBZ"),
        "batchnorm: scale averaged": (DLDNZ, "dLdNZ = dLdBZ * np.mean(self.BW)"),
        "batchnorm: dLdV without the half": (DLDV, DLDV.replace("-0.5", "-1")),
        "batchnorm: dLdV with the wrong sign": (DLDV, DLDV.replace("-0.5", "0.5")),
        "batchnorm: dLdV with exponent -1/2": (DLDV, DLDV.replace("inverse_std**3", "inverse_std")),
        "batchnorm: dLdV with exponent -1": (DLDV, DLDV.replace("inverse_std**3", "inverse_std**2")),
        "batchnorm: dLdV with Z not centred": (DLDV, DLDV.replace("deviation", "self.Z")),
        "batchnorm: dLdV with the output": (DLDV, DLDV.replace("dLdNZ * deviation", "dLdBZ * deviation")),
        "batchnorm: dLdM with the wrong sign": (DLDM, DLDM.replace("-np", "np")),
        "batchnorm: dLdM divided by the variance": (DLDM, DLDM.replace("inverse_std", "inverse_std**2")),
        "batchnorm: dLdM divided by N twice": (DLDZ, DLDZ.replace("dLdM / self.N", "dLdM / self.N**2")),
        "batchnorm: dLdM summed over features": (DLDM, DLDM.replace("axis=0", "axis=1")),
        "batchnorm: dLdV not divided by N": (DLDZ, DLDZ.replace("(2 / self.N)", "2")),
        "batchnorm: dLdV and scale": [(DLDNZ, "dLdNZ = dLdBZ"), (DLDV, DLDV.replace("-0.5", "-1"))],
        "batchnorm: backward with the running mean": (
            "deviation = self.Z - self.M",
            "deviation = self.Z - self.running_M",
        ),
        "batchnorm: dLdM not divided by N": (DLDZ, DLDZ.replace("dLdM / self.N", "dLdM")),
        "batchnorm: deviation once, not twice": (DLDZ, DLDZ.replace("2 / self.N", "1 / self.N")),
        "batchnorm: N - 1 in backward": (DLDZ, DLDZ.replace("2 / self.N", "2 / (self.N - 1)")),
        "batchnorm: N of the first batch": (BN_KEEP_N, 'self.N = getattr(self, "N", Z.shape[0])'),
        "batchnorm: N is the number of features": (BN_KEEP_N, "self.N = Z.shape[1]"),
        "batchnorm: Z of the first batch": (BN_KEEP_Z, 'self.Z = getattr(self, "Z", Z)\n'),
        "batchnorm: deviation of the first batch": (
            INVERSE,
            INVERSE + '\n        inverse_std = self.kept = getattr(self, "kept", inverse_std)',
        ),
        "batchnorm: eps missing in backward": (INVERSE, "inverse_std = 1 / np.sqrt(self.V)"),
        "batchnorm: eps outside the root in backward": (INVERSE, "inverse_std = 1 / (np.sqrt(self.V) + self.eps)"),
        "batchnorm: eps 1e-5 in backward": (INVERSE, "inverse_std = 1 / np.sqrt(self.V + 1e-5)"),
        "batchnorm: backward with running statistics": (
            INVERSE,
            "inverse_std = 1 / np.sqrt(self.running_V + self.eps)",
        ),
        "batchnorm: dLdZ averaged": (DLDZ, DLDZ.replace("return ", "return (1 / self.N) * (") + ")"),
        "batchnorm: dLdZ not returned": (DLDZ, "self.dLdZ = " + DLDZ.removeprefix("return ")),
    },
)

FORWARD0 = "        Z0 = self.layers[0].forward(A0)\n        A1 = self.f[0].forward(Z0)\n\n        if self.debug:"
BACKWARD0 = """\
        dLdZ0 = dLdA1 * dA1dZ0
        dLdA0 = self.layers[0].backward(dLdZ0)

        if self.debug:
            self.dA1dZ0"""
KEPT0 = """\
            self.dLdZ0 = dLdZ0
            self.dLdA0 = dLdA0
        # END SOLUTION


class MLP1:"""

MLP0_MUTANTS = mutants(
    MLP,
    "mlp0",
    {
        "mlp0: two outputs": ("self.layers = [Linear(2, 3)]", "self.layers = [Linear(2, 2)]"),
        "mlp0: sizes swapped": ("self.layers = [Linear(2, 3)]", "self.layers = [Linear(3, 2)]"),
        "mlp0: one layer too many": [
            (
                "self.layers = [Linear(2, 3)]\n        self.f = [ReLU()]",
                "self.layers = [Linear(2, 3), Linear(3, 3)]\n        self.f = [ReLU(), ReLU()]",
            ),
            (
                FORWARD0,
                FORWARD0.replace("self.layers[0].forward(A0)", "self.layers[1].forward(self.layers[0].forward(A0))"),
            ),
        ],
        "mlp0: another activation": (
            "self.f = [ReLU()]",
            "from mytorch.nn.activation import Tanh\n        self.f = [Tanh()]",
        ),
        "mlp0: activation skipped in forward": (FORWARD0, FORWARD0.replace("self.f[0].forward(Z0)", "Z0")),
        "mlp0: Z0 returned": ("return A1\n", "return Z0\n"),
        "mlp0: activation applied to the input": (
            FORWARD0,
            FORWARD0.replace("self.layers[0].forward(A0)", "self.layers[0].forward(self.f[0].forward(A0))"),
        ),
        "mlp0: derivative skipped in backward": (BACKWARD0, BACKWARD0.replace("dLdA1 * dA1dZ0", "dLdA1")),
        "mlp0: derivative without upstream gradient": (BACKWARD0, BACKWARD0.replace("dLdA1 * dA1dZ0", "dA1dZ0")),
        "mlp0: derivative as a matrix product": (
            BACKWARD0,
            BACKWARD0.replace("dLdA1 * dA1dZ0", "dLdA1 @ dA1dZ0.T @ dA1dZ0"),
        ),
        "mlp0: derivative applied twice, upstream overwritten": (
            BACKWARD0,
            BACKWARD0.replace("dLdZ0 = dLdA1 * dA1dZ0", "dLdA1 *= dA1dZ0\n        dLdZ0 = dLdA1"),
        ),
        "mlp0: gradients divided by N again": (
            BACKWARD0,
            BACKWARD0.replace("dLdA1 * dA1dZ0", "dLdA1 * dA1dZ0 / len(dLdA1)"),
        ),
        "mlp0: returns what debug alone keeps": (
            KEPT0,
            KEPT0.replace("        # END", "        return self.dLdA0\n        # END"),
        ),
        "mlp0: Linear.backward for debug alone": (
            BACKWARD0,
            BACKWARD0.replace(
                "self.layers[0].backward(dLdZ0)", "self.layers[0].backward(dLdZ0) if self.debug else None"
            ),
        ),
    },
)

LAYERS1 = "self.layers = [Linear(2, 3), Linear(3, 2)]"
FUNCTIONS1 = "self.f = [ReLU(), ReLU()]"
HIDDEN1 = "A1 = self.f[0].forward(Z0)\n        Z1"
OUTPUT1 = "A2 = self.f[1].forward(Z1)"
LAST1 = "dLdZ1 = dLdA2 * dA2dZ1"
PASSED1 = "dLdA1 = self.layers[1].backward(dLdZ1)"
FIRST1 = (
    "dLdA1 = self.layers[1].backward(dLdZ1)\n\n        dA1dZ0 = self.f[0].backward()\n        dLdZ0 = dLdA1 * dA1dZ0"
)

MLP1_MUTANTS = mutants(
    MLP,
    "mlp1",
    {
        "mlp1: hidden layer of four": (LAYERS1, "self.layers = [Linear(2, 4), Linear(4, 2)]"),
        "mlp1: layers in the wrong order": (LAYERS1, "self.layers = [Linear(3, 2), Linear(2, 3)]"),
        "mlp1: layer missing": (LAYERS1, "self.layers = [Linear(2, 2)]"),
        "mlp1: one ReLU for both layers": (FUNCTIONS1, "self.f = [ReLU()] * 2"),
        "mlp1: no activation at the output": (OUTPUT1, "A2 = Z1"),
        "mlp1: identity at the output": (
            FUNCTIONS1,
            "from mytorch.nn.activation import Identity\n        self.f = [ReLU(), Identity()]",
        ),
        "mlp1: sigmoid in the hidden layer": (
            FUNCTIONS1,
            "from mytorch.nn.activation import Sigmoid\n        self.f = [Sigmoid(), ReLU()]",
        ),
        "mlp1: activation of the hidden layer skipped": (HIDDEN1, "A1 = Z0\n        Z1"),
        "mlp1: hidden Z passed on": ("Z1 = self.layers[1].forward(A1)", "Z1 = self.layers[1].forward(Z0)"),
        "mlp1: derivative of the output skipped": (LAST1, "dLdZ1 = dLdA2"),
        "mlp1: derivative of the hidden layer skipped": (FIRST1, FIRST1.replace("dLdA1 * dA1dZ0", "dLdA1")),
        "mlp1: upstream gradient not passed on": (PASSED1, PASSED1 + "\n        dLdA1 = dLdA1 * 0 + 1"),
        "mlp1: only the last layer gets gradients": (
            FIRST1,
            FIRST1.replace("dLdA1 * dA1dZ0", "dLdA1 * 0"),
        ),
        "mlp1: both derivatives from the output": (
            FIRST1,
            FIRST1.replace("dA1dZ0 = self.f[0].backward()", "dA1dZ0 = self.f[1].backward()[:, [0, 1, 0]]"),
        ),
        "mlp1: derivative added": (LAST1, "dLdZ1 = dLdA2 + dA2dZ1"),
        "mlp1: upstream gradient overwritten": (LAST1, "dLdA2 *= dA2dZ1\n        dLdZ1 = dLdA2"),
    },
)

LAYERS4 = "self.layers = [Linear(2, 4), Linear(4, 8), Linear(8, 8), Linear(8, 4), Linear(4, 2)]"
FUNCTIONS4 = "self.f = [ReLU(), ReLU(), ReLU(), ReLU(), ReLU()]"
FORWARD4 = "for i in range(len(self.layers)):"
APPLY4 = "A = self.f[i].forward(Z)"
BACKWARD4 = "for i in reversed(range(len(self.layers))):"
SLOPE4, PRODUCT4 = "dAdZ = self.f[i].backward()", "dLdZ = dLdA * dAdZ"
PASSED4 = "dLdA = self.layers[i].backward(dLdZ)"

MLP4_MUTANTS = mutants(
    MLP,
    "mlp4",
    {
        "mlp4: reads what debug alone keeps": (PRODUCT4, "dLdZ = self.dLdA[0] * dAdZ"),
        "mlp4: layer missing": (
            LAYERS4 + "\n        " + FUNCTIONS4,
            LAYERS4.replace(" Linear(8, 8),", "") + "\n        self.f = [ReLU() for _ in range(4)]",
        ),
        "mlp4: layer too many": (
            LAYERS4 + "\n        " + FUNCTIONS4,
            LAYERS4.replace("Linear(8, 8)", "Linear(8, 8), Linear(8, 8)")
            + "\n        self.f = [ReLU() for _ in range(6)]",
        ),
        "mlp4: hidden layer of six": (
            LAYERS4,
            LAYERS4.replace("Linear(4, 8), Linear(8, 8)", "Linear(4, 6), Linear(6, 8)"),
        ),
        "mlp4: layers in the wrong order": (
            LAYERS4,
            "self.layers = [Linear(4, 2), Linear(8, 4), Linear(8, 8), Linear(4, 8), Linear(2, 4)]",
        ),
        "mlp4: one ReLU for all layers": (FUNCTIONS4, "self.f = [ReLU()] * 5"),
        "mlp4: tanh in the middle": (
            FUNCTIONS4,
            "from mytorch.nn.activation import Tanh\n        self.f = [ReLU(), ReLU(), Tanh(), ReLU(), ReLU()]",
        ),
        "mlp4: identity at the output": (
            FUNCTIONS4,
            "from mytorch.nn.activation import Identity\n        self.f = [ReLU(), ReLU(), ReLU(), ReLU(), Identity()]",
        ),
        "mlp4: last layer left out in forward": (FORWARD4, "for i in range(len(self.layers) - 1):"),
        "mlp4: activation left out at the output": (APPLY4, "A = self.f[i].forward(Z) if i < 4 else Z"),
        "mlp4: activation applied twice with a shift": (APPLY4, "A = self.f[i].forward(self.f[i].forward(Z) - 0.1)"),
        "mlp4: the input fed to every layer of its size": (
            "Z = self.layers[i].forward(A)",
            "Z = self.layers[i].forward(A if i != 2 else A[:, ::-1])",
        ),
        "mlp4: backward in forward order": (BACKWARD4, "for i in range(len(self.layers)):"),
        "mlp4: first layer left out in backward": (BACKWARD4, "for i in reversed(range(1, len(self.layers))):"),
        "mlp4: only the last layer gets gradients": (BACKWARD4, "for i in [len(self.layers) - 1]:"),
        "mlp4: derivative skipped": (PRODUCT4, "dLdZ = dLdA"),
        "mlp4: derivative skipped at the output": (PRODUCT4, "dLdZ = dLdA * dAdZ if i < 4 else dLdA"),
        "mlp4: derivative skipped at the first layer": (PRODUCT4, "dLdZ = dLdA * dAdZ if i > 0 else dLdA"),
        "mlp4: derivative of the next layer": (
            SLOPE4,
            "dAdZ = self.f[i].backward() if i != 1 else self.f[2].backward()",
        ),
        "mlp4: derivative without upstream gradient": (PRODUCT4, "dLdZ = dAdZ"),
        "mlp4: derivative added": (PRODUCT4, "dLdZ = dLdA + dAdZ"),
        "mlp4: dLdA overwritten": (PRODUCT4, "dLdA *= dAdZ\n            dLdZ = dLdA"),
        "mlp4: gradients divided by N at every layer": (PASSED4, "dLdA = self.layers[i].backward(dLdZ) / len(dLdZ)"),
        "mlp4: gradient clipped on its way": (PASSED4, "dLdA = self.layers[i].backward(dLdZ).clip(-0.1, 0.1)"),
    },
)

MUTANTS = [
    *LINEAR_MUTANTS,
    *ACTIVATION_MUTANTS,
    *LOSS_MUTANTS,
    *SGD_MUTANTS,
    *BATCHNORM_MUTANTS,
    *MLP0_MUTANTS,
    *MLP1_MUTANTS,
    *MLP4_MUTANTS,
]
