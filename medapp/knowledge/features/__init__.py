"""Features of a record for models: a frame and padded sequences, each column with its unit and source."""

from __future__ import annotations

from medapp.knowledge.features.columns import Column, read_columns, units_of, write_columns
from medapp.knowledge.features.embedding import CodeEmbedding, fit_embedding
from medapp.knowledge.features.gathering import Gathered, gather
from medapp.knowledge.features.plan import FeaturePlan, fit_plan
from medapp.knowledge.features.sequences import Sequences, sequences

__all__ = [
    "CodeEmbedding",
    "Column",
    "FeaturePlan",
    "Gathered",
    "Sequences",
    "fit_embedding",
    "fit_plan",
    "gather",
    "read_columns",
    "sequences",
    "units_of",
    "write_columns",
]
