"""Mistakes in layers of sequences: embeddings, recurrent cells, attention."""

from __future__ import annotations

from graders.checking.components.families.sequences.attention import ATTENTION as ATTENTION
from graders.checking.components.families.sequences.embedding import EMBEDDING as EMBEDDING
from graders.checking.components.families.sequences.recurrent import LSTM as LSTM
from graders.checking.components.families.sequences.recurrent import RECURRENT as RECURRENT
