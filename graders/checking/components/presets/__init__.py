"""Well-known layers and optimisers, as components in three or four lines: `presets.GELU.layer("nn.GELU")`."""

from __future__ import annotations

from graders.checking.components.presets.layers import AVERAGE_POOL2D as AVERAGE_POOL2D
from graders.checking.components.presets.layers import CONV1D as CONV1D
from graders.checking.components.presets.layers import CONV2D as CONV2D
from graders.checking.components.presets.layers import CONV_TRANSPOSE1D as CONV_TRANSPOSE1D
from graders.checking.components.presets.layers import CONV_TRANSPOSE2D as CONV_TRANSPOSE2D
from graders.checking.components.presets.layers import DROPOUT as DROPOUT
from graders.checking.components.presets.layers import DROPOUT_KEEPING as DROPOUT_KEEPING
from graders.checking.components.presets.layers import ELU as ELU
from graders.checking.components.presets.layers import GELU as GELU
from graders.checking.components.presets.layers import GELU_BY_TANH as GELU_BY_TANH
from graders.checking.components.presets.layers import GROUP_NORM as GROUP_NORM
from graders.checking.components.presets.layers import LAYER_NORM as LAYER_NORM
from graders.checking.components.presets.layers import LEAKY_RELU as LEAKY_RELU
from graders.checking.components.presets.layers import LINEAR as LINEAR
from graders.checking.components.presets.layers import MAX_POOL2D as MAX_POOL2D
from graders.checking.components.presets.layers import RELU as RELU
from graders.checking.components.presets.layers import RMS_NORM as RMS_NORM
from graders.checking.components.presets.layers import SIGMOID as SIGMOID
from graders.checking.components.presets.layers import SOFTPLUS as SOFTPLUS
from graders.checking.components.presets.layers import SWISH as SWISH
from graders.checking.components.presets.layers import TANH as TANH
from graders.checking.components.presets.preset import Preset as Preset
from graders.checking.components.presets.preset import UpdatePreset as UpdatePreset
from graders.checking.components.presets.sequences import ATTENTION as ATTENTION
from graders.checking.components.presets.sequences import EMBEDDING as EMBEDDING
from graders.checking.components.presets.sequences import GRU as GRU
from graders.checking.components.presets.sequences import GRU_STEP as GRU_STEP
from graders.checking.components.presets.sequences import LSTM as LSTM
from graders.checking.components.presets.sequences import LSTM_STEP as LSTM_STEP
from graders.checking.components.presets.sequences import MASKED_ATTENTION as MASKED_ATTENTION
from graders.checking.components.presets.sequences import MULTI_HEAD as MULTI_HEAD
from graders.checking.components.presets.sequences import RNN as RNN
from graders.checking.components.presets.sequences import RNN_STEP as RNN_STEP
from graders.checking.components.presets.updates import ADAGRAD as ADAGRAD
from graders.checking.components.presets.updates import ADAM as ADAM
from graders.checking.components.presets.updates import ADAMW as ADAMW
from graders.checking.components.presets.updates import MOMENTUM_WITH_RATE as MOMENTUM_WITH_RATE
from graders.checking.components.presets.updates import NESTEROV as NESTEROV
from graders.checking.components.presets.updates import NESTEROV_WITH_RATE as NESTEROV_WITH_RATE
from graders.checking.components.presets.updates import RMSPROP as RMSPROP
from graders.checking.components.presets.updates import SGD as SGD
