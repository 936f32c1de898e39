"""Features of a record for models: a frame and padded sequences, each column with its unit and source."""

from __future__ import annotations

from medapp.knowledge.features.columns import Column, read_columns, units_of, write_columns
from medapp.knowledge.features.embedding import CodeEmbedding, fit_embedding
from medapp.knowledge.features.folder import read_folder, write_folder
from medapp.knowledge.features.folder_parts import FeatureFolderError
from medapp.knowledge.features.gathering import Gathered, gather
from medapp.knowledge.features.pipeline import OUTCOME, FeaturePipeline, fit_pipeline
from medapp.knowledge.features.plan import FeaturePlan, fit_plan
from medapp.knowledge.features.sequences import Sequences, sequences

__all__ = [
    "OUTCOME",
    "CodeEmbedding",
    "Column",
    "FeatureFolderError",
    "FeaturePipeline",
    "FeaturePlan",
    "Gathered",
    "Sequences",
    "fit_embedding",
    "fit_pipeline",
    "fit_plan",
    "gather",
    "read_columns",
    "read_folder",
    "sequences",
    "units_of",
    "write_columns",
    "write_folder",
]
